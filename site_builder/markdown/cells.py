"""Executable fences: the options in ``#|`` lines and in the fence's header, with the names that knitr and Quarto use."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from site_builder.markdown import knitr_options
from site_builder.markdown.cell_tags import RAISES, options_of_tags, tags_of
from site_builder.problems import Location, Severity, did_you_mean
from site_builder.settings.cell import RULES, CellOptions
from site_builder.settings.checking import check, read_mapping
from site_builder.settings.keys import keys_of, named_keys
from site_builder.settings.places import KeyPath, Mark, place_of
from site_builder.settings.yaml_loader import MAXIMUM_DIGITS
from site_builder.settings.yaml_reading import Yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from site_builder.markdown.reader_state import ReaderState

_OPTION_LINE = re.compile(r"[ \t]*(?:#|//|--)\|[ ]?(.*)$")
_TEXT = r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'"""
_HEADER = re.compile(rf"\s*(?:([\w.\-]+)\s*=\s*)?({_TEXT}|c?\([^()]*\)|[^,\s](?:[^,]*[^,\s])?)\s*(?:,|$)")

_FIELDS = {key.name: field for field, key in keys_of(CellOptions).items()}
"""Name of an option -> its field."""


def split_options(body: str) -> tuple[list[str], str]:
    """Split the leading ``#|`` lines, with their marks, from the source."""
    lines = body.split("\n")
    count = 0
    while count < len(lines) and _OPTION_LINE.match(lines[count]):
        count += 1
    return lines[:count], "\n".join(lines[count:])


def read_options(page: ReaderState, header: str, lines: list[str], place: Mark) -> CellOptions:
    """Read a cell's options; ``place`` is that of its fence's header. Each fault becomes a problem, and the default applies."""
    line, column = place
    values: dict[str, Any] = {}
    marks: dict[KeyPath, Mark] = {}
    for name, value, offset in _header_options(header):
        if name in values and page.path.suffix != ".Rmd":  # R's expressions have names and commas of their own
            message = f"{RULES.called((name,))} occurs twice in the header"
            page.complain(RULES.repeated, message, line, "keep one of them", column=column + offset)
        values[name], marks[(name,)] = value, (line, column + offset)
    if lines:
        written = _option_lines(page, lines, line + 1)
        values |= written.value or {}
        marks |= written.marks
    if not values:
        return CellOptions(may_raise=page.may_raise)
    values = _in_our_terms(page, values, marks) if page.path.suffix == ".Rmd" else _without_knitr(values, marks)
    options, problems = check(CellOptions, Yaml(values, marks), lambda mark: Location(page.path, *mark), RULES)
    page.problems.extend(problems)
    tags = tags_of(options.tags)
    fields: dict[str, Any] = {_FIELDS[name]: value for name, value in options_of_tags(tags).items() if name not in values}
    may_raise = (page.may_raise or RAISES in tags) and "error" not in values
    return replace(options, may_raise=may_raise, **fields)


def _option_lines(page: ReaderState, lines: list[str], first: int) -> Yaml:
    """Read the ``#|`` lines, of which the first is a line of the source; marks are places in the source."""
    found = [match for text in lines if (match := _OPTION_LINE.match(text))]
    widths = [match.start(1) for match in found]

    def in_source(mark: Mark) -> Mark:
        return first + mark[0] - 1, mark[1] + widths[min(mark[0], len(widths)) - 1]

    text = "\n".join(match[1] for match in found)
    document, problems = read_mapping(text, lambda mark: Location(page.path, *in_source(mark)), RULES, "the list of cell options")
    page.problems.extend(problems)
    return Yaml(document.value, {path: in_source(mark) for path, mark in document.marks.items()})


def check_end(page: ReaderState, body: str, mark: str, line: int) -> None:
    """Refuse a cell that contains the opening of another one: its own closing fence is missing; ``line`` is that of its opening fence."""
    opening = re.compile(rf" {{0,3}}{re.escape(mark)}\{{\w")
    for number, text in enumerate(body.split("\n"), 1):
        if opening.match(text):
            message = f"a cell begins here, but the one that began on line {line} is not closed"
            page.complain("LS206", message, line + number, f"close that one with a line of {mark}")
            return


def _header_options(header: str) -> list[tuple[str, Any, int]]:
    """The options of a header: name, value, and the offset of each from its beginning."""
    options: list[tuple[str, Any, int]] = []
    for found in _HEADER.finditer(header.strip(" ,")):
        name = found[1].replace(".", "-") if found[1] else "label"
        options.append((name, _knitr_value(found[2]), found.start(1 if found[1] else 2)))
    return options


def _knitr_value(text: str) -> Any:
    if text in ("TRUE", "T", "true", "True"):
        return True
    if text in ("FALSE", "F", "false", "False"):
        return False
    if text[:1] in ("'", '"') and text[-1:] == text[:1] and len(text) > 1:
        return text[1:-1]
    if re.fullmatch(rf"-?[0-9]{{1,{MAXIMUM_DIGITS}}}(?:\.[0-9]+)?", text):
        return float(text) if "." in text else int(text)
    if found := re.fullmatch(r"c\((.*)\)", text, re.S):
        return [word.strip().strip("\"'") for word in found[1].split(",")]
    return text


def _without_knitr(written: Mapping[str, Any], marks: dict[KeyPath, Mark]) -> dict[str, Any]:
    """Return the options of a cell in Markdown: knitr's own keys in our terms where they have an equivalent, else passed over."""
    known = named_keys(CellOptions)
    values: dict[str, Any] = {}
    for spelt, value in written.items():
        name = spelt.replace(".", "-")
        if name not in known and name in knitr_options.NAMES - knitr_options.ELSEWHERE:
            ours = knitr_options.in_our_terms(name, value)
        else:
            ours = (name if name in known else spelt, value)
        if ours and ours[0] not in values:
            values[ours[0]] = ours[1]
            marks.setdefault((ours[0],), place_of(marks, (spelt,)))
    return values


def _in_our_terms(page: ReaderState, written: Mapping[str, Any], marks: dict[KeyPath, Mark]) -> dict[str, Any]:
    """Return, by our names, the R Markdown options that are ours and the knitr options that are equivalent to one of ours."""
    known = named_keys(CellOptions)
    values: dict[str, Any] = {}
    for spelt, value in written.items():
        name = spelt.replace(".", "-")
        line, column = place_of(marks, (spelt,))
        if name in knitr_options.ELSEWHERE:
            message = f"the option '{name.replace('-', '.')}' is not supported: child documents and code from other files are not read"
            page.complain("LS307", message, line, "write the text or code here", Severity.WARNING, column)
        elif name not in known and name not in knitr_options.NAMES:
            dotted, names = name.replace("-", "."), (each.replace("-", ".") for each in (*known, *knitr_options.NAMES))
            message = f"unknown {RULES.subject}`{dotted}`"
            page.complain(RULES.unknown[0], message, line, did_you_mean(dotted, names), Severity.WARNING, column)
        elif ours := knitr_options.in_our_terms(name, value):
            values[ours[0]] = ours[1]
            marks.setdefault((ours[0],), (line, column))
    return values
