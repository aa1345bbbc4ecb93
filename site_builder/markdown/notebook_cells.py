"""A notebook's cells as lesson Markdown: what their tags, metadata and attachments say. Pure.

The tags are those of nbconvert, nbclient and Jupyter Book: https://jupyterbook.org/en/stable/reference/cheatsheet.html#tags,
https://nbformat.readthedocs.io/en/latest/format_description.html#cell-metadata.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

MAGIC = re.compile(r"^%%(bash|sh)[ \t]*\n")

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "remove-cell": ("include: false",), "remove-input": ("echo: false",), "remove-output": ("output: false",),
    "hide-cell": ("code-fold: true",), "hide-input": ("code-fold: true",), "skip-execution": ("eval: false",),
}  # fmt: skip
"""Tag -> cell options. ``hide-output`` hides nothing: readers of a page want to see what code gives."""

RAISES = "raises-exception"
"""The tag of a cell that may raise; the others then still run."""

KERNELS = {"ir": "r", "python3": "python", "python": "python", "bash": "bash"}
"""Languages of kernels that a notebook names without one."""

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
    def of(cls, cell: Any, language: str, name: str) -> CellText:
        """Write a cell of nbformat 4; ``name`` begins the names of its pictures' files."""
        source = str(cell.source).rstrip("\n")
        if cell.cell_type != "code":
            source, attachments = _attached(source, cell.get("attachments", {}), name)
            lines = source.split("\n")
            return cls(lines, list(range(len(lines))), attachments=attachments, prose=cell.cell_type == "markdown")
        magic = MAGIC.match(source)
        skipped = 1 if magic else 0
        if magic:
            language, source = "bash", source[magic.end() :]
        longest = max((len(run) for run in re.findall(r"`{3,}", source)), default=2)
        fence = "`" * (longest + 1)
        body = source.split("\n")
        last = skipped + len(body) - 1
        options = _options(cell.metadata, source)
        lines = [f"{fence}{{{language}}}", *options, *body, fence]
        places = [skipped, *(skipped for _ in options), *range(skipped, last + 1), last]
        return cls(lines, places, RAISES in _tags(cell.metadata))


def language_of(metadata: Mapping[str, Any]) -> str:
    """Return the language of a notebook's code: of its kernel, else of its language information, else Python."""
    kernel, about = metadata.get("kernelspec", {}), metadata.get("language_info", {})
    return str(kernel.get("language") or about.get("name") or KERNELS.get(str(kernel.get("name")), "python")).lower()


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


def _tags(metadata: Mapping[str, Any]) -> frozenset[str]:
    tags = metadata.get("tags")
    return frozenset(str(tag).replace("_", "-") for tag in tags) if isinstance(tags, list) else frozenset()


def _options(metadata: Mapping[str, Any], source: str) -> list[str]:
    """Return the option lines that tags and metadata stand for, but for options that the cell sets itself."""
    jupyter = metadata.get("jupyter")
    hidden = isinstance(jupyter, Mapping) and jupyter.get("source_hidden") is True
    tags = _tags(metadata)
    named = [option for tag, options in OPTIONS.items() if tag in tags for option in options]
    named += ["code-fold: true"] if hidden and not {"remove-input", "remove-cell"} & tags else []
    own = {line.partition(":")[0].strip("#| ") for line in source.split("\n") if line.startswith("#|")}
    return [f"#| {option}" for option in dict.fromkeys(named) if option.partition(":")[0] not in own]


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
