"""Every episode of real lessons becomes notebooks that Jupyter accepts, with nothing left of the Workbench's own syntax."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import nbformat
import pytest

from site_builder.exporting.notebook import Kind, notebook

LEFT_OVER = re.compile(r"^:{3,}.*$|\]\([^()\s]*\)\{[^{}]*\}", re.MULTILINE)


@pytest.mark.slow
def test_all_episodes_of_all_lessons(corpus: Path) -> None:
    count = 0
    for page in sorted(corpus.glob("*/source/episodes/*.*md")):
        links = page.parents[1] / "links.md"
        definitions = links.read_text(encoding="utf-8", errors="replace") if links.is_file() else ""
        text = page.read_text(encoding="utf-8", errors="replace")
        for kind in Kind:
            made = notebook(text, PurePosixPath("episodes", page.name), None, kind, links=definitions, base="https://example.org/l")
            nbformat.validate(nbformat.from_dict(made))
            prose = "\n".join("".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "markdown")
            shown = re.sub(r"^( *(?:> *)*)(`{3,}|~{3,}).*?^\1\2", "", prose, flags=re.MULTILINE | re.DOTALL)
            assert LEFT_OVER.findall(shown) == [], page
        count += 1
    assert count > 50
