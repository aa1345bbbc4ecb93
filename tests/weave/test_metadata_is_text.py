"""Metadata that tries to become markup stays text on every page of a built site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from tests.browser import payloads

pytestmark = pytest.mark.slow

LEADING = ("href", "src", "action", "formaction", "xlink:href", "data", "srcdoc")
SCRIPT = re.compile(r"[\x00-\x20]*" + r"\s*".join("javascript:"), re.IGNORECASE)
"""What browsers take for the scheme (https://url.spec.whatwg.org/#url-parsing removes tabs, line feeds and leading control characters)."""


def live(page: str) -> Iterator[str]:
    """Yield what a browser would run of the payloads on a page."""
    for node in BeautifulSoup(page, "html.parser").find_all(True):
        assert isinstance(node, Tag)
        for name, value in node.attrs.items():
            if name.startswith("on") or (name in LEADING and SCRIPT.match(str(value))):
                yield f"{node.name} {name}={value}"
        if node.name == "script" and node.get("type") != "application/ld+json" and "ran-" in node.get_text():
            yield str(node)


def test_what_a_browser_would_run_is_seen() -> None:
    assert len(list(live("<b onclick=x>a</b><a href='JaVa\tscript:x'>a</a><script>ran-x</script><p title='javascript:x'>a</p>"))) == 3


@pytest.mark.parametrize("shape", payloads.SHAPES)
def test_metadata_of_every_kind_is_text(tmp_path: Path, shape: str) -> None:
    root = payloads.write_settings(tmp_path / "lesson", shape)
    build(root, None, Options("host"))
    pages = sorted((root / "site").rglob("*.html"))
    assert len(pages) > 10 and [f"{page.name}: {found}" for page in pages for found in live(page.read_text("utf-8"))] == []
