"""The kept pictures of a lesson's figures, named by the digest of the specification; what does not verify is missing.

Builds write to ``.lesson/records/charts/``, which Git ignores; `ChartStore.commit` copies to ``records/charts/``, which is committed.
Beside a picture is a file with its facts and its digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.diagrams.model import Chart
from site_builder.errors import MachineError

LOCAL = PurePosixPath(".lesson/records/charts")
COMMITTED = PurePosixPath("records/charts")
KEY_LENGTH = 16
ENDINGS = ("svg", "png")


class ChartStore:
    """The pictures of one lesson: those of this machine and the committed ones."""

    def __init__(self, root: Path) -> None:
        """Remember the lesson's folder; nothing is read yet."""
        self._root = root

    def find(self, key: str) -> Chart | None:
        """Return the picture of a figure, if it is kept and was not changed."""
        return next((chart for folder in (LOCAL, COMMITTED) if (chart := _read(self._root / folder, key)) is not None), None)

    def save(self, key: str, chart: Chart, folder: PurePosixPath = LOCAL) -> tuple[PurePosixPath, ...]:
        """Keep a picture and return the files that changed.

        Raises:
            MachineError: it cannot be written.
        """
        told: dict[str, str | int] = {"key": key, "sha256": hashlib.sha256(chart.data).hexdigest(), "ending": chart.ending}
        told |= {"width": chart.width, "height": chart.height, "lost": chart.lost}
        picture, facts = folder / f"{key[:KEY_LENGTH]}.{chart.ending}", folder / f"{key[:KEY_LENGTH]}.json"
        changed = [picture] if files.write_bytes(self._root / picture, chart.data) else []
        return (*changed, facts) if files.write_text(self._root / facts, json.dumps(told, indent=1) + "\n") else tuple(changed)

    def commit(self, keys: Iterable[str]) -> tuple[PurePosixPath, ...]:
        """Copy the pictures of these figures to ``records/charts/`` and return the files that changed.

        Raises:
            MachineError: the folder cannot be written.
        """
        return tuple(path for key in keys if (chart := self.find(key)) is not None for path in self.save(key, chart, COMMITTED))


def _read(folder: Path, key: str) -> Chart | None:
    facts = folder / f"{key[:KEY_LENGTH]}.json"
    try:
        if not files.is_file(facts):
            return None
        told = json.loads(files.read_text(facts)[0])
        if told["key"] != key or told["ending"] not in ENDINGS:
            return None
        data = files.read_bytes(folder / f"{key[:KEY_LENGTH]}.{told['ending']}")
        size = int(told["width"]), int(told["height"])
        intact = hashlib.sha256(data).hexdigest() == told["sha256"]
        return Chart(data, told["ending"], *size, str(told["lost"])) if intact else None
    except (MachineError, ValueError, KeyError, TypeError, RecursionError):
        return None
