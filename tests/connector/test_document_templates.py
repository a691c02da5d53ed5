"""What a template of a mapping may contain."""

import pytest

from connector.document.templates import template_mistakes

LINES = "OpportunityLineItems[].Product2.Name"


def mistakes(source, *uses):
    return template_mistakes(source, uses, "record")


@pytest.mark.parametrize(
    ("source", "uses"),
    [
        ("plain text", ()),
        ("{{ record.Contact.Name|default:'nobody'|upper }}", ("Contact.Name",)),
        ("{% if record.A and not record.B %}{{ True }}{% else %}{{ 3 }}{% endif %}", ("A", "B")),
        (
            "{% for line in record.OpportunityLineItems %}{{ forloop.counter }}. "
            "{{ line.Product2.Name }}{% empty %}none{% endfor %}",
            (LINES,),
        ),
        ("{{ record.OpportunityLineItems|length }}", (LINES,)),
        ("{{ record.OpportunityLineItems.0.Product2.Name }}", (LINES,)),
        (
            "{% with first=record.OpportunityLineItems|first %}{{ first.Product2.Name }}"
            "{% endwith %}",
            (LINES,),
        ),
        ("{% firstof record.A record.B 'x' as name %}{{ name }}", ("A", "B")),
        ("{% verbatim %}{{ record.X }}{% endverbatim %}", ()),
    ],
)
def test_a_sound_template_has_no_mistakes(source, uses):
    assert mistakes(source, *uses) == []


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("{{ record.X }}", "X"),
        ("{{ record.A|default:record.X }}", "X"),
        ("{% if record.A == record.X %}{% endif %}", "X"),
        ("{% if record.A %}{% elif record.X %}{% endif %}", "X"),
        ("{% for a in record.X %}{% endfor %}", "X"),
        ("{% for line in record.OpportunityLineItems %}{{ line.X }}{% endfor %}", ".X"),
        ("{% with b=record.Contact %}{{ b.X }}{% endwith %}", "Contact.X"),
        ("{% firstof record.A record.X %}", "X"),
    ],
)
def test_a_field_that_uses_does_not_list_is_named(source, missing):
    (mistake,) = mistakes(source, "A", "Contact.Name", LINES)

    assert "`uses` doesn't list" in mistake
    assert missing in mistake


def test_upper_and_lower_case_are_the_same_as_in_salesforce():
    assert mistakes("{{ record.contact.name }}", "Contact.Name") == []


def test_the_nearest_field_is_offered():
    (mistake,) = mistakes("{{ record.Contact.Nmae }}", "Contact.Name")

    assert "Did you mean Contact.Name?" in mistake


@pytest.mark.parametrize(
    "tag", ["include 'x'", "load x", "extends 'x'", "debug", "url 'x'", "now 'Y'"]
)
def test_tags_that_reach_out_of_the_template_or_change_with_time_are_refused(tag):
    (mistake,) = mistakes("{% " + tag + " %}")

    assert "can't be used here" in mistake


@pytest.mark.parametrize("name", ["random", "timesince", "timeuntil"])
def test_filters_that_give_another_text_each_time_are_refused(name):
    assert mistakes("{{ record.A|" + name + " }}", "A")


@pytest.mark.parametrize("source", ["{% if %}", "{{ record.A|nosuch }}", "{% for a in record.A %}"])
def test_a_syntax_error_is_explained(source):
    (mistake,) = mistakes(source, "A")

    assert mistake.startswith("is no valid template")


def test_a_template_knows_only_its_own_side():
    (mistake,) = mistakes("{{ issue.key }}", "key")

    assert mistake == "reads issue.key, but a template knows only `record`"


def test_a_record_is_not_printed_as_a_whole():
    assert "as a whole" in mistakes("{{ record }}", "Subject")[0]


def test_thousands_of_nested_loops_are_refused_without_a_crash():
    assert mistakes("{% for a in record.A %}" * 5000, "A") == ["is nested too deeply"]
