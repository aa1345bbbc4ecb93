"""Settings of the look that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from site_builder.check.look import check_look
from site_builder.lesson.model import Lesson
from site_builder.settings.lesson import Colours, Settings


def found(**values: Any) -> list[tuple[str, int]]:
    settings = Settings(**values, marks={("brand",): (3, 1), ("logo",): (5, 1), ("copy",): (7, 1)})
    return [(problem.code, problem.location.line) for problem in check_look(Lesson(Path("/l"), settings))]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, []),
        ({"brand": Colours("#123456", "#0b5cad"), "code_copy": "none"}, []),
        ({"brand": Colours("pink")}, [("LS861", 3)]),
        ({"brand": Colours(accent="#ffff00")}, [("LS862", 3)]),
        ({"logo": "fig/none.png", "favicon": "fig/none.ico"}, [("LS863", 5), ("LS863", 1)]),
        ({"code_copy": "setup"}, [("LS864", 7)]),
    ],
)
def test_each_fault_is_named_at_its_line(values: dict[str, Any], expected: list[tuple[str, int]]) -> None:
    assert found(**values) == expected


def test_a_slip_gets_the_right_word() -> None:
    settings = Settings(code_copy="setup-onyl")
    assert next(check_look(Lesson(Path("/l"), settings))).hint == "did you mean 'setup-only'?"
