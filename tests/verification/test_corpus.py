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


def needs(labels: Path) -> list[str]:
    """Return the modules without which the lesson's verdicts are others."""
    return labels.read_text().splitlines()[0].removeprefix("# needs:").split()


@pytest.mark.slow
def test_precision_and_recall(corpus: Path, r_corpus: Path, tmp_path: Path) -> None:
    right, missed, extra = 0, set(), set()
    for labels in sorted(LABELS.glob("*.txt")):
        slug = labels.stem
        source = next((folder / slug / "source" for folder in (corpus, r_corpus) if (folder / slug).is_dir()), None)
        if source is None or any(importlib.util.find_spec(name) is None for name in needs(labels)):
            print(f"{slug}: not here, or without {' '.join(needs(labels))}")
            continue
        root = Path(shutil.copytree(source, tmp_path / slug, ignore=shutil.ignore_patterns("paper.md")))
        rows = (row.split() for row in labels.read_text().splitlines() if row and row[0] != "#")
        wrong = {(slug, name, int(line)) for name, line in rows}
        report = verify_static(root, Options("host"), ())
        found = {(slug, item.path.stem, each.line) for item in report.episodes for each in item.findings if each.verdict in WRONG}
        print(f"{slug}: {len(found & wrong)} of {len(wrong)} found, {len(found - wrong)} too many: {sorted(found ^ wrong)}")
        right, missed, extra = right + len(found & wrong), missed | (wrong - found), extra | (found - wrong)
        assert not (root / ".lesson" / "records").exists()
    if not right:
        pytest.skip("no lesson with verdicts can run here: pandas and matplotlib are needed")
    assert right >= 0.95 * (right + len(extra))
    assert right >= 0.95 * (right + len(missed))
