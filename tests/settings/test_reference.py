"""The reference is made from the keys, and is current."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from site_builder.settings.cell import CellOptions
from site_builder.settings.front_matter import FrontMatter
from site_builder.settings.keys import keys_of, made, named_keys
from site_builder.settings.lesson import SILENT, Settings
from site_builder.settings.models import model_of
from site_builder.settings.reference import SCHEMAS, TABLES, schema, with_tables
from site_builder.settings.validation import validated

DOCS = Path(__file__).parents[2] / "docs"
KINDS = (Settings, FrontMatter, CellOptions)


def test_the_tables_of_the_documentation_are_current() -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    assert [path.name for path, text in pages.items() if with_tables(text) != text] == [], "run `make reference`"
    whole = "".join(pages.values())
    assert [name for name in TABLES if whole.count(f"<!-- keys: {name} -->") != 1] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_are_current(name: str) -> None:
    assert (DOCS / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8") == schema(name), "run `make reference`"


@pytest.mark.parametrize("kind", TABLES.values())
def test_every_key_is_explained_and_has_a_name_of_its_own(kind: type) -> None:
    keys = keys_of(kind).values()
    assert all(key.meaning.endswith(".") and "|" not in key.meaning for key in keys)
    assert len({key.name for key in keys}) == len(keys) and not {key.name for key in keys} & SILENT


def test_a_schema_knows_the_keys_and_no_others() -> None:
    found = json.loads(schema("settings"))
    assert set(found["properties"]) == set(named_keys(Settings)) | SILENT and found["additionalProperties"] is False
    assert found["properties"]["schedule"]["deprecated"] and found["properties"]["branch"]["default"] == "main"
    assert "additionalProperties" not in json.loads(schema("front-matter"))
    assert json.loads(schema("cell-options"))["properties"]["eval"]["default"] is True
    assert "$ref" in json.dumps(found["properties"]["workshop"]) and found["$defs"]["Day"]["additionalProperties"] is False


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.dates()
VALUES = st.recursive(
    SCALARS, lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=6), each, max_size=3), max_leaves=6
)


@given(st.sampled_from(KINDS), st.data())
def test_the_model_and_the_validator_agree(kind: type, data: st.DataObject) -> None:
    names = st.sampled_from([*named_keys(kind), "other"])
    nested = st.dictionaries(
        st.sampled_from(["timeout", "start", "days", "breaks", "first", "other", "lang", "primary"]), VALUES, max_size=3
    )
    values: dict[str, Any] = data.draw(st.dictionaries(names, VALUES | nested, max_size=5))
    values.pop("schedule", None)
    found, faults = validated(kind, values)
    try:
        model = model_of(kind).model_validate(values)
    except ValidationError as error:
        assert found is None
        assert {each["loc"] for each in error.errors()} == {each["loc"] for each in faults}
    else:
        named = {keys_of(kind)[name].name: getattr(model, name) for name in model.model_fields_set}
        assert found == made(kind, named)


@given(
    st.builds(
        dict, title=st.text("abc ", min_size=1).map(str.strip), teaching=st.integers(0, 999), requires=st.lists(st.text("ab", min_size=1))
    )
)
def test_values_make_the_round_trip(values: dict[str, Any]) -> None:
    found, faults = validated(FrontMatter, yaml.safe_load(yaml.safe_dump(values)))
    assert found and not faults
    assert (found.title, found.teaching, found.requires) == (values["title"], values["teaching"], tuple(values["requires"]))
