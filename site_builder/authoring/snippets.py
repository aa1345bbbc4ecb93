"""Snippets for VS Code, made from what the builder knows of boxes, cells and front matter.

The format: https://code.visualstudio.com/docs/editing/userdefinedsnippets. A file with the ending ``.code-snippets`` names for each snippet
the languages in which it is offered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from site_builder.boxes import ACCORDIONS, CALLOUTS, EXERCISES, LABELS
from site_builder.settings.cell import CellOptions
from site_builder.settings.front_matter import FrontMatter
from site_builder.settings.keys import Key, keys_of

SCOPE = "markdown,rmd,quarto"
LANGUAGES = ("python", "r", "bash")
LISTS: Mapping[str, str] = {
    "questions": "What is asked, and answered?",
    "objectives": "What learners can do afterwards.",
    "keypoints": "What to remember.",
}
"""Boxes that hold a list, each with what stands in its first line."""

TABS: Mapping[str, str] = {"tab": "Tabs", "group-tab": "Tabs of which one choice selects all of that name on the page"}


def snippets() -> str:
    """Return the file: a JSON object of snippets by name, in a fixed order."""
    made = dict((*_boxes(), *_cells(), *_front_matter()))
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _snippet(prefix: str, description: str, *body: str) -> dict[str, Any]:
    return {"scope": SCOPE, "prefix": prefix, "description": description, "body": list(body)}


def _boxes() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, first in LISTS.items():
        label = CALLOUTS[name][1] if name in CALLOUTS else name.capitalize()
        yield f"Box: {label}", _snippet(name, f"{label} of the episode", f"::: {name}", "", f"- ${{1:{first}}}", "$0", "", ":::")
    for name, (_, label) in CALLOUTS.items():
        if name in LISTS:
            continue
        assert label in LABELS
        inside = ("${2:What learners do.}", "", "::: solution", "", "$0", "", ":::") if name == "challenge" else ("$0",)
        said = f"{label}, which asks learners to do something" if name in EXERCISES else label
        yield f"Box: {label}", _snippet(name, said, f"::: {name}", "", "## ${1:Title}", "", *inside, "", ":::")
    for name, box in ACCORDIONS.items():
        yield f"Folded: {box.title}", _snippet(name, f"Folded: {box.title}", f"::: {name}", "", "$0", "", ":::")
    for name, said in TABS.items():
        panels = ("### ${1:One}", "", "$2", "", "### ${3:Another}", "", "$0")
        yield f"Box: {name}", _snippet(name, said, f"::: {name}", "", *panels, "", ":::")


def _cells() -> Iterator[tuple[str, dict[str, Any]]]:
    for language in LANGUAGES:
        yield f"Cell: {language}", _snippet(f"cell-{language}", f"Code that runs: {language}", f"```{{{language}}}", "$0", "```")
    label = f"#| label: ${{1:{_plain('name')}}}"
    yield "Cell: named", _snippet("cell", "Code that runs, with a name", f"```{{${{2|{','.join(LANGUAGES)}|}}}}", label, "$0", "```")
    for key in keys_of(CellOptions).values():
        yield f"Option: {key.name}", _snippet(f"#| {key.name}", _text(key), f"#| {key.name}: {_value(key)}")


def _front_matter() -> Iterator[tuple[str, dict[str, Any]]]:
    lines = ["---", "title: ${1:Title}", "teaching: ${2:10}", "exercises: ${3:5}", "---", ""]
    lists = [
        line
        for number, (name, first) in enumerate(LISTS.items(), 4)
        for line in (f"::: {name}", "", f"- ${{{number}:{first}}}", "", ":::", "")
    ]
    opening, closing = lists[:12], lists[12:]
    yield (
        "Episode",
        _snippet("episode", "A whole episode: front matter, questions, objectives and key points", *lines, *opening, "$0", "", *closing),
    )
    for key in keys_of(FrontMatter).values():
        yield f"Front matter: {key.name}", _snippet(f"fm-{key.name}", _text(key), f"{key.name}: {_value(key)}")


def _value(key: Key) -> str:
    """Return the place of a value: a choice where few values are possible, else a placeholder that says what form it has."""
    wanted = key.form.wanted
    if wanted == "true or false":
        return "${1|true,false|}$0"
    if words := re.findall(r"`(\w+)`", wanted):
        return f"${{1|{','.join(words)}|}}$0"
    if "list of words" in wanted:
        return "[${1:" + _plain("word") + "}]$0"
    return "${1:" + _plain(wanted) + "}$0"


def _plain(text: str) -> str:
    """Return a text in which nothing has a meaning in a snippet (https://macromates.com/manual/en/snippets)."""
    return re.sub(r"([\\$}])", r"\\\1", text)


def _text(key: Key) -> str:
    """Return what a key means, without marks of Markdown and links."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", key.meaning).replace("`", "")
