"""Rich text (HTML) as wiki markup, and back."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.jira.markup import html_to_plain, html_to_wiki, plain_to_html, wiki_to_html

FEED_TAGS = {"p", "a", "b", "code", "i", "u", "s", "ul", "ol", "li"}


@pytest.mark.parametrize(
    ("source", "wiki"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<p>one</p><p>&nbsp;</p><p>two</p>", "one\n\ntwo"),
        ("<p>one</p><p><br></p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<b>b</b> <em>i</em> <u>u</u> <strike>s</strike>", "*b* _i_ +u+ -s-"),
        ("<strong><i>both</i></strong>", "*_both_*"),
        ("wo<b>r</b>d", "wo{*}r{*}d"),
        ("<b>bold </b>text", "*bold* text"),
        ("use <code>rm -rf *</code> now", "use {{rm \u2060\\-\u2060rf \u2060\\*\u2060}} now"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "* a\n** b\n* c"),
        ("<ol><li><p>a</p></li><li>b</li></ol><p>c</p>", "# a\n# b\n\nc"),
        (
            '<a href="https://x.example/a b|c">see [it]</a>',
            "[see (it)|https://x.example/a%20b%7Cc]",
        ),
        ('<a href="https://x.example">https://x.example</a>', "[https://x.example]"),
        ("<h2>Title</h2>text", "h2. Title\ntext"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "{quote}\na\nb\n{quote}"),
        ("<pre>if x:\n    y\n</pre>", "{noformat}\nif x:\n    y\n{noformat}"),
        (
            "<table><tr><th>A|B</th><th></th></tr><tr><td>1<br>2</td><td>3</td></tr></table>end",
            "|| A¦B || ||\n| 1 \\\\ 2 | 3 |\n\nend",
        ),
        ("a<hr>b", "a\n----\n\nb"),
        ("<p>a &lt;b&gt; &amp; &euro;</p>", "a <b> & €"),
        ("<p>*stars* {code}</p>", "\\*stars* \\{\u2060code}"),
        ("<marquee>text</marquee>", "text"),
        ("a<script>alert(1)</script><style>p{}</style>b", "ab"),
        ("<p>  spaced \n out </p>", "spaced out"),
        ("<p>never closed <b>bold", "never closed *bold*"),
    ],
)
def test_rich_text_becomes_wiki(source: str, wiki: str):
    assert html_to_wiki(source) == wiki


def test_a_rich_text_image_gives_its_text_because_its_address_needs_a_session():
    """salesforce trap 12: images in rich text need a separate fetch."""
    source = '<img src="https://acme.my.salesforce.com/servlet/rtaImage?eid=1" alt="Plan">'
    assert html_to_wiki(source) == r"\[Plan]"


def test_an_image_on_the_web_becomes_a_link():
    assert html_to_wiki('<img src="https://x.example/p.png" alt="Plan">') == (
        "[Plan|https://x.example/p.png]"
    )


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "java\nscript:x", "data:text/html,x", "/a"]
)
def test_an_unsafe_link_becomes_its_text(href: str):
    """salesforce trap 12: HTML is sanitised both ways."""
    assert html_to_wiki(f'<a href="{href}">go</a>') == "go"
    assert "href" not in wiki_to_html(f"[go|{href}]")


@pytest.mark.parametrize(
    ("wiki", "result"),
    [
        ("one\ntwo", "<p>one</p><p>two</p>"),
        ("one\n\ntwo", "<p>one</p><p>&nbsp;</p><p>two</p>"),
        ("*b* _i_ +u+ -s- {{c}}", "<p><b>b</b> <i>i</i> <u>u</u> <s>s</s> <code>c</code></p>"),
        ("[t|https://x.example?a=1&b=2]", '<p><a href="https://x.example?a=1&amp;b=2">t</a></p>'),
        ("* a\n*# b\n* c", "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>"),
        ("h1. T", "<p><b>T</b></p>"),
        ("|| a || b ||\n| 1 | 2 |", "<p>a | b</p><p>1 | 2</p>"),
        ("{code}\na  b\n{code}", "<p><code>a &nbsp;b</code></p>"),
        ("bq. q", "<p>&gt; q</p>"),
        ("<script>x</script> & co", "<p>&lt;script&gt;x&lt;/script&gt; &amp; co</p>"),
        ("", "<p>&nbsp;</p>"),
    ],
)
def test_wiki_becomes_rich_text(wiki: str, result: str):
    assert wiki_to_html(wiki) == result


def test_plain_text_becomes_rich_text_that_shows_it_literally():
    assert plain_to_html("*a* <b>\n- c") == "<p>*a* &lt;b&gt;</p><p>- c</p>"


def test_rich_text_reads_as_plain_text():
    assert html_to_plain("<p>a <b>b</b></p><ul><li>c</li></ul>") == "a b\n- c"


@st.composite
def rich_texts(draw: st.DrawFn) -> str:
    words = st.sampled_from([*"ab *_-{}[]|!\n", "word ", " h1. x", "- ", "&nbsp;", "\\", ":)"])
    text = st.lists(words, max_size=8).map("".join)
    leaves = text | st.sampled_from(["<br>", "<hr>", "<img alt='x'>", "&amp;lt;", "<li>"])
    tags = st.sampled_from(
        [
            *("p", "b", "i", "u", "s", "code", "ul", "ol", "li", "blockquote", "pre", "h2"),
            *("table", "tr", "td", "th", 'a href="https://x.example/a_b(c)?d=[e]"', "div"),
        ]
    )

    def element(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        parts = st.lists(inside, max_size=4).map("".join)
        return st.builds(lambda tag, text: f"<{tag}>{text}</{tag.split()[0]}>", tags, parts)

    return "".join(draw(st.lists(st.recursive(leaves, element, max_leaves=10), max_size=4)))


@given(rich_texts())
def test_rich_text_is_stable_after_the_first_pass(source: str):
    once = wiki_to_html(html_to_wiki(source))
    assert wiki_to_html(html_to_wiki(once)) == once


@given(rich_texts())
def test_only_tags_that_a_feed_post_may_have_come_out(source: str):
    written = wiki_to_html(html_to_wiki(source))
    assert set(re.findall(r"</?([a-z0-9]+)", written)) <= FEED_TAGS


@given(st.text())
def test_any_text_in_a_paragraph_comes_out_of_rich_text_as_it_went_in(text: str):
    words = " ".join(html_to_plain(f"<p>{html.escape(text)}</p>").split())
    assert " ".join(html_to_plain(plain_to_html(text)).split()) == words
