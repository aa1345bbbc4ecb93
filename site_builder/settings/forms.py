"""The forms of most values: text, switches, numbers, lists and choices."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from site_builder.settings.form import Form, Unusable
from site_builder.settings.image_names import fault
from site_builder.spelling import misspelt


def as_text(value: Any) -> str:
    """Return the value as text; numbers and dates are converted to their written form.

    Raises:
        Unusable: it cannot be read as text.
    """
    if isinstance(value, bool):
        word = str(value).lower()
        raise Unusable(f"is read as {word}", 'YAML reads yes, no, on and off as true and false; write the word in quotes: `"no"`')
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if not isinstance(value, str | int | float):
        raise Unusable("must be text", "write a single value, not a list or mapping")
    return str(value).strip()


def as_text_or_false(value: Any) -> str:
    """Return a text, or a switch as text; false becomes an empty text."""
    return "" if value is False else "true" if value is True else as_text(value)


SCALAR = {"type": ["string", "number", "boolean"]}
TEXT = Form("text", {"type": "str"}, as_text, json={"type": ["string", "number"]})
ALTERNATIVE = replace(TEXT, empty="")
"""Text for which a missing value and an empty value differ, such as the alternative text of a decorative picture."""

TEXT_OR_FALSE = Form("text", {"type": "str"}, as_text_or_false, json=SCALAR)


def _switch(value: Any) -> Any:
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False, "": False}
    return words.get(str(value).strip().lower(), value) if isinstance(value, str | int) else value


LENIENT_SWITCH = Form("true or false", {"type": "bool", "strict": True}, _switch, json=SCALAR)
"""A switch of the Workbench, whose values are used as text."""

SWITCH = Form("true or false", {"type": "bool", "strict": True})


def _lines(value: Any) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str | int | float) and not isinstance(item, bool) and "\n" not in str(item) for item in items):
        raise Unusable("must be a line or a list of lines", "write each line after `- `")
    return tuple(str(item) for item in items)


LINES = Form(
    "a line or a list of lines",
    {"type": "tuple", "items_schema": [{"type": "str"}], "variadic_item_index": 0},
    _lines,
    json={"anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": ["string", "number"]}}]},
)

_UNITS = {"": 1, "m": 1, "g": 1024, "t": 1024 * 1024}


def _memory(value: Any) -> int:
    found = re.fullmatch(r"\s*([0-9]{1,9})\s*([mgt]?)i?b?\s*", str(value), re.IGNORECASE | re.ASCII)
    if isinstance(value, bool) or not found or not int(found[1]):
        raise Unusable("must be an amount of memory", "write a number with its unit, such as 4G or 900M")
    return int(found[1]) * _UNITS[found[2].lower()]


MEMORY = Form("an amount of memory", {"type": "int", "strict": True, "gt": 0}, _memory, json={"type": ["string", "integer"]})
"""In MiB, which is what a number without a unit means to Slurm and HTCondor."""

COUNT = Form("a whole number above 0", {"type": "int", "strict": True, "gt": 0})


def _words(value: Any) -> tuple[str, ...]:
    items = [value] if isinstance(value, str | int | float) and not isinstance(value, bool) else value
    if not isinstance(items, list) or not all(isinstance(item, str | int | float) for item in items):
        raise Unusable("must be a word or a list of words", "write [first, second]")
    return tuple(str(item) for item in items)


_WORD = {"type": ["string", "number"]}
_STRINGS = {"type": "tuple", "items_schema": [{"type": "str"}], "variadic_item_index": 0}
WORDS = Form("a word or a list of words", _STRINGS, _words, json={"anyOf": [_WORD, {"type": "array", "items": _WORD}]})


def _file(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float | datetime.date):
        raise Unusable("has an entry that is not a file name", "write each name on its own line, after `- `")
    return str(value)


FILE = Form("the name of a file", {"type": "str"}, _file, json=_WORD)
FILES = Form("a list of file names", items=FILE, after=tuple, hint="write each name on its own line, after `- `")


def _folder(value: Any) -> str:
    text = str(PurePosixPath(as_text(value)))
    if text.startswith(("/", "\\")) or ".." in PurePosixPath(text).parts or ":" in text:
        raise Unusable("must be a folder inside `episodes/`", "write its path relative to that, such as `data`")
    return "" if text == "." else text


FOLDER = Form("the path of a folder", {"type": "str"}, _folder, json={"type": ["string", "number"]})


def _image(value: Any) -> str:
    text = as_text(value)
    if text and (found := fault(text)):
        raise Unusable(f"names no image: {found[0]}", found[1])
    return text


IMAGE = Form("the name of an image", {"type": "str"}, _image, json={"type": "string"})


def _name(value: Any) -> str:
    text = as_text_or_false(value)
    if text and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", text):
        raise Unusable("must be the name of a folder", "write letters of A to Z, digits, dots and hyphens, such as `my-lesson`")
    return text


NAME = Form("the name of a folder", {"type": "str"}, _name, json=SCALAR)


def choice(*words: str) -> Form:
    """Return the form of a value that is one of these words."""

    def before(value: Any) -> str:
        word = as_text_or_false(value)
        if word and word not in words:
            raise Unusable(f"has an unknown value, `{word}`", _meant(word, words) or f"write one of {', '.join(words)}")
        return word

    core = {"type": "literal", "expected": ["", *words]}
    return Form(f"one of {', '.join(words)}", core, before, json={"enum": [*words, False]})


def _meant(word: str, words: tuple[str, ...]) -> str:
    near = misspelt(word, words)
    return f"did you mean '{near}'?" if near else ""


TREATMENT = Form("`clean` or `sandbox`", {"type": "literal", "expected": ["clean", "sandbox"]})

VARIABLES = Form("a mapping", values=TEXT, after=MappingProxyType, hint="write the name of a variable, followed by its value")

REDIRECTS = Form("a mapping", values=TEXT_OR_FALSE, after=MappingProxyType, hint="write an old page, followed by the page it leads to")

MODULES = Form("a mapping", values=WORDS, after=MappingProxyType, hint="write the name of an environment, followed by its modules")


STEM = Form("the name of an episode", {"type": "str"}, lambda value: PurePosixPath(as_text(value)).stem, json=_WORD)
