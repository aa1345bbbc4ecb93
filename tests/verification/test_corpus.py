"""`lesson verify --static` on a real lesson: known differences are found where they are, and what is right passes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from site_builder.operations.verify_static import verify_static
from site_builder.pipeline.model import Options
from site_builder.verification.static import FenceOutcome


@pytest.mark.slow
def test_python_novice_gapminder(corpus: Path, tmp_path: Path) -> None:
    root = tmp_path / "lesson"
    shutil.copytree(corpus / "swcarpentry__python-novice-gapminder" / "source", root)
    names = ("02-variables", "04-built-in", "12-for-loops", "13-conditionals")
    done = {item.path.stem: item.findings for item in verify_static(root, Options("host"), names)}
    assert tuple(done) == names
    found = {(slug, finding.line): finding for slug, findings in done.items() for finding in findings}
    assert found["04-built-in", 162].difference[-4:] == (" False", "-HELLO WORLD", "+HELLO WORLD!", " True")
    assert found["02-variables", 98].reason == "NameError: name 'myval' is not defined"
    assert found["12-for-loops", 229].reason == "it has blanks to fill in"
    assert sum(finding.kind is FenceOutcome.SAME for finding in found.values()) >= 30
    assert (root / ".lesson").exists()
    assert not (root / ".lesson" / "records").exists()
