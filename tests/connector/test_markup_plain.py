"""Plain text as wiki markup that reads the same, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.jira.markup import clean, plain_to_wiki, wiki_to_plain

SIGNS = [
    *"ab1 \n\\*_-+^~{}[]|!?#():;DPhxé.@%<>&\"'/,\u2060\u00a0\u2028",
    *("http://x.example/a_b", "h1. ", "bq. ", "----", "{code}", "{{", "}}", "??", "\\\\"),
    *("[~user]", "!a.png!", "| ", "|| ", "* ", "# ", "- ", "{quote}", "{*}", "word"),
]


@given(st.text().map(clean))
def test_any_text_survives_the_way_to_wiki_and_back(text: str):
    assert wiki_to_plain(plain_to_wiki(text)) == text


@given(st.lists(st.sampled_from(SIGNS), max_size=25).map("".join))
def test_text_made_of_wiki_signs_survives_the_way_to_wiki_and_back(text: str):
    assert wiki_to_plain(plain_to_wiki(text)) == text


@pytest.mark.parametrize(
    ("text", "wiki"),
    [
        ("kill -9 now", r"kill \-9 now"),
        ("snake_case_name", "snake_case_name"),
        ("_emphasis_", r"\_emphasis_"),
        ("well-known", "well-known"),
        ("{braces} [brackets]", r"\{braces} \[brackets]"),
        ("!bang! Wow!", r"\!bang! Wow!"),
        (r"C:\paths\new", r"C:\paths\new"),
        (r"\\server\share\new", r"\\server\share\new"),
        ("https://a.example/x_y_z-b", "https://a.example/x_y_z-b"),
        (":) :-( ;)", r":\) :\-( ;\)"),
        (":D", ":\u2060D"),
        ("(x) (y) (!) (on)", r"\(x) \(y) \(\!) \(on)"),
        ("# one\n* two\n- three", "\\# one\n\\* two\n\\- three"),
        ("h1. Title", "\u2060h1. Title"),
        ("bq. quoted", "\u2060bq. quoted"),
        ("{{mono}}", r"\{\{mono}}"),
        ("[~user]", r"\[\~user]"),
        ("----", r"\-\-\--"),
        ("??cite??", r"\??cite??"),
        ("mail jane@acme.example", "mail jane@acme.example"),
        ("| a | b |", r"\| a | b |"),
        ("C++ and C#", "C++ and C#"),
        ("3 * 4 * 5 - 2", "3 * 4 * 5 - 2"),
    ],
)
def test_only_what_wiki_would_interpret_is_escaped(text: str, wiki: str):
    """jira trap "wiki conversion by regular expressions": hyphens, underscores, braces …"""
    assert plain_to_wiki(text) == wiki


def test_a_backslash_before_a_sign_stays_a_backslash():
    assert wiki_to_plain(plain_to_wiki(r"C:\(x86)\*.dll")) == r"C:\(x86)\*.dll"


def test_line_ends_of_windows_become_line_feeds():
    assert plain_to_wiki("a\r\nb\rc") == "a\nb\nc"


def test_control_characters_and_lone_surrogates_are_dropped_and_tabs_stay():
    """jira reference 3.4: control characters other than tab and line ends are refused."""
    assert plain_to_wiki("a\x00\x0b\x1b\x85\ud800b\tc") == "ab\tc"


def test_an_emoji_is_left_as_it_is():
    assert plain_to_wiki("👩‍💻 done") == "👩‍💻 done"


@pytest.mark.parametrize(
    ("wiki", "text"),
    [
        ("*bold* _it_ -gone- +new+ {{code}}", "bold it gone new code"),
        ("wo{*}r{*}d", "word"),
        ("{color:red}hot{color}", "hot"),
        ("[Acme|https://acme.example/a_b]", "Acme (https://acme.example/a_b)"),
        ("[https://acme.example]", "https://acme.example"),
        ("[Acme|https://acme.example|smart-link]", "Acme (https://acme.example)"),
        ("[mail us|mailto:help@acme.example]", "mail us (mailto:help@acme.example)"),
        ("see [this]", "see [this]"),
        ("!screen shot.png|thumbnail!", "[screen shot.png]"),
        ("[^report.pdf]", "[report.pdf]"),
        ("h2. Title\ntext", "Title\ntext"),
        ("bq. quoted", "> quoted"),
        ("{quote}\na\nb\n{quote}\nc", "> a\n> b\nc"),
        ("{code:python}\nif a_b:\n    *x*\n{code}\nend", "if a_b:\n    *x*\nend"),
        ("{noformat}[x]{noformat}", "[x]"),
        ("{panel:title=Note}\ntext\n{panel}", "Note\ntext"),
        ("* a\n** b\n* c", "- a\n  - b\n- c"),
        ("# a\n# b\n#* c\n# d", "1. a\n2. b\n  - c\n3. d"),
        ("* a\n# b", "- a\n1. b"),
        (
            "||Name||Role||\n|Jane|[CEO|https://x.example]|",
            "Name | Role\nJane | CEO (https://x.example)",
        ),
        ("one\\\\two", "one\ntwo"),
        ("*not closed", "*not closed"),
        ("{code} not closed", "{code} not closed"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_wiki_reads_as_plain_text(wiki: str, text: str):
    assert wiki_to_plain(wiki) == text


def test_a_mention_shows_the_name_where_it_is_known():
    assert wiki_to_plain("hi [~accountid:5b10]", {"5b10": "Jane"}) == "hi @Jane"


def test_a_mention_shows_the_id_where_the_name_is_unknown():
    assert wiki_to_plain("hi [~jdoe]") == "hi @jdoe"
