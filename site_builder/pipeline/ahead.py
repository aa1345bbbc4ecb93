"""Start importing what cells need while the lesson is still being read: half a second on another core.

Whether the guess was good is seen later; a process that nobody asks for is dropped. Only this machine's own Python is guessed: which of
several locked environments will run is not known before the lesson is read.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from site_builder import files
from site_builder.environments import choose, host
from site_builder.execute.local.server_process import HAS_REAPER, ServerProcess
from site_builder.execute.local.working_folder import server_variables
from site_builder.lesson.root import WORK
from site_builder.lesson.workspace import manifest_name
from site_builder.pipeline.model import Options

FENCES = (b"```", b"~~~")
OTHERS = (".ipynb", ".py")


@contextmanager
def server_ahead(root: Path, options: Options, known: str = "") -> Iterator[Options]:
    """Start a fork server where cells will probably run, and yield the options with it; at the end it is gone, used or not.

    ``known`` is the digest of the code (`code_digest`) of the last build: with the same code nothing will run again.
    """
    started = None
    if options.fork and HAS_REAPER and _is_host(root, options) and _runs(root) and known != code_digest(root):
        started = _start(root)
    try:
        yield replace(options, ahead=started)
    finally:
        if started is not None:
            started.drop()


def _start(root: Path) -> ServerProcess | None:
    try:
        return ServerProcess(Path(sys.executable), server_variables(host.variables(), root / WORK / "work"))
    except OSError:  # the kernel itself, which cannot be started either, will say why
        return None


def _is_host(root: Path, options: Options) -> bool:
    manifest, lock = manifest_name(root), root / "pixi.lock"
    return choose.is_host(options.environments, root, Path(manifest) if manifest else None, lock if files.is_file(lock) else None)


def _runs(root: Path) -> bool:
    return any(path.suffix in OTHERS or b"{python" in files.read_bytes(path) for path in _episodes(root))


def code_digest(root: Path) -> str:
    """Return a digest of everything between fences in the lesson's episodes, and of its notebooks.

    Raises:
        MachineError: an episode cannot be read.
    """
    digest = hashlib.sha256()
    for path in _episodes(root):
        data = files.read_bytes(path)
        digest.update(path.name.encode() + b"\0" + (data if path.suffix in OTHERS else b"\n".join(_fenced(data))))
    return digest.hexdigest()


def _fenced(data: bytes) -> Iterator[bytes]:
    inside = False
    for line in data.splitlines():
        fence = line.lstrip().startswith(FENCES)
        if inside or fence:
            yield line
        inside ^= fence


def _episodes(root: Path) -> list[Path]:
    folder = root / "episodes"
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [path for path in found if path.suffix in (".md", ".Rmd", *OTHERS) and files.is_file(path)]
