"""Jobs and results as JSON, for executors that are not in this process."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from site_builder.execute.base import Job, Result
from site_builder.markdown.tree import Cell, Expression

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # a tenth of a second to import, only for executors that need it

    return TypeAdapter(kind)


def job_to_json(job: Job) -> bytes:
    """Return a job as JSON in UTF-8."""
    return bytes(_adapter(Job).dump_json(job))


def job_from_json(data: bytes) -> Job:
    """Return the job that `job_to_json` wrote.

    Raises:
        ValueError: it is not valid.
    """
    return _job(_mapping(json.loads(data)))


def result_to_json(result: Result) -> bytes:
    """Return a result as JSON in UTF-8."""
    return bytes(_adapter(Result).dump_json(result))


def result_from_json(data: bytes) -> Result:
    """Return the result that `result_to_json` wrote.

    Raises:
        ValueError: it is not valid.
    """
    values = _mapping(json.loads(data))
    job = _job(_mapping(values.get("job")))
    read: Result = _adapter(Result).validate_json(json.dumps({**values, "job": {**_mapping(values["job"]), "cells": []}}))
    return replace(read, job=job)


def _job(values: dict[str, Any]) -> Job:
    cells = values.get("cells", ())
    read: Job = _adapter(Job).validate_json(json.dumps({**values, "cells": []}))
    return replace(read, cells=tuple(_cell(_mapping(cell)) for cell in cells))


def _cell(values: dict[str, Any]) -> Cell | Expression:
    """A cell has options and an expression has none; their other fields are the same."""
    found: Cell | Expression = _adapter(Cell if "options" in values else Expression).validate_json(json.dumps(values))
    return found


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{value!r:.40} cannot be part of a job or a result")
    return value
