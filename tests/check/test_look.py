"""Settings of the look that cannot be used."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from site_builder.check.look import check_look
from site_builder.lesson.model import Lesson, Settings


def found(**values: Any) -> list[tuple[str, int]]:
    settings = Settings(values=MappingProxyType(values), lines={"brand": 3, "logo": 5, "copy": 7})
    return [(problem.code, problem.location.line) for problem in check_look(Lesson(Path("/l"), settings))]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"brand": {"primary": "#123456", "accent": "#0b5cad"}, "copy": "none"}, []),
        ({"brand": {"primary": "pink"}}, [("LS861", 3)]),
        ({"brand": {"accent": "#ffff00"}}, [("LS862", 3)]),
        ({"logo": "fig/none.png", "favicon": "fig/none.ico"}, [("LS863", 5), ("LS863", 0)]),
        ({"copy": "setup"}, [("LS864", 7)]),
    ],
)
def test_each_fault_is_named_at_its_line(values: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    assert found(**values) == expected


def test_a_slip_gets_the_right_word() -> None:
    settings = Settings(values=MappingProxyType({"copy": "setup-onyl"}))
    assert next(check_look(Lesson(Path("/l"), settings))).hint == "did you mean 'setup-only'?"
