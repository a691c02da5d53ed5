"""The company's Salesforce: its customers, what they report, and what they buy."""

from typing import Any

from sandbox.salesforce import SalesforceOrg

ACCOUNTS: tuple[dict[str, Any], ...] = (
    {
        "Name": "Harbour Logistics",
        "Industry": "Manufacturing",
        "Type": "Customer - Direct",
        "BillingStreet": "Am Sandtorkai 30",
        "BillingCity": "Hamburg",
        "BillingPostalCode": "20457",
        "BillingCountry": "Germany",
        "Phone": "+49 40 555 0100",
        "Website": "https://harbour.example",
        "ERP_Number__c": "C-1001",
        "Support_Level__c": "Platinum",
        "Active__c": True,
    },
    {
        "Name": "Alpine Outfitters",
        "Industry": "Retail",
        "Type": "Customer - Direct",
        "BillingCity": "Zürich",
        "BillingCountry": "Switzerland",
        "ERP_Number__c": "C-1002",
        "Support_Level__c": "Premium",
        "Active__c": True,
    },
    {
        "Name": "Nordlicht Clinics",
        "Industry": "Technology",
        "Type": "Prospect",
        "BillingCity": "Kiel",
        "BillingCountry": "Germany",
        "ERP_Number__c": "C-1003",
        "Support_Level__c": "Basic",
    },
)
CONTACTS: tuple[tuple[str, str, str], ...] = (
    ("Lena", "Petersen", "lena.petersen@harbour.example"),
    ("Urs", "Aebi", "urs.aebi@alpine.example"),
    ("Jana", "Holm", "jana.holm@nordlicht.example"),
)
# The number is the place of the account and of its contact.
CASES: tuple[tuple[int, dict[str, Any]], ...] = (
    (
        0,
        {
            "Subject": "VPN drops every night at two",
            "Description": "Since the last update all tunnels close at 02:00.\nBerlin and Lyon.",
            "Priority": "High",
            "Status": "Working",
            "Origin": "Phone",
            "Product_Line__c": "Routers",
            "Severity__c": "S1",
            "Serial_Number__c": "RT-77-0042",
            "Affected_Areas__c": "Cellar;Office",
            "Warranty__c": True,
        },
    ),
    (
        1,
        {
            "Subject": "Invoice PDF shows the wrong currency",
            "Description": "Orders in CHF come out in EUR.",
            "Origin": "Email",
            "Severity__c": "S2",
            "Repair_Cost__c": 120.5,
            "Due_Date__c": "2026-12-15",
        },
    ),
    (
        2,
        {
            "Subject": "No signal in the west wing",
            "Description": "Three access points are dark since Monday.",
            "Origin": "Web",
            "Priority": "Low",
            "Product_Line__c": "Switches",
            "Component__c": "Power supply",
            "Next_Visit__c": "2026-12-02T08:30:00Z",
            "Effort_Hours__c": 2.5,
        },
    ),
    (0, {"Subject": "How do I add a user?", "Origin": "Web", "Priority": "Low"}),
)
PRODUCTS: tuple[tuple[str, str, float], ...] = (
    ("Router R7", "RT-7", 890.0),
    ("Access point A2", "AP-2", 310.0),
    ("Support, one year", "SV-12", 1_200.0),
)


def fill_org(org: SalesforceOrg) -> None:
    """Load accounts, contacts, cases with comments, posts and files, and sales."""
    accounts = [org.insert("Account", fields) for fields in ACCOUNTS]
    contacts = [
        org.insert(
            "Contact",
            {"FirstName": first, "LastName": last, "Email": mail, "AccountId": account},
        )
        for account, (first, last, mail) in zip(accounts, CONTACTS, strict=True)
    ]
    cases = [
        org.insert("Case", {**fields, "AccountId": accounts[place], "ContactId": contacts[place]})
        for place, fields in CASES
    ]
    _talk(org, cases)
    _sell(org, accounts)
    _plan(org, accounts, cases, contacts)


def _talk(org: SalesforceOrg, cases: list[str]) -> None:
    """What people said and sent about the cases."""
    for published, body in (
        (True, "We are looking into it and will call back today."),
        (False, "The vendor knows this problem, see the release notes."),
    ):
        comment = {"ParentId": cases[0], "CommentBody": body, "IsPublished": published}
        org.insert("CaseComment", comment)
    org.upload(cases[0], "router.log", b"02:00:01 tunnel 7: peer timeout\n")
    rich = "<p>Seen at <b>Lyon</b> too.</p>"
    post = org.insert("FeedItem", {"ParentId": cases[0], "Body": rich, "IsRichText": True})
    org.insert("FeedComment", {"FeedItemId": post, "CommentBody": "And in Berlin."})
    org.upload(cases[1], "invoice 20488.txt", "Total: 1’240.00 EUR\n".encode())
    org.update("Case", cases[3], {"Status": "Closed", "Reason": "Other"})


def _sell(org: SalesforceOrg, accounts: list[str]) -> None:
    """Products, an opportunity with some of them, a quote, a contract and an order."""
    book = org.insert("Pricebook2", {"Name": "Standard Price Book"})
    entries = []
    for name, code, price in PRODUCTS:
        family = "Service" if code.startswith("SV") else "Network"
        product = org.insert("Product2", {"Name": name, "ProductCode": code, "Family": family})
        listed = {"Pricebook2Id": book, "Product2Id": product, "UnitPrice": price}
        entries.append(org.insert("PricebookEntry", listed))
    deal = {
        "Name": "Nordlicht: new floor",
        "AccountId": accounts[2],
        "StageName": "Proposal/Price Quote",
        "CloseDate": "2027-01-31",
        "Pricebook2Id": book,
    }
    opportunity = org.insert("Opportunity", deal)
    for entry, quantity in ((entries[1], 12), (entries[2], 1)):
        item = {"OpportunityId": opportunity, "PricebookEntryId": entry, "Quantity": quantity}
        org.insert("OpportunityLineItem", item)
    quote = {"Name": "Offer for the new floor", "OpportunityId": opportunity}
    org.insert("Quote", {**quote, "ExpirationDate": "2026-12-31"})
    contract = {"AccountId": accounts[0], "StartDate": "2026-01-01", "ContractTerm": 24}
    org.insert("Contract", contract)
    order = {"AccountId": accounts[1], "EffectiveDate": "2026-11-02", "Status": "Draft"}
    org.insert("Order", {**order, "PoNumber": "PO-20488"})


def _plan(org: SalesforceOrg, accounts: list[str], cases: list[str], contacts: list[str]) -> None:
    """A lead, a project, a task and a visit."""
    org.insert(
        "Lead",
        {"FirstName": "Theo", "LastName": "Brandt", "Company": "Brandt & Sons", "Rating": "Warm"},
    )
    org.insert(
        "Project__c",
        {
            "Name": "Rollout Hamburg",
            "Account__c": accounts[0],
            "Stage__c": "Running",
            "Go_Live__c": "2027-03-01",
            "Progress__c": 40,
        },
    )
    task = {"Subject": "Call back", "WhatId": cases[0], "WhoId": contacts[0]}
    org.insert("Task", {**task, "ActivityDate": "2026-11-23"})
    visit = {"Subject": "Visit on site", "WhatId": cases[2], "DurationInMinutes": 90}
    org.insert("Event", {**visit, "StartDateTime": "2026-12-02T08:30:00Z"})
