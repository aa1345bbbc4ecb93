"""Sign committed records, and check who signed them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from site_builder.errors import ConfigError
from site_builder.lesson.discover import discover
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import find_root
from site_builder.problems import Problem, did_you_mean
from site_builder.records.signatures import SignatureCheck, allowed_signers, check, sign
from site_builder.records.store import COMMITTED, RecordStore, StoredRecord

KEY = "LESSON_SIGNING_KEY"
"""Variable with the file of the key that signs, where none is named."""


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """A committed record, and who signed it or why nobody has."""

    stored: StoredRecord
    checked: SignatureCheck


def sign_records(path: Path, names: Collection[str], key: str) -> tuple[StoredRecord, ...]:
    """Sign the committed records of the named episodes, or of all, and return them.

    Raises:
        ConfigError: there is no lesson, no such episode or no key, or a record is damaged.
        MachineError: `ssh-keygen` cannot sign, or a signature cannot be written.
    """
    lesson = _lesson(path)
    key = key or os.environ.get(KEY, "")
    if not key:
        raise ConfigError("no key to sign with", hint=f"give it with `--key FILE` or in {KEY}; `ssh-keygen -t ed25519` makes one")
    found, damaged = _committed(lesson, names)
    if damaged:
        raise ConfigError("a damaged record is not signed", problems=damaged)
    for stored in found:
        sign(stored.record, lesson.root / stored.path, key)
    return found


def check_signatures(path: Path, names: Collection[str], signers: Path | None) -> tuple[tuple[SignedRecord, ...], tuple[Problem, ...]]:
    """Return who signed the committed records, and a warning for each that is damaged; ``signers`` are those of the settings by default.

    Raises:
        ConfigError: there is no lesson or no such episode, or nothing says who may sign.
        MachineError: signatures cannot be checked here.
    """
    lesson = _lesson(path)
    if signers is None and not lesson.settings.records.signed_by:
        hint = "name the file in config.yaml (`records:`, `signed-by: signers`), or with `--signers FILE`"
        raise ConfigError("nothing says who may sign records", hint=hint)
    file = signers if signers is not None else allowed_signers(lesson.root, lesson.settings.records.signed_by)
    found, damaged = _committed(lesson, names)
    return tuple(SignedRecord(stored, check(stored.record, lesson.root / stored.path, file)) for stored in found), damaged


def _lesson(path: Path) -> Lesson:
    return discover(find_root(path))[0]


def _committed(lesson: Lesson, names: Collection[str]) -> tuple[tuple[StoredRecord, ...], tuple[Problem, ...]]:
    store = RecordStore(lesson.root)
    return store.read(file for file in store.files(COMMITTED) if file.parent.name in set(_slugs(lesson, names)))


def _slugs(lesson: Lesson, names: Iterable[str]) -> Iterator[str]:
    known = {source.slug for source in lesson.episodes}
    wanted = [Path(name).stem for name in names]
    for slug in wanted:
        if slug not in known:
            raise ConfigError(f"there is no episode named `{slug}`", hint=did_you_mean(slug, known) or f"known: {', '.join(sorted(known))}")
    yield from wanted or known
