"""The types at the seams of the lower layers cannot be changed after they are made."""

from __future__ import annotations

import dataclasses
import importlib
from functools import cached_property

import pytest

MODULES = (
    "problems", "processes", "pipeline.read", "episode", "lesson.model", "plan.model", "records.model", "records.store", "environments.base",
    "environments.workspace.lock",
)  # fmt: skip
TYPES = [
    found
    for name in MODULES
    for found in vars(importlib.import_module(f"site_builder.{name}")).values()
    if dataclasses.is_dataclass(found) and isinstance(found, type)
]


@pytest.mark.parametrize("found", TYPES, ids=lambda found: found.__name__)
def test_every_type_is_frozen_and_has_slots(found: type) -> None:
    assert found.__dataclass_params__.frozen  # type: ignore[attr-defined]
    cached = any(isinstance(member, cached_property) for member in vars(found).values())
    assert "__slots__" in vars(found) or cached  # a cached property keeps its value in the instance's dictionary


def test_there_are_types_to_look_at() -> None:
    assert {"Problem", "Lesson", "Step", "EpisodeRecord", "PackageSet"} <= {found.__name__ for found in TYPES}
