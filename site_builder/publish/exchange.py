"""Replace a site by a finished one in one step, and complete what a killed build left half done.

The finished folder is in a workplace beside the site, so that names can be exchanged. A journal in the workplace is written just before
the exchange; files of the old site that no build made are moved into the new one just after it. A build that finds a workplace whose
owner is dead completes it: with a journal, foreign files in the folder there are moved, again if need be (the new site has none);
without one, nothing was exchanged.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from site_builder import files
from site_builder.errors import MachineError
from site_builder.publish.foreign import Kept, carry_over
from site_builder.publish.manifest import is_whole, read_manifest

JOURNAL = "journal.json"
LOCK = "owner.lock"
TEMPORARY = re.compile(r"[a-z0-9_]{8}")
"""What `tempfile.mkdtemp` adds to a prefix."""


@contextmanager
def workplace(site: Path) -> Iterator[Path]:
    """Yield a folder beside a site, on its file system, for the site that will replace it; it is removed at the end.

    It stays only if it contains foreign files that cannot be moved: the next build tries again.

    Raises:
        MachineError: it cannot be made.
    """
    with files.temporary_folder(site.parent, _prefix(site), keep=_is_unfinished, last=LOCK) as place, files.held_lock(place / LOCK):
        yield place


def publish(rendered: Path, site: Path) -> tuple[Kept, ...]:
    """Exchange a rendered folder (in a `workplace`, with manifest) for the existing site; return what had to be renamed.

    Afterwards files of the old site that no build made are in the new one.

    Raises:
        MachineError: the manifest does not match the folder, or the folders cannot be exchanged.
    """
    manifest = read_manifest(rendered)
    if manifest is None or not is_whole(rendered, manifest):
        raise MachineError("the rendered site does not match its manifest", hint="build it again")
    work = rendered.parent
    files.place_text(work / JOURNAL, json.dumps({"tree": rendered.name}) + "\n")
    try:
        files.exchange_folders(rendered, site)
    except MachineError:
        if not files.aside_of(rendered).exists():  # the old site is where it was
            files.remove_file(work / JOURNAL)
        raise
    return _complete(work, site)


def recover(site: Path) -> tuple[Kept, ...]:
    """Complete what killed builds left beside a site; return what had to be renamed.

    Raises:
        MachineError: something cannot be moved.
    """
    found: tuple[Kept, ...] = ()
    if not site.parent.is_dir():
        return found
    for work in _workplaces(site):
        if not (work / LOCK).is_file():
            files.remove_if_empty(work)  # its owner died before it had the lock
            continue
        with files.held_lock(work / LOCK) as ours:
            if not ours:
                continue
            found += _complete(work, site)
        files.remove_folder(work, last=LOCK)
    return found


def _workplaces(site: Path) -> list[Path]:
    """Return the workplaces beside a site, by their exact names: ``.a.b.XXXXXXXX`` is none of a site ``a``. Links are none either."""
    prefix = _prefix(site)
    with files.machine_errors(site.parent), os.scandir(site.parent) as listing:
        names = [entry.name for entry in listing if entry.name.startswith(prefix) and entry.is_dir(follow_symlinks=False)]
    return [site.parent / name for name in sorted(names) if TEMPORARY.fullmatch(name.removeprefix(prefix))]


def _prefix(site: Path) -> str:
    return f".{site.name}."


def _is_unfinished(work: Path) -> bool:
    return (work / JOURNAL).exists()


def _complete(work: Path, site: Path) -> tuple[Kept, ...]:
    """Finish a publication from any intermediate state: only the builder's own files are left in it."""
    try:
        journal = json.loads(files.read_text(work / JOURNAL)[0])
        tree = work / _plain(journal["tree"])
    except (MachineError, ValueError, KeyError, TypeError, RecursionError):
        return ()  # nothing was exchanged yet
    aside = files.aside_of(tree)
    if tree.is_symlink() or aside.is_symlink():
        return ()
    with files.machine_errors(site):
        if aside.is_dir() and not site.exists():
            files.move_folder(tree, site)
        old = aside if aside.is_dir() else tree
        if old.is_dir() and not site.exists():
            files.move_folder(old, site)
    # If nothing was exchanged yet, this is the new tree, in which nothing is foreign.
    kept = carry_over(old, site) if old.is_dir() else ()
    files.remove_file(work / JOURNAL)
    return kept


def _plain(name: object) -> str:
    """Return the name of an entry of a workplace.

    Raises:
        ValueError: it would lead elsewhere, so no build wrote it.
    """
    if not isinstance(name, str) or name in ("", ".", "..") or re.search(r"[/\\:\0]", name):
        raise ValueError(name)
    return name
