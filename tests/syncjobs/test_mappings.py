"""What a mapping makes of a record's fields, through the pull and read back from Jira."""

from datetime import datetime
from typing import Any

import pytest

from connector.jira.markup import wiki_to_plain
from connector.models import JiraUser
from linking.models import Link
from tests.world import Json, World


def pull_case(world: World, *mappings: Json, **fields: Any) -> Json:
    """Pull one case with these mappings (besides its subject) and return its issue's fields."""
    item = world.item()
    world.configure({**item, "mappings": [*item["mappings"], *mappings]})
    world.org.insert("Case", {"Subject": "Printer on fire", **fields})
    world.pull()
    (issue,) = world.issues()
    assert Link.objects.get().notes == []
    return dict(issue["fields"])


@pytest.mark.parametrize(
    ("salesforce", "value", "jira", "expected"),
    [
        ("Serial_Number__c", "AB-12_3", "customfield_10050", "AB-12_3"),
        ("Effort_Hours__c", 12.5, "customfield_10052", 12.5),
        ("Repair_Cost__c", 1234.5, "customfield_10052", 1234.5),
        ("Discount__c", 7.5, "customfield_10052", 7.5),
        ("Due_Date__c", "2026-12-24", "customfield_10053", "2026-12-24"),
        ("Due_Date__c", "2026-12-24", "duedate", "2026-12-24"),
        ("Severity__c", "S1", "customfield_10050", "S1"),
        ("Reporter_Mail__c", "ann@initech.example", "customfield_10050", "ann@initech.example"),
        ("Site_Phone__c", "+49 30 1234", "customfield_10050", "+49 30 1234"),
        ("Device_Page__c", "https://devices.example/1", "customfield_10059", "https://devices.example/1"),
        ("Affected_Areas__c", "Kitchen;Cellar", "labels", ["Kitchen", "Cellar"]),
        ("Warranty__c", True, "customfield_10050", "true"),
    ],
)  # fmt: skip
def test_each_kind_of_field_arrives(
    world: World, salesforce: str, value: Any, jira: str, expected: Any
) -> None:
    fields = pull_case(world, {"salesforce": salesforce, "jira": jira}, **{salesforce: value})

    shown = sorted(fields[jira]) if isinstance(expected, list) else fields[jira]
    assert shown == (sorted(expected) if isinstance(expected, list) else expected)


def test_a_date_time_keeps_its_moment(world: World) -> None:
    """salesforce trap 11: date-times are UTC, whatever zone the site shows them in."""
    mapping = {"salesforce": "Next_Visit__c", "jira": "customfield_10054"}

    fields = pull_case(world, mapping, Next_Visit__c="2026-12-24T22:30:00.000+0000")

    shown = datetime.fromisoformat(fields["customfield_10054"])
    assert shown == datetime.fromisoformat("2026-12-24T22:30:00+00:00")


def test_a_value_table_translates_and_lets_other_values_through(world: World) -> None:
    mapping = {"salesforce": "Priority", "jira": "priority", "values": [["High", "Highest"]]}

    fields = pull_case(world, mapping, Priority="High")

    assert fields["priority"]["name"] == "Highest"


def test_a_picklist_becomes_an_option(world: World) -> None:
    """salesforce trap 8: the API name is carried, not the translated label."""
    mapping = {"salesforce": "Origin", "jira": "customfield_10055", "values": [["Phone", "Gold"]]}

    fields = pull_case(world, mapping, Origin="Phone")

    assert fields["customfield_10055"]["value"] == "Gold"


def test_a_text_is_shown_literally_in_jira(world: World) -> None:
    """jira trap: hyphens become strike-through and underscores italics."""
    text = "run cmd -b -p on snake_case_name\r\n* not a list {code} [x]"

    fields = pull_case(
        world, {"salesforce": "Description", "jira": "description"}, Description=text
    )

    assert wiki_to_plain(fields["description"]) == text.replace("\r\n", "\n")


def test_rich_text_becomes_wiki_markup(world: World) -> None:
    """salesforce trap 12: rich text is HTML."""
    mapping = {"salesforce": "Resolution__c", "jira": "description"}

    fields = pull_case(world, mapping, Resolution__c="<p>Do <b>not</b> touch</p>")

    assert fields["description"] == "Do *not* touch"


def test_the_owner_becomes_the_assignee_by_mail(world: World) -> None:
    world.configure(world.item())
    (jane,) = (user for user in world.site.users if user.name == "jane")
    owner = world.org.human_user_id
    world.org.update("User", owner, {"Email": jane.email})

    fields = pull_case(world, {"salesforce": "OwnerId", "jira": "assignee"}, OwnerId=owner)

    assert fields["assignee"]["accountId"] == jane.account_id


def test_an_owner_whom_nobody_matches_is_noted_and_the_issue_made(world: World) -> None:
    item = world.item()
    mappings = [*item["mappings"], {"salesforce": "OwnerId", "jira": "assignee"}]
    world.configure({**item, "mappings": mappings})
    world.org.update("User", world.org.human_user_id, {"Email": "nobody@nowhere.example"})
    world.org.insert("Case", {"Subject": "Mine", "OwnerId": world.org.human_user_id})

    (result,) = world.pull()

    assert (result["created"], result["failed"]) == (1, 0)
    assert "nobody@nowhere.example" in Link.objects.get().notes[0]["reason"]


