"""Sign committed records, and check who signed them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder.errors import ConfigError
from site_builder.lesson.discover import discover
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import find_root
from site_builder.problems import Problem, did_you_mean
from site_builder.records.attestations import attest, check_identity
from site_builder.records.signatures import SignatureCheck, sign
from site_builder.records.signers import Signers, signers_of
from site_builder.records.store import COMMITTED, RecordStore, StoredRecord

KEY = "LESSON_SIGNING_KEY"
"""Variable with the file of the key that signs, where none is named."""


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """A committed record, and who signed it or why nobody has."""

    stored: StoredRecord
    checked: SignatureCheck


def sign_records(path: Path, names: Collection[str], key: str, *, keyless: bool = False) -> tuple[StoredRecord, ...]:
    """Sign the committed records of the named episodes and files, or all, and return them; ``keyless`` with a workflow's identity.

    Raises:
        ConfigError: there is no lesson, no such episode or no key, or a record is damaged.
        MachineError: `ssh-keygen` or Sigstore cannot sign, or a signature cannot be written.
    """
    lesson = _lesson(path)
    key = key or os.environ.get(KEY, "")
    if not key and not keyless:
        raise ConfigError("no key to sign with", hint=f"give it with `--key FILE` or in {KEY}; `ssh-keygen -t ed25519` makes one")
    found, damaged = _committed(lesson, names)
    if damaged:
        raise ConfigError("a damaged record is not signed", problems=damaged)
    for stored in found:
        if keyless:
            attest(lesson.root / stored.path)
        else:
            sign(lesson.root / stored.path, key)
    return found


def check_signatures(path: Path, names: Collection[str], signers: Collection[str]) -> tuple[tuple[SignedRecord, ...], tuple[Problem, ...]]:
    """Return who signed the committed records, and a warning for each that is damaged; ``signers`` are files and addresses of workflows,
    by default those of the settings.

    Raises:
        ConfigError: there is no lesson or no such episode, or nothing says who may sign.
        MachineError: signatures cannot be checked here.
    """
    lesson = _lesson(path)
    allowed = _given(signers) if signers else signers_of(lesson.root, lesson.settings.records.signed_by)
    found, damaged = _committed(lesson, names)
    return tuple(SignedRecord(stored, allowed.check(lesson.root / stored.path)) for stored in found), damaged


def _given(signers: Collection[str]) -> Signers:
    """Return who may sign by arguments of a command: files may lie anywhere."""
    workflows = tuple(check_identity(entry) for entry in signers if entry.startswith("https://"))
    files = tuple(Path(entry) for entry in signers if not entry.startswith("https://"))
    if lost := [file for file in files if not file.is_file()]:
        raise ConfigError(f"{lost[0]} is no file of those who may sign")
    return Signers(files, workflows)


def _lesson(path: Path) -> Lesson:
    return discover(find_root(path))[0]


def _committed(lesson: Lesson, names: Collection[str]) -> tuple[tuple[StoredRecord, ...], tuple[Problem, ...]]:
    store = RecordStore(lesson.root)
    there = store.files(COMMITTED)
    single = {name for name in names if name.endswith(".ipynb") and PurePosixPath(name) in there}
    slugs = set(_slugs(lesson, [name for name in names if name not in single])) if len(single) < len(names) or not names else set()
    return store.read(file for file in there if str(file) in single or file.parent.name in slugs)


def _slugs(lesson: Lesson, names: Iterable[str]) -> Iterator[str]:
    known = {source.slug for source in lesson.running}
    wanted = [Path(name).stem for name in names]
    for slug in wanted:
        if slug not in known:
            raise ConfigError(f"there is no episode named `{slug}`", hint=did_you_mean(slug, known) or f"known: {', '.join(sorted(known))}")
    yield from wanted or known
