"""`lesson verify --static` on real lessons, against verdicts that were written by hand (`labels/`): what differs is found, and little else."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

from site_builder.operations.verify_static import verify_static
from site_builder.pipeline.model import Options
from site_builder.verification.typed.findings import WRONG

LABELS = Path(__file__).parent / "labels"
"""A file for each lesson: lines of ``EPISODE LINE``, each the fence of a typed output that is wrong today; all others are not."""
NEEDED = ("pandas", "matplotlib")


@pytest.mark.slow
@pytest.mark.skipif(any(importlib.util.find_spec(name) is None for name in NEEDED), reason=f"needs {' and '.join(NEEDED)}")
@pytest.mark.parametrize("labels", sorted(LABELS.glob("*.txt")), ids=lambda path: path.stem)
def test_precision_and_recall(labels: Path, corpus: Path, r_corpus: Path, tmp_path: Path) -> None:
    source = next((folder / labels.stem / "source" for folder in (corpus, r_corpus) if (folder / labels.stem).is_dir()), None)
    if source is None:
        pytest.skip(f"{labels.stem} is not among the lessons here")
    root = shutil.copytree(source, tmp_path / "lesson")
    wrong = {(slug, int(line)) for slug, line in (row.split() for row in labels.read_text().splitlines() if row and row[0] != "#")}
    report = verify_static(root, Options("host"), ())
    found = {(item.path.stem, finding.line) for item in report.episodes for finding in item.findings if finding.verdict in WRONG}
    print(f"{labels.stem}: {len(found & wrong)} of {len(wrong)} found, {len(found - wrong)} too many: {sorted(found ^ wrong)}")
    assert len(found & wrong) >= 0.95 * len(found)
    assert len(found & wrong) >= 0.95 * len(wrong)
    assert not (root / ".lesson" / "records").exists()
