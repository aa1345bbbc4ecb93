"""Which file is a lesson's Pixi manifest."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.lesson.discover import discover
from site_builder.lesson.workspace import manifest_name

PIXI = '[tool.pixi.workspace]\nchannels = ["conda-forge"]\nplatforms = ["linux-64"]\n'


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({}, None),
        ({"pixi.toml": ""}, "pixi.toml"),
        ({"pyproject.toml": PIXI}, "pyproject.toml"),
        ({"pyproject.toml": "[tool]\npixi = { workspace = {} }\n"}, "pyproject.toml"),
        ({"pixi.toml": "", "pyproject.toml": PIXI}, "pixi.toml"),
        ({"pyproject.toml": "[project]\nname = 'p'\n"}, None),
        ({"pyproject.toml": "[tool.ruff]\nline-length = 100\n"}, None),
        ({"pyproject.toml": "# tool.pixi\n= broken"}, None),
        ({"pyproject.toml": "tool = 'pixi' # tool.pixi"}, None),
    ],
)
def test_the_manifest(tmp_path: Path, files: dict[str, str], name: str | None) -> None:
    (tmp_path / "episodes").mkdir()
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    assert manifest_name(tmp_path) == name
    assert str(discover(tmp_path)[0].manifest or "") == (name or "")