@pytest.mark.parametrize("stand_in", ["omar@acme.example", "5b109f2e9729b51b54dc274d"])
def test_a_stand_in_takes_what_nobody_else_can(world: World, stand_in: str) -> None:
    item = world.item()
    owner = {"salesforce": "OwnerId", "jira": "assignee", "default": stand_in}
    world.configure({**item, "mappings": [*item["mappings"], owner]})
    world.org.update("User", world.org.human_user_id, {"Email": "nobody@nowhere.example"})
    world.org.insert("Case", {"Subject": "Mine", "OwnerId": world.org.human_user_id})

    world.pull()

    assert world.issues()[0]["fields"]["assignee"]["displayName"] == "Omar Haddad"
    assert JiraUser.objects.get(mail="nobody@nowhere.example").account == ""


def test_a_default_fills_an_empty_source_on_creation_only(world: World) -> None:
    mapping = {"salesforce": "Serial_Number__c", "jira": "customfield_10050", "default": "none"}

    fields = pull_case(world, mapping)

    assert fields["customfield_10050"] == "none"


def test_create_only_values_are_left_alone_afterwards(world: World) -> None:
    mapping = {"salesforce": "Serial_Number__c", "jira": "customfield_10050", "create_only": True}
    fields = pull_case(world, mapping, Serial_Number__c="first")
    world.clock.shift(60)
    link = Link.objects.get()
    world.org.update("Case", link.record_id, {"Serial_Number__c": "second", "Subject": "New"})

    world.pull()

    (issue,) = world.issues()
    assert fields["customfield_10050"] == "first"
    assert issue["fields"]["customfield_10050"] == "first"
    assert issue["fields"]["summary"] == "New"


def test_a_value_that_was_cleared_is_cleared_in_jira(world: World) -> None:
    mapping = {"salesforce": "Serial_Number__c", "jira": "customfield_10050"}
    pull_case(world, mapping, Serial_Number__c="first")
    world.clock.shift(60)
    world.org.update("Case", Link.objects.get().record_id, {"Serial_Number__c": None})

    world.pull()

    assert world.issues()[0]["fields"]["customfield_10050"] is None


def test_a_long_subject_becomes_one_line_of_at_most_255_characters(world: World) -> None:
    """jira trap: a newline in the summary, or more than 255 characters, is a 400."""
    item = world.item(mappings=[{"salesforce": "Description", "jira": "summary"}])
    world.configure(item)
    world.org.insert("Case", {"Description": "one\r\ntwo " + "x" * 400})

    world.pull()

    summary = world.issues()[0]["fields"]["summary"]
    assert summary.startswith("one two ")
    assert len(summary) <= 255


def test_a_template_makes_a_table_of_parent_fields(world: World) -> None:
    mapping = {
        "template": "|| Name | {{ record.Account.Name }} |",
        "uses": ["Account.Name"],
        "jira": "customfield_10051",
    }
    item = world.item()
    world.configure({**item, "mappings": [*item["mappings"], mapping]})
    account = world.org.insert("Account", {"Name": "Pipes | Co"})
    world.org.insert("Case", {"Subject": "Leak", "AccountId": account})

    world.pull()

    # Jira has no way to write a bar inside a cell, so a broken bar stands for it.
    assert world.issues()[0]["fields"]["customfield_10051"] == "|| Name | Pipes \u00a6 Co |"


def products(world: World) -> Json:
    template = (
        "{% for line in record.OpportunityLineItems %}"
        "| {{ line.Product2.Name }} | {{ line.Quantity }} |\n{% endfor %}"
    )
    uses = ["OpportunityLineItems[].Product2.Name", "OpportunityLineItems[].Quantity"]
    return {
        **world.item(name="Deals", object="Opportunity"),
        "mappings": [
            {"salesforce": "Name", "jira": "summary"},
            {"template": template, "uses": uses, "jira": "description"},
        ],
    }


def a_deal(world: World, lines: int = 1) -> tuple[str, list[str]]:
    """An opportunity with product lines; returns its id and theirs."""
    deal = world.org.insert(
        "Opportunity", {"Name": "Ovens", "StageName": "Prospecting", "CloseDate": "2026-12-31"}
    )
    product = world.org.insert("Product2", {"Name": "Oven", "IsActive": True})
    book = world.org.insert("Pricebook2", {"Name": "Standard", "IsActive": True})
    entry = world.org.insert(
        "PricebookEntry",
        {"Product2Id": product, "Pricebook2Id": book, "UnitPrice": 100, "IsActive": True},
    )
    line = {"OpportunityId": deal, "PricebookEntryId": entry, "UnitPrice": 100}
    ids = [
        world.org.insert("OpportunityLineItem", {**line, "Quantity": n + 1}) for n in range(lines)
    ]
    return deal, ids


def test_a_child_list_is_rendered_and_its_changes_reach_the_issue(world: World) -> None:
    world.configure(products(world))
    _, (line,) = a_deal(world)
    world.pull()
    before = world.issues()[0]["fields"]["description"]
    world.clock.shift(60)
    world.org.update("OpportunityLineItem", line, {"Quantity": 7})

    world.pull()

    assert before.strip() == "| Oven | 1 |"
    assert world.issues()[0]["fields"]["description"].strip() == "| Oven | 7 |"


def test_a_child_list_is_read_to_its_end(world: World) -> None:
    """A child list has pages of its own, which end when the next parents are read."""
    world.org.child_batch = 2
    world.configure(products(world))
    a_deal(world, lines=5)

    world.pull()

    rows = world.issues()[0]["fields"]["description"].strip().splitlines()
    assert len(rows) == 5
