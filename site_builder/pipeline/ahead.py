"""Start importing what cells need while the lesson is still being read: a second or two on another core.

If the guess was wrong, the process is dropped unused. Only this machine's own Python is guessed: which of
several locked environments will run is not known before the lesson is read. Its R is asked in the same way what it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from site_builder import files
from site_builder.changes.snapshot import results_digest
from site_builder.environments import r
from site_builder.environments.providers import choose, host
from site_builder.errors import MachineError
from site_builder.execute.local.server_process import HAS_REAPER, ServerProcess
from site_builder.execute.local.working_folder import clean_font_folder, server_variables
from site_builder.lesson.workspace import find_manifest, lock_beside
from site_builder.pipeline.guess import runs_python, shared_modules
from site_builder.pipeline.model import Options


@contextmanager
def server_ahead(
    root: Path, options: Options, known: str = "", *, plain: bool = False, everything: bool = False
) -> Iterator[Options]:  # fmt: skip
    """Start a fork server if cells will probably run, and yield the options with it; at the end it is gone, used or not.

    ``known`` is the `results_digest` of the last build: if it is the same, nothing will run again. With ``plain`` fences
    that are no cells run too. If ``everything`` runs, what episodes share is imported at once: for one episode that does without
    it would be a wait.
    """
    started = None
    if _has_documents_of_r(root) and _is_host(root, options):
        r.ask_ahead()
    begun = options.shared is not None and options.shared.runs
    probable = options.fork and not begun and HAS_REAPER and _is_host(root, options) and runs_python(root, plain=plain)
    if probable and (not known or known != results_digest(root)):
        modules = shared_modules(root, plain=plain) if everything else ()
        started = _start(options.scratch or files.scratch_folder(root), modules)
    try:
        yield replace(options, ahead=started)
    finally:
        if started is not None and not (options.shared is not None and options.shared.runs):  # else its executor has it
            started.drop()


def _has_documents_of_r(root: Path) -> bool:
    folder = root / "episodes"
    return files.is_folder(folder) and any(path.suffix.lower() == ".rmd" for path in folder.iterdir())


def _start(scratch: Path, modules: Sequence[str]) -> ServerProcess | None:
    try:
        clean_font_folder(scratch)
        return ServerProcess(Path(sys.executable), server_variables(host.variables(), scratch), modules)
    except (OSError, MachineError):  # the kernel itself, which cannot be started either, will report why
        return None


def _is_host(root: Path, options: Options) -> bool:
    manifest = find_manifest(root)
    lock = lock_beside(manifest)
    return choose.is_host(options.environments, root, manifest, lock if files.is_file(root / lock) else None, options.environments_folder)
