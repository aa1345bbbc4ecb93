"""The pydantic model of each dataclass of keys, from which JSON schemas are made.

Reading takes the same schemas to pydantic's core directly (`validation`), which is imported in a quarter of the time.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, create_model
from pydantic_core import CoreSchema

from site_builder.settings.form import Form
from site_builder.settings.keys import keys_of, made


class Written:
    """The annotation of a model's field: its value is of a form."""

    def __init__(self, form: Form) -> None:
        """Keep the form."""
        self.form = form

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema by which pydantic checks a value."""

        def of_block(kind: type) -> dict[str, Any]:
            def finished(model: BaseModel) -> Any:
                return made(kind, {keys_of(kind)[name].name: getattr(model, name) for name in model.model_fields_set})

            model = handler.generate_schema(model_of(kind))
            return {"type": "function-after", "function": {"type": "no-info", "function": finished}, "schema": model}

        schema: CoreSchema = self.form.schema_of_key(of_block)
        return schema

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the schema by which an editor checks a value."""
        if self.form.json:
            return {"anyOf": [dict(self.form.json), {"type": "null"}]}
        made = handler(core)
        part, slot = (self.form.items, "items") if self.form.items else (self.form.values, "additionalProperties")
        if part and part.json:
            given = made["anyOf"][0]
            given[slot] = {"anyOf": [given[slot], dict(part.json)]} if part.block else dict(part.json)
        return made


def model_of(kind: type) -> type[BaseModel]:
    """Return the model of a dataclass of keys: every key may be left out or empty, and no other key is allowed."""
    return _model_of(kind)


@cache
def _model_of(kind: type) -> type[BaseModel]:
    fields: dict[str, Any] = {
        name: (Annotated[Any, Written(key.form)], Field(default=None, alias=key.name, description=key.meaning))
        for name, key in keys_of(kind).items()
    }
    return create_model(kind.__name__, __config__=ConfigDict(extra="forbid", frozen=True), **fields)
