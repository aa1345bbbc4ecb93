"""Forms of minutes, seconds, times of day and dates."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from site_builder.settings.form import Form, Unusable


def _minutes(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return int(value) if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", value, re.ASCII) else value


MINUTES = Form("a whole number of minutes", {"type": "int", "strict": True, "ge": 0}, _minutes, hint="write a number, such as 10")


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unusable("must be a number of seconds above 0")
    try:
        return float(value)
    except OverflowError as error:
        raise Unusable("is too large a number of seconds") from error


SECONDS = Form("a number of seconds above 0", {"type": "float", "gt": 0, "allow_inf_nan": False}, _seconds)


_CLOCK = r"([01]?[0-9]|2[0-3]):([0-5][0-9])"


def minutes_of(value: Any) -> int | None:
    """Return a time of day as minutes after midnight; YAML reads an unquoted ``10:30`` as the number 630, which is the same value."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < 24 * 60 else None
    found = re.fullmatch(_CLOCK, str(value).strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def date_of(value: Any) -> datetime.date | None:
    """Return an ISO date, which YAML may already have parsed."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value).strip())
    except ValueError:
        return None


def _span(value: Any) -> int:
    """YAML reads an unquoted ``1:30`` as the number 90, which is the same in minutes."""
    found = re.fullmatch(r"\s*(?:([0-9]{1,5}):)?([0-9]{1,7})\s*", str(value), re.ASCII)
    minutes = int(found[1] or 0) * 60 + int(found[2]) if found else 0
    if isinstance(value, bool) or not minutes:
        raise Unusable("must be a time above 0", "write minutes, or hours and minutes: 90 or 1:30")
    return minutes


SPAN = Form("minutes, or hours and minutes", {"type": "int", "strict": True, "gt": 0}, _span, json={"type": ["string", "integer"]})

CLOCK = Form('a time such as "09:00"', {"type": "int", "strict": True}, minutes_of, json={"type": ["string", "integer"]})
DATE = Form("a date such as 2026-07-06", {"type": "date"}, date_of, json={"type": "string", "format": "date"})


def _stemmed(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType({PurePosixPath(name).stem: each for name, each in value.items()})


def _stems(value: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({PurePosixPath(name).stem: PurePosixPath(other).stem for name, other in value.items()})


ALTERNATIVES = Form(
    "a mapping",
    values=Form("the name of an episode", {"type": "str"}),
    after=_stems,
    hint="write the name of an episode, followed by that of another",
)
BREAKS = Form("a mapping", values=MINUTES, after=_stemmed, hint="write the name of an episode, followed by the minutes")
