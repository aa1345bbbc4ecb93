"""Executable fences: the options in ``#|`` lines and in the fence's header (design of the cells; knitr and Quarto name the options)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from site_builder.lesson.yaml_reading import UNREADABLE, TextLoader
from site_builder.markdown import knitr
from site_builder.markdown.frontmatter import yaml_place, yaml_reason
from site_builder.markdown.tree import CellOptions
from site_builder.problems import Severity, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from site_builder.markdown.reader_state import ReaderState

_OPTION_LINE = re.compile(r"[ \t]*(?:#|//|--)\|[ ]?(.*)$")
_HEADER = re.compile(r"""\s*(?:([\w.\-]+)\s*=\s*)?("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|c?\((?:[^()]*)\)|[^,\s][^,]*?)\s*(?:,|$)""")

FIELDS: Mapping[str, tuple[str, str]] = {
    "label": ("label", "text"),
    "echo": ("echo", "switch"),
    "eval": ("evaluate", "switch"),
    "output": ("output", "switch"),
    "include": ("include", "switch"),
    "error": ("error", "switch"),
    "warning": ("warning", "switch"),
    "code-fold": ("code_fold", "switch"),
    "timeout": ("timeout", "seconds"),
    "max-lines": ("max_lines", "count"),
    "fig-cap": ("figure_caption", "text"),
    "fig-alt": ("figure_alt", "text"),
    "requires": ("requires", "words"),
    "html": ("html", "treatment"),
    "normalise": ("normalise", "words"),
}
"""Option name, field of `CellOptions` and form of the value."""

_FORMS = {
    "text": "text",
    "switch": "true or false",
    "seconds": "a number of seconds above 0",
    "count": "a whole number above 0",
    "words": "a word or a list of words",
    "treatment": "`clean` or `sandbox`",
}


def split_options(body: str) -> tuple[list[str], str]:
    """Split the leading ``#|`` lines, without their marks, from the source."""
    lines = body.split("\n")
    count = 0
    while count < len(lines) and _OPTION_LINE.match(lines[count]):
        count += 1
    options = [found[1] for line in lines[:count] if (found := _OPTION_LINE.match(line))]
    return options, "\n".join(lines[count:])


def read_options(page: ReaderState, header: str, lines: list[str], line: int) -> CellOptions:
    """Read a cell's options; ``line`` is that of the opening fence. What is wrong becomes a problem and the default holds."""
    fields: dict[str, Any] = {}
    for name, value in _header_options(header):
        _set(page, fields, name, value, line)
    values, places = _yaml_options(page, lines, line + 1)
    for name, value in values.items():
        _set(page, fields, name, value, places.get(name, line + 1))
    return CellOptions(**fields, may_raise=page.may_raise and "error" not in fields)


def engine_of(page: ReaderState, header: str, language: str) -> str:
    """Return the language a cell is in: in R Markdown the option ``engine`` may name another than the fence does (knitr manual)."""
    named = [value for name, value in _header_options(header) if name == "engine" and isinstance(value, str)]
    return named[-1] if named and page.path.suffix == ".Rmd" else language


def check_end(page: ReaderState, body: str, mark: str, line: int) -> None:
    """Refuse a cell that holds the opening of another one: its own closing fence is missing; ``line`` is that of its opening fence."""
    opening = re.compile(rf" {{0,3}}{re.escape(mark)}\{{\w")
    for number, text in enumerate(body.split("\n"), 1):
        if opening.match(text):
            message = f"a cell begins here, and the one that began on line {line} has not ended"
            page.complain("LS206", message, line + number, f"end that one with a line of {mark}")
            return


def _header_options(header: str) -> list[tuple[str, Any]]:
    options: list[tuple[str, Any]] = []
    for found in _HEADER.finditer(header.strip(" ,")):
        name = found[1].replace(".", "-") if found[1] else "label"
        options.append((name, _knitr_value(found[2])))
    return options


def _knitr_value(text: str) -> Any:
    if text in ("TRUE", "T", "true", "True"):
        return True
    if text in ("FALSE", "F", "false", "False"):
        return False
    if text[:1] in ("'", '"') and text[-1:] == text[:1] and len(text) > 1:
        return text[1:-1]
    if re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", text):
        return float(text) if "." in text else int(text)
    if found := re.fullmatch(r"c\((.*)\)", text, re.S):
        return [word.strip().strip("\"'") for word in found[1].split(",")]
    return text


def _yaml_options(page: ReaderState, lines: list[str], first: int) -> tuple[dict[str, Any], dict[str, int]]:
    text = "\n".join(lines)
    try:
        node = yaml.compose(text, Loader=TextLoader)
        values = yaml.load(text, Loader=TextLoader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        line, column = yaml_place(error)
        message = f"the cell's options are not YAML: {yaml_reason(error)}"
        page.complain("LS301", message, first + line - 1, "write #| name: value", column=column + 3)
        return {}, {}
    except UNREADABLE as error:
        page.complain("LS301", f"the cell's options cannot be read: {error}", first, "write #| name: value")
        return {}, {}
    if values is None:
        return {}, {}
    if not isinstance(values, dict) or not isinstance(node, yaml.MappingNode):
        page.complain("LS302", "the cell's options are not a mapping", first, "write #| name: value")
        return {}, {}
    places = {str(key.value): first + key.start_mark.line for key, _ in node.value}
    return {str(key): value for key, value in values.items()}, places


def _set(page: ReaderState, fields: dict[str, Any], name: str, value: Any, line: int) -> None:
    if page.path.suffix == ".Rmd":
        _set_knitr(page, fields, name.replace(".", "-"), value, line)
    elif name in FIELDS:
        _set_known(page, fields, name, value, line)
    else:
        page.complain("LS303", f"there is no cell option '{name}'", line, did_you_mean(name, FIELDS))


def _set_knitr(page: ReaderState, fields: dict[str, Any], name: str, value: Any, line: int) -> None:
    """Set an option of R Markdown: ours, or one of knitr's that amounts to one of ours."""
    if name in knitr.ELSEWHERE:
        message = f"the option '{name.replace('-', '.')}' is not followed: child documents and code from other places are not read"
        page.complain("LS307", message, line, "write the text or code here", Severity.WARNING)
    elif name not in FIELDS and name not in knitr.NAMES:
        written, known = name.replace("-", "."), (each.replace("-", ".") for each in (*FIELDS, *knitr.NAMES))
        page.complain("LS303", f"there is no cell option '{written}'", line, did_you_mean(written, known), Severity.WARNING)
    elif ours := knitr.in_our_terms(name, value):
        _set_known(page, fields, *ours, line)


def _set_known(page: ReaderState, fields: dict[str, Any], name: str, value: Any, line: int) -> None:
    field, form = FIELDS[name]
    read = _READERS[form](value)
    if read is None:
        page.complain("LS304", f"the cell option '{name}' has to be {_FORMS[form]}", line, f"it is {value!r}")
        return
    fields[field] = read


def _text(value: Any) -> str | None:
    return None if isinstance(value, dict | list) else "" if value is None else str(value)


def _switch(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _seconds(value: Any) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 < value < float("inf") else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _words(value: Any) -> tuple[str, ...] | None:
    items = [value] if isinstance(value, str | int | float) and not isinstance(value, bool) else value
    if not isinstance(items, list) or any(isinstance(item, dict | list) or item is None for item in items):
        return None
    return tuple(str(item) for item in items)


def _treatment(value: Any) -> str | None:
    return value if value in ("clean", "sandbox") else None


_READERS = {"text": _text, "switch": _switch, "seconds": _seconds, "count": _count, "words": _words, "treatment": _treatment}
