"""A Python-Markdown extension that keeps finished HTML blocks away from the Markdown parser; both site engines load it by name."""

from __future__ import annotations

import re
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

BLOCK = re.compile(r"^<!-- block -->\n(.*?)\n<!-- /block -->$", re.DOTALL | re.MULTILINE)
PRIORITY = 26
"""Before ``html_block`` (20) and ``normalize_whitespace`` has run (30), see Python-Markdown's ``build_preprocessors``."""


class _StashBlocks(Preprocessor):
    """Replaces each marked block by a placeholder, so that its bytes reach the page unread."""

    def run(self, lines: list[str]) -> list[str]:
        text = BLOCK.sub(lambda found: "\n" + self.md.htmlStash.store(found[1]) + "\n", "\n".join(lines))
        return text.split("\n")


class BlocksExtension(Extension):
    """Registers the preprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Python-Markdown's name
        """Put it before the HTML parser of Python-Markdown."""
        md.preprocessors.register(_StashBlocks(md), "lesson_blocks", PRIORITY)


def makeExtension(**settings: Any) -> BlocksExtension:  # noqa: N802 - Python-Markdown's name
    """Return the extension, as Python-Markdown asks for it."""
    return BlocksExtension(**settings)
