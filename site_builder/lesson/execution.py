"""The lesson's settings on execution: the ``execution`` block of its settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from site_builder.lesson.model import ExecutionSettings
from site_builder.problems import Location, Problem, did_you_mean

NUMBERS = {"timeout": ("timeout", float), "episode-timeout": ("episode_timeout", float), "processes": ("processes", int)}
"""Key of the block -> field and its type; each is a number above 0."""

KEYS = (*NUMBERS, "preload")


def read_execution(
    values: Mapping[str, Any], path: PurePosixPath, lines: Mapping[str, int]
) -> tuple[ExecutionSettings, tuple[Problem, ...]]:
    """Return the settings on execution; what cannot be used is a problem (``LS003``) and its default holds."""
    block = values.get("execution")
    place = Location(path, lines.get("execution", 0))
    if block is None:
        return ExecutionSettings(), ()
    if not isinstance(block, dict):
        return ExecutionSettings(), (Problem("LS003", "`execution` must be a mapping", place, f"its keys are {', '.join(KEYS)}"),)
    problems = list(_problems(block, place))
    numbers: dict[str, Any] = {field: kind(block[key]) for key, (field, kind) in NUMBERS.items() if _is_number(block.get(key))}
    preload = block.get("preload")
    named = {str(key): _words(value) for key, value in preload.items()} if isinstance(preload, dict) else {}
    return ExecutionSettings(**numbers, preload=MappingProxyType(named)), tuple(problems)


def _problems(block: Mapping[Any, Any], place: Location) -> Iterable[Problem]:
    for key, value in block.items():
        if key in NUMBERS and not _is_number(value):
            yield Problem("LS003", f"`execution: {key}` must be a number above 0", place, f"it is {value!r}")
        elif key == "preload" and not isinstance(value, dict):
            yield Problem("LS003", "`execution: preload` must be a mapping", place, "write the name of an environment, then its modules")
        elif key not in KEYS:
            yield Problem(
                "LS003", f"`execution` has no setting `{key}`", place, did_you_mean(str(key), KEYS) or f"known: {', '.join(KEYS)}"
            )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _words(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)
