"""The company's Jira: what support and operations are working on."""

from typing import Any

from sandbox.jira import JiraSite

SUPPORT: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "Task",
        "VPN drops every night at two",
        {
            "description": "Since the firmware update all tunnels close at 02:00.\n\n"
            "h3. Seen at\n* Berlin\n* Lyon\n\n{code}\ntunnel 7: peer timeout\n{code}",
            "priority": {"name": "High"},
            "labels": ["vpn", "firmware"],
            "customfield_10050": "Harbour Logistics",
            "customfield_10055": {"value": "Gold"},
            "customfield_10056": [{"value": "Router"}],
            "customfield_10057": {"value": "EMEA", "child": {"value": "Germany"}},
        },
    ),
    (
        "Bug",
        "Invoice PDF shows the wrong currency",
        {
            "description": "Orders in *CHF* come out in EUR. The web page is right.",
            "priority": {"name": "Highest"},
            "components": [{"name": "Billing"}],
            "customfield_10050": "Alpine Outfitters",
            "customfield_10052": 3,
            "customfield_10062": {"value": "High"},
        },
    ),
    (
        "Task",
        "New access points for the second floor",
        {
            "priority": {"name": "Low"},
            "components": [{"name": "Network"}],
            "customfield_10050": "Nordlicht Clinics",
            "customfield_10053": "2027-03-31",
            "customfield_10056": [{"value": "Access point"}, {"value": "Switch"}],
            "customfield_10059": "https://portal.nordlicht.example/orders/771",
        },
    ),
    (
        "Story",
        "Customers want to see the state of their order",
        {"description": "Asked for by three accounts this month.", "labels": ["portal"]},
    ),
)
OPERATIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Task", "Replace the power supply in rack 4", {"priority": {"name": "High"}}),
    ("Task", "Renew the certificates before December", {"duedate": "2026-11-30"}),
    ("Bug", "Backup of the order database takes nine hours", {"labels": ["backup"]}),
)


def fill_site(site: JiraSite) -> None:
    """Load issues with comments and files into projects SUP, OPS and HELP."""
    omar, mia = site.users[2], site.users[3]
    for issue_type, summary, fields in SUPPORT:
        site.create_issue("SUP", issue_type, summary, **fields)
    for issue_type, summary, fields in OPERATIONS:
        site.create_issue("OPS", issue_type, summary, by=omar, **fields)
    site.create_issue("HELP", "Support request", "Cannot open the portal", by=mia)

    site.transition("SUP-1", "In Progress")
    site.comment("SUP-1", "The vendor confirms it and has _no_ date for a fix.", by=omar)
    site.comment("SUP-1", "Could we go back to the old firmware in Lyon?")
    site.attach("SUP-1", "tunnel.log", b"02:00:01 tunnel 7: peer timeout\n", by=omar)
    site.comment("SUP-2", "Reproduced with order 20488.", by=mia)
    site.transition("SUP-4", "Done")
    site.link_issues("SUP-1", "OPS-1")

    site.transition("OPS-1", "Selected", by=omar)
    site.transition("OPS-1", "In Review", by=omar)
    site.comment("OPS-1", "The spare part is in the store room.", by=omar)
    site.comment("HELP-1", "Which browser is it?")
    site.comment("HELP-1", "Probably the old certificate, see OPS-2.", internal=True)
