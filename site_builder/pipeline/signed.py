"""Which records count where the lesson says who has to sign them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from site_builder.lesson.model import Lesson
from site_builder.problems import Location, Problem, Severity
from site_builder.records.signers import signers_of
from site_builder.records.store import LOCAL, StoredRecord
from site_builder.version_control import git


def signed(lesson: Lesson, found: Iterable[StoredRecord]) -> tuple[tuple[StoredRecord, ...], tuple[Problem, ...]]:
    """Return the records that count, each with who signed it, and a warning for each that is refused; all count where nobody has to sign.

    What this machine made needs no signature, unless it is committed: then it may come from anybody.

    Raises:
        ConfigError: what says who may sign names no file of the lesson with keys, and no workflow.
        MachineError: signatures cannot be checked here.
    """
    if not lesson.settings.records.signed_by:
        return tuple(found), ()
    signers = signers_of(lesson.root, lesson.settings.records.signed_by)
    tracked = _tracked(lesson.root)
    kept: list[StoredRecord] = []
    refused: list[Problem] = []
    for stored in found:
        if stored.record.origin == "local" and stored.path not in tracked:
            kept.append(stored)
            continue
        checked = signers.check(lesson.root / stored.path)
        if checked.fault:
            hint = "whoever made it signs it: `lesson records sign`; look at who changed it: `git log -- " + str(stored.path) + "`"
            message = f"the record is refused, since `signed-by` ({signers}) says who has to sign it: {checked.fault}"
            refused.append(Problem("LS521", message, Location(stored.path), hint, Severity.WARNING))
        else:
            kept.append(replace(stored, record=replace(stored.record, signer=checked.signer)))
    return tuple(kept), tuple(refused)


def _tracked(root: Path) -> frozenset[PurePosixPath]:
    """Return the records of this machine that Git has, and whoever can commit has written."""
    listed = git(root, "ls-files", "-z", "--", str(LOCAL))
    return frozenset(PurePosixPath(name) for name in listed.output.split("\0") if name) if not listed.status else frozenset()
