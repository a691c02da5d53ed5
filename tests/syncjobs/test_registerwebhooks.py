"""registerwebhooks: one webhook a site, right and signed, however often it is run."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from connector.models import JiraConnection, SmartConnectedItem
from sandbox.jira.events import Webhook
from tests.connector.fernet import other_keys
from tests.syncjobs.jira_calls import PUBLIC, deliver_all, linked
from tests.world import SECRETS, World, a_world

SITES: dict[str, dict[str, Any]] = {
    "cloud": {},
    "data center 10": {"deployment": "data_center", "context_path": "/jira"},
    "data center 9": {"deployment": "data_center", "version": (9, 12, 0)},
}


@pytest.fixture(params=SITES)
def any_site(request: pytest.FixtureRequest, db: None) -> Iterator[World]:
    """A world of each kind of webhook."""
    with a_world(**SITES[request.param]) as world:
        yield world


def registerwebhooks(*names: str, public_url: str = PUBLIC) -> tuple[str, str, int]:
    """Run the command; return what it prints, what it says on stderr, and its exit code."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        with override_settings(PUBLIC_URL=public_url):
            call_command("registerwebhooks", *names, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return out.getvalue(), err.getvalue(), code


def webhooks(world: World) -> list[Webhook]:
    return list(world.site.events.webhooks.values())


def test_a_webhook_is_created(any_site: World) -> None:
    any_site.configure(any_site.item(mode="two_way"))

    out, _, code = registerwebhooks()

    (webhook,) = webhooks(any_site)
    uuid = JiraConnection.objects.get().uuid
    assert (out, code) == ("acme-jira: created\n", 0)
    assert webhook.url == f"{PUBLIC}/webhooks/jira/{uuid}/"
    assert webhook.jql == 'project in ("SUP")'
    assert {"jira:issue_updated", "jira:issue_deleted", "comment_created"} <= set(webhook.events)


@pytest.mark.parametrize("edition", ["cloud", "data center 10"])
def test_what_it_registers_is_signed_with_the_stored_secret(db: None, edition: str) -> None:
    with a_world(**SITES[edition]) as world:
        link = linked(world)
        registerwebhooks()
        world.site.edit(link.issue_key, summary="Edited in Jira")

        assert deliver_all(world) == [202]


def test_running_it_again_changes_nothing(any_site: World) -> None:
    any_site.configure(any_site.item(mode="two_way"))
    registerwebhooks()
    before = vars(webhooks(any_site)[0]).copy()

    out, _, code = registerwebhooks()

    (webhook,) = webhooks(any_site)
    assert (out, code) == ("acme-jira: unchanged\n", 0)
    assert vars(webhook) | {"updated": before["updated"]} == before


@pytest.mark.parametrize(
    "damage", [{"events": ["jira:issue_created"]}, {"jql": "project = OPS"}, {"enabled": False}]
)
def test_a_webhook_that_was_changed_is_repaired(any_site: World, damage: dict[str, Any]) -> None:
    any_site.configure(any_site.item(mode="two_way"))
    registerwebhooks()
    before = vars(webhooks(any_site)[0]).copy()
    for name, value in damage.items():
        setattr(webhooks(any_site)[0], name, value)

    out, _, _ = registerwebhooks()

    (webhook,) = webhooks(any_site)
    assert out == "acme-jira: repaired\n"
    assert vars(webhook) | {"updated": before["updated"]} == before


def test_a_new_project_is_listened_to(world: World) -> None:
    world.configure(world.item(mode="two_way"))
    registerwebhooks()
    ops = world.item(mode="two_way", name="Ops", jira_projects=["OPS"])
    world.configure(world.item(mode="two_way"), ops)

    out, _, _ = registerwebhooks()

    assert out == "acme-jira: repaired\n"
    assert webhooks(world)[0].jql == 'project in ("OPS", "SUP")'


def test_a_secret_that_somebody_else_set_is_replaced(world: World) -> None:
    """Jira shows no secret, so that only setting it anew makes sure of it."""
    link = linked(world)
    registerwebhooks()
    webhooks(world)[0].secret = "somebody else's"

    registerwebhooks()
    world.site.edit(link.issue_key, summary="Edited in Jira")

    assert deliver_all(world) == [202]


def test_jira_trap_two_webhooks_for_one_target_become_one(any_site: World) -> None:
    """Jira trap "two webhooks registered for one target": everything would come twice."""
    any_site.configure(any_site.item(mode="two_way"))
    registerwebhooks()
    (first,) = webhooks(any_site)
    twin = Webhook(**{**vars(first), "id": 99, "url": first.url.rstrip("/")})
    stranger = Webhook(**{**vars(first), "id": 98, "url": "https://elsewhere.test/"})
    any_site.site.events.webhooks |= {99: twin, 98: stranger}

    out, _, _ = registerwebhooks()

    assert out == "acme-jira: repaired\n"
    assert sorted(each.id for each in webhooks(any_site)) == sorted([first.id, 98])


def test_a_connection_without_a_secret_gets_one(world: World) -> None:
    link = linked(world)
    JiraConnection.objects.update(webhook_secret="")

    out, err, _ = registerwebhooks()
    world.site.edit(link.issue_key, summary="Edited in Jira")

    secret = JiraConnection.objects.get().webhook_secret
    assert len(secret) >= 32
    assert secret not in out + err
    assert deliver_all(world) == [202]


def test_a_secret_that_is_there_stays(world: World) -> None:
    world.configure(world.item(mode="two_way"))
    registerwebhooks()
    assert JiraConnection.objects.get().webhook_secret == SECRETS["webhook_secret"]


def test_without_admin_rights_it_says_what_to_do_instead(any_site: World) -> None:
    any_site.configure(any_site.item(mode="two_way"))
    any_site.site.deny("ADMINISTER")

    _, err, code = registerwebhooks()

    uuid = JiraConnection.objects.get().uuid
    assert code == 1
    assert "Administer Jira" in err
    assert "System → WebHooks" in err
    assert f"{PUBLIC}/webhooks/jira/{uuid}/" in err
    assert 'project in ("SUP")' in err
    assert SECRETS["webhook_secret"] not in err


def test_an_address_that_jira_refuses_is_named(world: World) -> None:
    world.configure(world.item(mode="two_way"))

    _, err, code = registerwebhooks(public_url="http://connector.test")

    assert code == 1
    assert "must start with https" in err
    assert "set PUBLIC_URL" in err
    assert "Administer Jira" not in err


def test_one_site_that_fails_does_not_keep_the_others_from_theirs(world: World) -> None:
    world.configure(world.item(mode="two_way"))
    other = JiraConnection.objects.get()
    other.pk, other.name, other.uuid = None, "a-dead-one", "7d1f6c1e-0000-4000-8000-000000000000"
    other.base_url = "https://nobody.test"
    other.save()
    item = SmartConnectedItem.objects.get()
    item.pk, item.name, item.jira = None, "Copy", other
    item.save()

    out, err, code = registerwebhooks()

    assert code == 1
    assert out == "acme-jira: created\n"
    assert "a-dead-one: FAILED. " in err
    assert "nobody.test" in err


def test_only_the_connections_that_are_named_are_registered(world: World) -> None:
    world.configure(world.item(mode="two_way"))
    other = JiraConnection.objects.get()
    other.pk, other.name, other.uuid = None, "other", "7d1f6c1e-0000-4000-8000-000000000000"
    other.save()

    assert registerwebhooks("acme-jira")[0] == "acme-jira: created\n"


def test_a_name_that_nobody_has_is_refused_before_anything_is_done(world: World) -> None:
    world.configure(world.item(mode="two_way"))
    with pytest.raises(CommandError, match="named nobody"):
        registerwebhooks("acme-jira", "nobody")
    assert webhooks(world) == []


@pytest.mark.parametrize(
    "item",
    [
        {"mode": "display_only", "preview_fields": ["Subject"], "mappings": [], "issue_type": ""},
        {"comments": {"enabled": False}, "attachments": {"enabled": False}},
    ],
)
def test_a_site_whose_items_take_nothing_over_needs_none(world: World, item: Any) -> None:
    """An empty filter would send us every event of the whole site."""
    changed = {k: v for k, v in {**world.item(), **item}.items() if v != ""}
    world.configure(changed)

    out, _, code = registerwebhooks()

    assert out.startswith("acme-jira: not needed\n")
    assert (webhooks(world), code) == ([], 0)


@pytest.mark.parametrize(
    "url", ["http://connector.test", "https://10.0.0.7", "https://localhost", "https://a.test:81"]
)
def test_an_address_that_cloud_cannot_reach_is_warned_of(world: World, url: str) -> None:
    world.configure(world.item(mode="two_way"))
    world.site.secure_webhooks = False

    out, err, code = registerwebhooks(public_url=url)

    assert (out, code) == ("acme-jira: created\n", 0)
    assert f"Jira Cloud can't reach {url}" in err
    assert "every 300 seconds" in err


def test_an_address_that_cloud_reaches_is_not_warned_of(world: World) -> None:
    world.configure(world.item(mode="two_way"))
    assert registerwebhooks(public_url="https://connector.test:8443/base")[1] == ""


def test_data_center_may_be_reached_at_any_address(data_center: World) -> None:
    data_center.configure(data_center.item(mode="two_way"))

    _, err, code = registerwebhooks(public_url="http://10.0.0.7:8000")

    assert code == 0
    assert "can't reach" not in err
    assert "secret" in err


def test_secrets_that_cannot_be_read_are_said_to_be(world: World, settings: Any) -> None:
    world.configure(world.item(mode="two_way"))
    with (
        other_keys(settings, "quite-another-key"),
        pytest.raises(CommandError, match="FERNET_KEYS"),
    ):
        registerwebhooks()


def test_without_connections_there_is_nothing_to_do(db: None) -> None:
    assert registerwebhooks()[::2] == ("There are no Jira connections yet.\n", 0)
