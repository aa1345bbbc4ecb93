"""The forms that values take: what an author is asked for, what YAML may have made of it, and what pydantic checks.

A `Form` imports nothing: its ``core`` is a schema of pydantic-core, which is plain data
(https://docs.pydantic.dev/latest/api/pydantic_core_schema/).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from site_builder.spelling import misspelt


class Unusable(ValueError):
    """A value that is not of its form, in words of its own; ``hint`` is what to write."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep what is wrong, said after the key's name, and what to do."""
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One form of value.

    ``wanted`` completes "must be …". ``core`` checks a single value; in its place a form may have a ``block``, the dataclass that a
    mapping of keys is read into, ``values`` of a mapping with any keys, or ``items`` of a list. ``before`` turns what YAML gives into
    what is checked, ``after`` what was checked into what is kept. ``json`` is the JSON schema where that of ``core`` asks for more,
    or that of what may stand in a block's place.
    A key without a value has its default, or what ``empty`` says.
    """

    wanted: str
    core: Mapping[str, Any] | None = None
    before: Callable[[Any], Any] | None = None
    after: Callable[[Any], Any] | None = None
    hint: str = ""
    json: Mapping[str, Any] | None = None
    block: type | None = None
    values: Form | None = None
    items: Form | None = None
    empty: Any = None

    def schema(self, of_block: Callable[[type], dict[str, Any]]) -> dict[str, Any]:
        """Return the schema of pydantic-core that checks a value of this form; ``of_block`` gives that of a dataclass of keys."""
        if self.block:
            schema = of_block(self.block)
        elif self.values:
            schema = {"type": "dict", "strict": True, "keys_schema": {"type": "str"}, "values_schema": self.values.schema(of_block)}
        elif self.items:
            schema = {"type": "list", "strict": True, "items_schema": self.items.schema(of_block)}
        else:
            schema = dict(self.core or {"type": "any"})
        if self.before:
            schema = {"type": "function-before", "function": {"type": "no-info", "function": self.before}, "schema": schema}
        if self.after:
            schema = _after(schema, self.after)
        return schema

    def schema_of_key(self, of_block: Callable[[type], dict[str, Any]]) -> dict[str, Any]:
        """Return the schema of a key of this form, which may be left empty."""
        schema = {"type": "nullable", "schema": self.schema(of_block)}
        return schema if self.empty is None else _after(schema, lambda value: self.empty if value is None else value)


def _after(schema: dict[str, Any], function: Callable[[Any], Any]) -> dict[str, Any]:
    return {"type": "function-after", "function": {"type": "no-info", "function": function}, "schema": schema}


def _unusable_text() -> Unusable:
    return Unusable("must be text", "give one value, not a list or mapping")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        word = str(value).lower()
        raise Unusable(f"is read as {word}", 'YAML reads yes, no, on and off as true and false: put the word in quotes, `"no"`')
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if not isinstance(value, str | int | float):
        raise _unusable_text()
    return str(value).strip()


def _text_or_false(value: Any) -> str:
    """Text, or a switch: false is the same as nothing."""
    return "" if value is False else "true" if value is True else _text(value)


SCALAR = {"type": ["string", "number", "boolean"]}
TEXT = Form("text", {"type": "str"}, _text, json={"type": ["string", "number"]})
ALTERNATIVE = replace(TEXT, empty="")
"""Text whose absence says something else than its emptiness, as the alternative text of a picture that is decoration."""

TEXT_OR_FALSE = Form("text", {"type": "str"}, _text_or_false, json=SCALAR)


def _switch(value: Any) -> Any:
    words = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False, "": False}
    return words.get(str(value).strip().lower(), value) if isinstance(value, str | int) else value


LENIENT_SWITCH = Form("true or false", {"type": "bool", "strict": True}, _switch, json=SCALAR)
"""A switch of the Workbench, whose values are used as text."""

SWITCH = Form("true or false", {"type": "bool", "strict": True})


def _minutes(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return int(value) if isinstance(value, str) and re.fullmatch(r"\s*[0-9]{1,9}\s*", value, re.ASCII) else value


MINUTES = Form("a whole number of minutes", {"type": "int", "strict": True, "ge": 0}, _minutes, hint="write a number, such as 10")
COUNT = Form("a whole number above 0", {"type": "int", "strict": True, "gt": 0})


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unusable("must be a number of seconds above 0")
    return float(value)


SECONDS = Form("a number of seconds above 0", {"type": "float", "gt": 0, "allow_inf_nan": False}, _seconds)


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
        raise Unusable("lists something that is no file name", "write each name on a line of its own, after `- `")
    return str(value)


FILE = Form("the name of a file", {"type": "str"}, _file, json=_WORD)
FILES = Form("a list of file names", items=FILE, after=tuple, hint="write each name on a line of its own, after `- `")


def choice(*words: str) -> Form:
    """Return the form of a value that is one of these words."""

    def before(value: Any) -> str:
        word = _text_or_false(value)
        if word and word not in words:
            raise Unusable(f"has an unknown value, `{word}`", _meant(word, words) or f"write one of {', '.join(words)}")
        return word

    core = {"type": "literal", "expected": ["", *words]}
    return Form(f"one of {', '.join(words)}", core, before, json={"enum": [*words, False]})


def _meant(word: str, words: tuple[str, ...]) -> str:
    near = misspelt(word, words)
    return f"did you mean '{near}'?" if near else ""


TREATMENT = Form("`clean` or `sandbox`", {"type": "literal", "expected": ["clean", "sandbox"]})

_CLOCK = r"([01]?[0-9]|2[0-3]):([0-5][0-9])"


def minutes_of(value: Any) -> int | None:
    """Return a time of day as minutes after midnight; YAML reads an unquoted ``10:30`` as the number 630, which means the same."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < 24 * 60 else None
    found = re.fullmatch(_CLOCK, str(value).strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def date_of(value: Any) -> datetime.date | None:
    """Return an ISO date, which YAML may have read already."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value).strip())
    except ValueError:
        return None


CLOCK = Form('a time such as "09:00"', {"type": "int", "strict": True}, minutes_of, json={"type": ["string", "integer"]})
DATE = Form("a date such as 2026-07-06", {"type": "date"}, date_of, json={"type": "string", "format": "date"})
STEM = Form("the name of an episode", {"type": "str"}, lambda value: PurePosixPath(_text(value)).stem, json=_WORD)


def _stemmed(value: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType({PurePosixPath(name).stem: each for name, each in value.items()})


BREAKS = Form("a mapping", values=MINUTES, after=_stemmed, hint="write an episode's name, then the minutes after it")
MODULES = Form("a mapping", values=WORDS, after=MappingProxyType, hint="write the name of an environment, then its modules")


def block(kind: type, **changes: Any) -> Form:
    """Return the form of a mapping that is read into a dataclass of keys."""
    return replace(Form("a mapping", block=kind, hint="write its keys below it, indented"), **changes)


LONGEST_MAIL = 320
"""Characters of an e-mail address (RFC 5321, 4.5.3.1)."""

_MAIL = r"[^\s@<>:/]+@[^\s@<>:/]+\.[^\s@<>:/]+"
_WEB = r"(?i)https?://[^\s/]\S*"
_FORGE = r"(?:ssh://)?git@([\w.\-]+)[:/](\S+)"
_HOST = r"(?i)(?:[\w\-]+\.)+[a-z]{2,}(?:/\S*)?"
_DOI = r"(?i)(?:https?://(?:dx\.)?doi\.org/)?10\.[0-9]{4,9}/\S+"
_LANGUAGE = r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*"


def is_mail(text: str) -> bool:
    """Tell whether a text is an e-mail address."""
    return len(text) <= LONGEST_MAIL and bool(re.fullmatch(_MAIL, text))


def _contact(value: Any) -> str:
    text = _text_or_false(value).removeprefix("mailto:")
    if text and not is_mail(text) and not re.fullmatch(_WEB, text):
        raise Unusable(f"is no e-mail address: {text[:80]!r}", "write one that reaches the maintainers")
    return text


def _address(value: Any) -> str:
    text = _text_or_false(value)
    if found := re.fullmatch(_FORGE, text):
        return f"https://{found[1]}/{found[2]}"
    if text and not re.fullmatch(_WEB, text):
        hint = f"write https://{text}" if re.fullmatch(_HOST, text) else "write an address that begins with https://"
        raise Unusable(f"lacks https:// and is no address: {text[:80]!r}", hint)
    return text


def _doi(value: Any) -> str:
    text = re.sub(r"^doi:\s*", "", _text_or_false(value), flags=re.I)
    if text and not re.fullmatch(_DOI, text):
        raise Unusable(f"is no DOI: {text[:80]!r}", "write it as 10.5281/zenodo.1234567, or as https://doi.org/10.5281/zenodo.1234567")
    return text


def _language(value: Any) -> str:
    if isinstance(value, bool):
        word = str(value).lower()
        raise Unusable(f"is read as {word}", f'write `lang: "{"yes" if value else "no"}"`, in quotes')
    text = _text(value)
    if not re.fullmatch(_LANGUAGE, text):
        raise Unusable(f"is no language: {text[:80]!r}", "write its code, such as en, or pt-BR")
    return text


CONTACT = Form("an e-mail address", {"type": "str"}, _contact, json={"type": ["string", "boolean"]})
ADDRESS = Form("an address that begins with https://", {"type": "str"}, _address, json={"type": ["string", "boolean"]})
DOI = Form("a DOI", {"type": "str"}, _doi, json=SCALAR)
LANGUAGE = Form("a language", {"type": "str"}, _language, json={"type": "string"})
