"""Stages and amounts of opportunities, prices, and what activation does to contracts and orders."""

from ..change import Change
from ..faults import Fault

_FORECAST_NAMES = {"BestCase": "Best Case", "Closed": "Closed", "Omitted": "Omitted"}


def before_opportunity(change: Change) -> None:
    row = change.row
    if not change.moved("StageName"):
        return
    stage = change.org.status_row("OpportunityStage", row.get("StageName"))
    if stage is None:
        return
    row["IsClosed"], row["IsWon"] = stage["IsClosed"], stage["IsWon"]
    if "Probability" not in change.sent:
        row["Probability"] = float(stage["DefaultProbability"])
    if "ForecastCategoryName" not in change.sent:
        row["ForecastCategoryName"] = stage["ForecastCategoryName"]
    row["ForecastCategory"] = stage["ForecastCategory"]


def before_line_item(change: Change) -> None:
    row = change.row
    price = change.related("PricebookEntryId")
    if price is not None:
        row["Product2Id"] = price["Product2Id"]
        if row["UnitPrice"] is None:
            row["UnitPrice"] = price["UnitPrice"]
    product = change.related("Product2Id")
    if product is None:
        message = "Required fields are missing: [PricebookEntryId]"
        raise Fault(400, "REQUIRED_FIELD_MISSING", message, ["PricebookEntryId"])
    opportunity = change.related("OpportunityId")
    deal = opportunity["Name"] if opportunity else ""
    row["Name"] = f"{deal} {product['Name']}".strip()[:376]
    row["TotalPrice"] = round((row["Quantity"] or 0) * (row["UnitPrice"] or 0), 2)


def after_line_item(change: Change) -> None:
    """The amount of an opportunity with products is their sum, which touches its time stamp."""
    org = change.org
    opportunity_id = change.row["OpportunityId"]
    items = org.store.table("OpportunityLineItem").find("OpportunityId", opportunity_id)
    amount = sum(item["TotalPrice"] or 0 for item in items if not item["IsDeleted"])
    opportunity = org.row(opportunity_id)
    if opportunity is not None and opportunity["Amount"] != amount:
        now = org.stamp()
        changed = {"Amount": amount, "SystemModstamp": now, "LastModifiedDate": now}
        changed["LastModifiedById"] = change.actor.user_id
        org.store.put("Opportunity", {**opportunity, **changed})


def before_pricebook_entry(change: Change) -> None:
    product = change.related("Product2Id")
    if product is not None:
        change.row["Name"], change.row["ProductCode"] = product["Name"], product["ProductCode"]


def before_quote(change: Change) -> None:
    opportunity = change.related("OpportunityId")
    if opportunity is not None:
        change.row["AccountId"] = opportunity["AccountId"]


def before_contract(change: Change) -> None:
    _activate(change, "ContractStatus")
    if change.row["StatusCode"] == "Activated" and change.moved("StatusCode"):
        change.row["ActivatedDate"] = change.org.stamp()


def before_order(change: Change) -> None:
    _activate(change, "OrderStatus")


def _activate(change: Change, table: str) -> None:
    """Drafts only at first; activation takes an update of the status and of nothing else."""
    status = change.org.status_row(table, change.row.get("Status"))
    if status is None:
        message = "Status: bad value for restricted picklist field"
        raise Fault(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, ["Status"])
    code = status["StatusCode"]
    before = change.old.get("StatusCode") if change.old else None
    if change.old is None and code == "Activated":
        raise _integrity(
            f"Choose a valid {change.entry.name.lower()} status and save your changes."
        )
    if code == "Activated" != before and change.sent != {"Status"}:
        raise _integrity("Status must be the only field changed when the record is activated.")
    if change.entry.name == "Contract" and before == "Activated" != code:
        raise _integrity("The status of an activated contract can't be changed.")
    change.row["StatusCode"] = code


def _integrity(message: str) -> Fault:
    return Fault(400, "FIELD_INTEGRITY_EXCEPTION", message, ["Status"])


def check_delete_activated(change: Change) -> None:
    if change.row.get("StatusCode") == "Activated":
        message = f"An activated {change.entry.name.lower()} can't be deleted."
        raise Fault(400, "DELETE_FAILED", message)
