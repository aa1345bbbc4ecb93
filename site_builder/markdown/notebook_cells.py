"""A notebook's cells as lesson Markdown: what their tags and metadata (`cell_tags`) and attachments say. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from site_builder.markdown.cell_tags import HIDDEN, RAISES, REMOVED, options_of, tags_of

MAGIC = re.compile(r"^%%(bash|sh)[ \t]*\n")

KERNELS = {"ir": "r", "python3": "python", "python": "python", "bash": "bash"}
"""Languages of kernels that a notebook names without one."""

SHOWN_FORMATS = ("", "html", "markdown")
"""Formats of raw cells (MIME types, without what is before the slash) that are a page's; nbconvert passes the others over too."""

ATTACHMENT = re.compile(r"attachment:([^)\s\"'>]+)")
TITLE = re.compile(r" {0,3}#[ \t]+(.+?)[ \t]*#*[ \t]*$")
FENCE = re.compile(r" {0,3}(```|~~~)")


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell as lines of Markdown, with the line of each in the cell's source (from 0)."""

    lines: list[str]
    places: list[int]
    may_raise: bool = False
    attachments: tuple[tuple[str, str], ...] = ()
    prose: bool = False

    @classmethod
    def of(cls, cell: Any, language: str, name: str, *, executed: bool = True) -> CellText:
        """Write a cell of nbformat 4; ``name`` begins the names of its pictures' files. One that is not ``executed`` is shown only."""
        source = cell["source"].rstrip("\n")
        if cell.get("cell_type") != "code":
            source, attachments = _attached(source, cell.get("attachments", {}), name)
            lines, places = _text(source.split("\n"), cell)
            return cls(lines, places, attachments=attachments, prose=cell.get("cell_type") == "markdown")
        magic = MAGIC.match(source)
        skipped = 1 if magic else 0
        if magic:
            language, source = "bash", source[magic.end() :]
        longest = max((len(run) for run in re.findall(r"`{3,}", source)), default=2)
        fence = "`" * (longest + 1)
        body = source.split("\n")
        last = skipped + len(body) - 1
        options = _options(cell["metadata"], source, shown=bool(cell.get("outputs")))
        options += [] if executed or any("eval:" in line for line in (*options, *source.split("\n"))) else ["#| eval: false"]
        lines = [f"{fence}{{{language}}}", *options, *body, fence]
        places = [skipped, *(skipped for _ in options), *range(skipped, last + 1), last]
        return cls(lines, places, RAISES in tags_of(cell["metadata"].get("tags")))


def language_of(metadata: Mapping[str, Any]) -> str:
    """Return the language of a notebook's code in one word: of its kernel, else of its language information, else as jupytext notes it,
    else Python.
    """
    names = ("kernelspec", "language_info", "jupytext")
    kernel, about, jupytext = ({**found} if isinstance(found := metadata.get(name), Mapping) else {} for name in names)
    own = kernel.get("language") or about.get("name") or KERNELS.get(str(kernel.get("name"))) or jupytext.get("main_language") or "python"
    return re.sub(r"[^\w+]+", "-", str(own).strip().lower().replace("#", "sharp"))


def cells_may_raise(metadata: Mapping[str, Any]) -> bool:
    """Tell whether a notebook goes on after errors, as nbsphinx and MyST-NB note it."""
    sphinx, myst = (metadata.get(name) for name in ("nbsphinx", "mystnb"))
    found = (isinstance(sphinx, Mapping) and sphinx.get("allow_errors"), isinstance(myst, Mapping) and myst.get("execution_allow_errors"))
    return True in found


def is_executed(metadata: Mapping[str, Any]) -> bool:
    """Tell whether a notebook runs when a site is made of it, unless nbsphinx or MyST-NB is told not to."""
    sphinx, myst = (metadata.get(name) for name in ("nbsphinx", "mystnb"))
    modes = (isinstance(sphinx, Mapping) and sphinx.get("execute"), isinstance(myst, Mapping) and myst.get("execution_mode"))
    return "never" not in modes and "off" not in modes


def titled(cells: Sequence[CellText]) -> list[str]:
    """Return front matter with the first heading of level 1 as the title, and blank that heading; nothing where there is front matter."""
    first = next((cell for cell in cells if any(line.strip() for line in cell.lines)), None)
    if first is None or first.lines[0].rstrip() == "---":
        return []
    for cell in cells:
        fenced = False
        for number, line in enumerate(cell.lines if cell.prose else ()):
            fenced ^= bool(FENCE.match(line))
            if not fenced and (found := TITLE.match(line)):
                cell.lines[number] = ""
                return ["---", f"title: {json.dumps(found[1], ensure_ascii=False)}", "---", ""]
    return []


def _options(metadata: Mapping[str, Any], source: str, *, shown: bool) -> list[str]:
    """Return the option lines that tags and metadata stand for, but for options that the cell sets itself."""
    own = {line.partition(":")[0].strip("#| ") for line in source.split("\n") if line.startswith("#|")}
    return [f"#| {name}: {json.dumps(value)}" for name, value in options_of(metadata, shown=shown).items() if name not in own]


def _text(lines: list[str], cell: Any) -> tuple[list[str], list[int]]:
    """Return a cell of text with the line of each in its source: in a box where its tags hide it, nothing where they remove it.

    Nor is there anything of a raw cell that is written for another format, such as LaTeX (``raw_mimetype`` of nbformat).
    """
    tags, last = tags_of(cell["metadata"].get("tags")), len(lines) - 1
    written_for = str(cell["metadata"].get("raw_mimetype") or cell["metadata"].get("format") or "")
    if tags & REMOVED or (cell.get("cell_type") == "raw" and written_for.rpartition("/")[2] not in SHOWN_FORMATS):
        return [""], [0]
    if tags & HIDDEN:
        colons = ":" * max(3, *(len(run) + 1 for line in lines for run in re.findall(r"^ *(:{3,})", line)), 3)
        return [f"{colons} spoiler", "", *lines, "", colons], [0, 0, *range(len(lines)), last, last]
    return lines, list(range(len(lines)))


def _attached(source: str, attachments: Any, name: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return Markdown whose attached pictures are files of the site, and these by their address; a notebook holds them in base64."""
    found: dict[str, str] = {}

    def address(match: re.Match[str]) -> str:
        given = attachments.get(unquote(match[1])) if isinstance(attachments, Mapping) else None
        data = next(iter(given.values()), None) if isinstance(given, Mapping) else None
        if not isinstance(data, str):
            return match[0]
        file = re.sub(r"[^A-Za-z0-9_.-]+", "-", PurePosixPath(unquote(match[1])).name)
        found[f"fig/{name}-{file}"] = data
        return f"fig/{name}-{file}"

    return ATTACHMENT.sub(address, source), tuple(found.items())
