"""Lists, tables and values typed as text: what is shown reads back as what was stored."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from connector.admin.fields import JsonScalarField, LinesField, PairsField, TableField, typed

# Documents strip their texts and have no empty ones in lists.
texts = st.text(min_size=1).filter(lambda text: text == text.strip())
lines = texts.filter(lambda text: len(text.splitlines()) == 1)
scalars = st.none() | st.booleans() | st.integers() | texts | st.lists(texts)


@given(st.lists(lines))
def test_a_list_reads_back_as_it_is_shown(value):
    field = LinesField(required=False)
    assert field.to_python(field.prepare_value(value)) == value
    assert not field.has_changed(value, field.prepare_value(value))


@given(st.lists(st.lists(texts, min_size=2, max_size=2)))
def test_a_table_of_pairs_reads_back_as_it_is_shown(value):
    field = PairsField(required=False)
    assert field.to_python(field.prepare_value(value)) == value
    assert not field.has_changed(value, field.prepare_value(value))


@given(st.dictionaries(texts, texts))
def test_a_table_that_is_looked_up_reads_back_as_it_is_shown(value):
    field = TableField(required=False)
    assert field.to_python(field.prepare_value(value)) == value
    assert not field.has_changed(value, field.prepare_value(value))


@given(scalars)
def test_a_value_reads_back_as_it_is_shown_in_one_line(value):
    field = JsonScalarField(required=False)
    shown = typed(value)
    assert field.to_python(shown) == value
    assert not field.has_changed(shown, shown)
    assert len(shown.splitlines()) <= 1


@pytest.mark.parametrize("text", ["NaN", "Infinity", "[1, 2", "High = Low"])
def test_what_is_no_json_is_a_text(text):
    assert JsonScalarField(required=False).to_python(text) == text


@pytest.mark.parametrize("line", ["High", "= High", "High =", "=", '["High", ""]', '["High"]'])
def test_a_line_that_is_no_pair_is_named_in_the_message(line):
    with pytest.raises(ValidationError, match="Line 2"):
        PairsField().to_python(f"a = b\n{line}")
