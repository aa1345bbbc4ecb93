"""What the tests of the reader share: short ways from Markdown to HTML and to problems."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from site_builder.markdown.reader import read
from site_builder.markdown.tree import to_html

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def html() -> Callable[[str], str]:
    """Return the function from Markdown to HTML without line breaks between blocks."""
    return lambda source: re.sub(r"(?<=>)\n|\n(?=<)|\n$", "", to_html(read(source, PurePosixPath("page.md")).body))


@pytest.fixture
def problems() -> Callable[[str], list[tuple[str, int]]]:
    """Return the function from Markdown to codes and lines of its problems."""
    return lambda source: [(found.code, found.location.line) for found in read(source, PurePosixPath("page.md")).problems]
