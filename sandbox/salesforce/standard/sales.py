"""Opportunities with their products and prices, quotes, contracts and orders."""

from dataclasses import replace

from .fields import (
    address,
    auto_number,
    checkbox,
    create_only,
    currency,
    day,
    long_text,
    lookup,
    moment,
    number,
    owner,
    percent,
    picklist,
    read_only,
    required,
    sobject,
    text,
    whole,
)

STAGES = (
    "Prospecting",
    "Qualification",
    "Proposal/Price Quote",
    "Negotiation/Review",
    "Closed Won",
    "Closed Lost",
)

OBJECTS = [
    sobject(
        "Opportunity",
        "006",
        [
            required(text("Name", 120, name_field=True)),
            lookup("AccountId", "Account", children="Opportunities", on_delete="cascade"),
            lookup("ContactId", "Contact"),
            long_text("Description", 32_000),
            required(picklist("StageName", *STAGES, tracked=True)),
            currency("Amount"),
            percent("Probability"),
            required(day("CloseDate")),
            picklist("Type", "Existing Business", "New Business"),
            text("NextStep", 255),
            picklist("LeadSource", "Web", "Phone Inquiry", "Partner Referral", "Other"),
            read_only(checkbox("IsClosed")),
            read_only(checkbox("IsWon")),
            picklist("ForecastCategoryName", "Omitted", "Pipeline", "Best Case", "Closed"),
            read_only(text("ForecastCategory", 40)),
            lookup("Pricebook2Id", "Pricebook2"),
            owner(),
            text("Jira_Key__c", 40, external_id=True, unique=True, id_lookup=True),
        ],
        plural="Opportunities",
        feed_enabled=True,
        history="OpportunityFieldHistory",
        history_parent="OpportunityId",
    ),
    sobject(
        "OpportunityLineItem",
        "00k",
        [
            required(
                create_only(
                    lookup(
                        "OpportunityId",
                        "Opportunity",
                        children="OpportunityLineItems",
                        on_delete="cascade",
                    )
                )
            ),
            create_only(lookup("PricebookEntryId", "PricebookEntry")),
            create_only(lookup("Product2Id", "Product2")),
            read_only(text("Name", 376, name_field=True)),
            required(number("Quantity", 12, 2)),
            currency("UnitPrice"),
            read_only(currency("TotalPrice")),
            day("ServiceDate"),
            text("Description", 255),
            whole("SortOrder"),
        ],
        label="Opportunity Product",
        layoutable=True,
    ),
    sobject(
        "Product2",
        "01t",
        [
            required(text("Name", 255, name_field=True)),
            text("ProductCode", 255),
            long_text("Description", 4_000),
            checkbox("IsActive", default=True),
            picklist("Family", "Network", "Software", "Service"),
        ],
        label="Product",
    ),
    sobject(
        "Pricebook2",
        "01s",
        [
            required(text("Name", 255, name_field=True)),
            checkbox("IsActive", default=True),
            read_only(checkbox("IsStandard")),
            text("Description", 255),
        ],
        label="Price Book",
    ),
    sobject(
        "PricebookEntry",
        "01u",
        [
            required(
                create_only(lookup("Pricebook2Id", "Pricebook2", children="PricebookEntries"))
            ),
            required(create_only(lookup("Product2Id", "Product2", children="PricebookEntries"))),
            required(currency("UnitPrice")),
            checkbox("IsActive", default=True),
            read_only(text("Name", 255, name_field=True)),
            read_only(text("ProductCode", 255)),
        ],
        label="Price Book Entry",
        plural="Price Book Entries",
    ),
    sobject(
        "Quote",
        "0Q0",
        [
            required(text("Name", 255, name_field=True)),
            auto_number("QuoteNumber", "{00000000}"),
            required(
                create_only(
                    lookup("OpportunityId", "Opportunity", children="Quotes", on_delete="cascade")
                )
            ),
            read_only(lookup("AccountId", "Account", children="Quotes")),
            picklist(
                "Status",
                "Draft",
                "Needs Review",
                "In Review",
                "Approved",
                "Rejected",
                "Presented",
                "Accepted",
                "Denied",
                default="Draft",
            ),
            day("ExpirationDate"),
            currency("Tax"),
            long_text("Description", 32_000),
            owner(),
        ],
        layoutable=True,
    ),
    sobject(
        "Contract",
        "800",
        [
            replace(auto_number("ContractNumber", "{00000000}"), name_field=True),
            required(lookup("AccountId", "Account", children="Contracts", on_delete="restrict")),
            required(
                picklist(
                    "Status",
                    "Draft",
                    "In Approval Process",
                    "Activated",
                    default="Draft",
                    tracked=True,
                )
            ),
            read_only(text("StatusCode", 40)),
            day("StartDate"),
            whole("ContractTerm"),
            read_only(moment("ActivatedDate")),
            long_text("Description", 32_000),
            owner(),
        ],
        feed_enabled=True,
    ),
    sobject(
        "Order",
        "801",
        [
            replace(auto_number("OrderNumber", "{00000000}"), name_field=True),
            text("Name", 80),
            required(lookup("AccountId", "Account", children="Orders", on_delete="restrict")),
            lookup("ContractId", "Contract", children="Orders"),
            lookup("Pricebook2Id", "Pricebook2"),
            required(day("EffectiveDate")),
            day("EndDate"),
            required(picklist("Status", "Draft", "Activated", tracked=True)),
            read_only(text("StatusCode", 40)),
            text("PoNumber", 80),
            *address("Billing"),
            long_text("Description", 32_000),
            owner("User", "Group"),
        ],
        feed_enabled=True,
    ),
]
