"""Episodes do not see each other: whatever a cell writes wherever its variables lead, the next episode finds none of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from site_builder.files import remove_folder, scratch_folder
from site_builder.files.scratch import ON_DISK
from site_builder.records.model import Stream
from tests.execute.jobs import job, run_all
from tests.execute.test_episode import cell, outputs

PROBE = """
import os, pathlib, tempfile
import matplotlib
places = {tempfile.gettempdir(), matplotlib.get_configdir(), matplotlib.get_cachedir(), os.getcwd(), os.path.expanduser("~")}
places |= {value for name, value in os.environ.items() if os.path.isdir(value) and os.access(value, os.W_OK) and name not in ("CONDA_PREFIX", "SSL_CERT_DIR")}
places |= {os.path.join(os.path.expanduser("~"), part) for part in (".config", ".cache", ".ipython", ".R")}
found = sorted(str(path) for place in places for path in pathlib.Path(place).glob("left-by-a-cell"))
for place in sorted(places):
    os.makedirs(place, exist_ok=True)
    pathlib.Path(place, "left-by-a-cell").write_text("x")
pathlib.Path(matplotlib.get_configdir(), "matplotlibrc").write_text("figure.facecolor: red\\n")
print(len(places) > 5, found, matplotlib.rcParams["figure.facecolor"])
"""
SOCKET = "import multiprocessing; manager = multiprocessing.Manager(); print(manager.dict(a=1)['a']); manager.shutdown()"


@pytest.mark.parametrize("fork", [True, False])
def test_no_episode_sees_what_another_one_left(tmp_path: Path, fork: bool) -> None:
    for _ in range(2):  # the next run sees none of it either
        results = run_all([replace(job(cell("a", PROBE)), slug=name) for name in ("one", "two")], tmp_path, fork=fork, workers=1)
        assert [outputs(result)["a"] for result in results] == [(Stream("stdout", "True [] white\n"),)] * 2


@pytest.mark.skipif(not ON_DISK.is_dir(), reason="needs the folder for large temporary files")
def test_sockets_fit_into_the_folder_for_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path of more than 107 bytes is none for a socket (unix(7)): the names of folders are cut so that there is room."""
    monkeypatch.setenv("TMPDIR", str(ON_DISK))
    scratch = scratch_folder(tmp_path / "a-lesson-with-a-name-of-many-words")
    (result,) = run_all([replace(job(cell("a", SOCKET)), slug="an-episode-with-a-name-of-many-words")], scratch)
    remove_folder(scratch)
    assert outputs(result)["a"] == (Stream("stdout", "1\n"),)
