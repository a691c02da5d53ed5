"""A document that is written out and read again is the same document."""

import json

from hypothesis import given
from hypothesis import strategies as st

from connector.document.dump import dump, dump_item
from connector.document.model import (
    AttachmentSync,
    CommentSync,
    Conflict,
    Direction,
    Document,
    Item,
    JiraSettings,
    Mapping,
    Mode,
    SalesforceSettings,
    Secret,
    StatusSync,
    Visibility,
)
from connector.document.parse import parse, parse_item
from connector.document.secrets import VARIABLE
from tests.connector.documents import ENVIRONMENT, read, whole

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
words = texts.map(str.strip).filter(bool)
lines = words.filter(str.isprintable)
fields = st.from_regex(r"[A-Z][a-z]{1,8}(__c)?", fullmatch=True)
tables = st.dictionaries(words, words, max_size=3).map(lambda table: tuple(sorted(table.items())))
defaults = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    st.lists(words, max_size=3).map(tuple),
)


@st.composite
def mappings(draw, number, mode):
    target = f"customfield_{number}"
    common = {"create_only": draw(st.booleans()), "default": draw(defaults)}
    common["conflict"] = draw(st.none() | st.sampled_from(Conflict))
    if draw(st.booleans()):
        return Mapping(jira=target, template="{{ record.A.B }}!", uses=("A.B",), **common)
    ways = [None, Direction.TO_JIRA]
    if mode is Mode.TWO_WAY:
        ways += [Direction.BOTH, Direction.TO_SALESFORCE]
    return Mapping(
        salesforce=f"Field{number}__c",
        jira=target,
        direction=draw(st.sampled_from(ways)),
        values=draw(tables),
        **common,
    )


@st.composite
def synchronized_items(draw, name):
    mode = draw(st.sampled_from([Mode.ONE_WAY, Mode.TWO_WAY]))
    count = draw(st.integers(0, 4))
    statuses = st.builds(StatusSync, field=fields, to_jira=tables, to_salesforce=tables)
    return Item(
        name=name,
        salesforce="acme",
        jira="acme-jira",
        mode=mode,
        object=draw(fields),
        jira_projects=(draw(words),),
        issue_type=draw(words),
        enabled=draw(st.booleans()),
        preview_fields=tuple(draw(st.lists(fields, max_size=3))),
        record_filter=draw(st.sampled_from(["", "IsClosed = false"])),
        auto_create_issues=draw(st.booleans()),
        backfill=draw(st.booleans()),
        auto_create_records=mode is Mode.TWO_WAY and draw(st.booleans()),
        issue_filter=draw(st.sampled_from(["", 'labels = "a b"'])),
        conflict=draw(st.sampled_from(Conflict)),
        mappings=tuple(draw(mappings(number, mode)) for number in range(count)),
        status=draw(st.none() | statuses),
        comments=CommentSync(
            enabled=draw(st.booleans()), visibility=draw(st.sampled_from(Visibility))
        ),
        attachments=AttachmentSync(enabled=draw(st.booleans())),
        jira_remote_link=draw(st.booleans()),
    )


@st.composite
def display_items(draw, name):
    return Item(
        name=name,
        salesforce="acme",
        jira="acme-jira",
        mode=Mode.DISPLAY_ONLY,
        object=draw(fields),
        jira_projects=tuple(draw(st.lists(words, min_size=1, max_size=3, unique=True))),
        preview_fields=tuple(draw(st.lists(fields, max_size=3))),
        conflict=draw(st.sampled_from(Conflict)),
        comments=CommentSync(enabled=draw(st.booleans())),
        jira_remote_link=draw(st.booleans()),
    )


@st.composite
def documents(draw):
    org = SalesforceSettings(
        name="acme",
        login_url="https://acme.my.salesforce.com",
        client_id=draw(words),
        client_secret=Secret(value="sf-secret", env="ACME_SF_SECRET"),
    )
    site = JiraSettings(
        name="acme-jira",
        base_url="https://acme.atlassian.net",
        email="connector@acme.example",
        api_token=Secret(value="jira-token", env="ACME_JIRA_TOKEN"),
        users=(("jane@acme.example", draw(words)),),
    )
    names = draw(st.lists(lines, max_size=3, unique=True))
    items = tuple(draw(synchronized_items(name) | display_items(name)) for name in names)
    return Document(salesforce_connections=(org,), jira_connections=(site,), items=items)


@given(documents())
def test_what_is_written_out_is_read_back_the_same(document):
    text = json.dumps(dump(document))

    assert parse(text, environment=ENVIRONMENT) == document


@given(documents())
def test_a_published_item_is_read_back_the_same(document):
    for item in document.items:
        assert parse_item(json.loads(json.dumps(dump_item(item)))) == item


def test_a_secret_is_written_out_as_the_variable_it_came_from():
    org = dump(read(whole()))["salesforce_connections"][0]

    assert org["client_secret"] == {"env": "ACME_SF_SECRET"}


def test_a_secret_without_a_variable_gets_a_name_made_of_the_connection():
    document = Document(
        salesforce_connections=(
            SalesforceSettings(
                name="acme", login_url="https://x", client_secret=Secret(value="hush")
            ),
        ),
        jira_connections=(
            JiraSettings(name="acme-jira", base_url="https://y", api_token=Secret(value="hush")),
        ),
    )

    dumped = dump(document)

    org, site = dumped["salesforce_connections"][0], dumped["jira_connections"][0]
    assert org["client_secret"] == {"env": "ACME_SF_CLIENT_SECRET"}
    assert site["api_token"] == {"env": "ACME_JIRA_API_TOKEN"}
    assert "hush" not in json.dumps(dumped)


def test_a_secret_that_is_not_set_does_not_appear():
    site = JiraSettings(name="acme-jira", base_url="https://y")

    assert "webhook_secret" not in dump(Document(jira_connections=(site,)))["jira_connections"][0]


def test_a_made_up_name_is_the_name_of_a_variable_whatever_the_connection_is_called():
    for name in ("3rd party", "--", "Ärger & Söhne", "jira"):
        site = JiraSettings(name=name, base_url="https://y", api_token=Secret(value="hush"))
        token = dump(Document(jira_connections=(site,)))["jira_connections"][0]["api_token"]

        assert VARIABLE.fullmatch(token["env"])
