"""Data from elsewhere: the entries of ``data``, checked; each becomes a file ``data/NAME`` that cells find. Nothing is fetched here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from site_builder.files import unusable_name
from site_builder.problems import Location, Problem

if TYPE_CHECKING:
    from site_builder.settings.data import DataEntry

FOLDER = PurePosixPath("data")
"""Where cells find the files, relative to ``episodes/``."""

UNUSABLE, NO_DIGEST, CLASH = "LS035", "LS036", "LS037"
"""An entry that cannot be used, one whose file nothing could verify, and one whose name is taken."""

DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.IGNORECASE)
DOI = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
DOI_HOSTS = ("doi.org", "dx.doi.org", "www.doi.org")
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?", re.IGNORECASE)

Place = Callable[..., Location]
"""Gives the location of the entry with a number, or of one of its keys: ``place(0)``, ``place(0, "sha256")``."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file from elsewhere: its name, its SHA-256 in hexadecimal (empty where the author gave none) and its size in bytes, if known.

    Either ``address`` (https) or ``doi`` says where it is; ``file`` is its name in the deposit with that DOI. ``hosts`` are further hosts
    to which the address may redirect. ``place`` is where the lesson names it.
    """

    name: str
    sha256: str
    place: Location
    address: str = ""
    doi: str = ""
    file: str = ""
    size: int | None = None
    hosts: tuple[str, ...] = ()
    title: str = ""
    license: str = ""

    @property
    def target(self) -> str:
        """Where cells find it, relative to ``episodes/``."""
        return str(FOLDER / self.name)

    @property
    def origin(self) -> str:
        """The address that readers are given: that of the file, or of the deposit."""
        return self.address or f"https://doi.org/{self.doi}"


def data_files(entries: Sequence[DataEntry], place: Place) -> tuple[tuple[DataFile, ...], tuple[Problem, ...]]:
    """Return the files that entries name, and a problem for each key that cannot be used; an entry with one has no file.

    One without a digest has a file, so that its digest can be found out, and a problem.
    """
    found: list[DataFile] = []
    problems: list[Problem] = []
    for number, entry in enumerate(entries):
        made = _file(entry, place(number))
        wrong = tuple(_faults(entry, made, lambda *key, at=number: place(at, *key)))
        problems += wrong
        if all(problem.code == NO_DIGEST for problem in wrong):
            found.append(made)
    return tuple(found), tuple(problems)


def taken_names(files: Iterable[DataFile], known: Iterable[DataFile], lessons: Iterable[str]) -> Iterator[Problem]:
    """Yield a problem for each file whose name is that of another one: of ``known`` ones, or of the files in the working folder, by path.

    Names that differ in nothing but capitals are one file on macOS and Windows. Two entries for one and the same file are no fault.
    """
    own = {_folded(name): name for name in lessons}
    first = {_folded(file.target): file for file in known}
    for file in files:
        key = _folded(file.target)
        if key in own:
            hint = "give the entry another `name`, or remove one of the two"
            yield Problem(CLASH, f"`data` would put {file.target} where the lesson has a file of its own, {own[key]}", file.place, hint)
        other = first.setdefault(key, file)
        if (other.sha256, other.target) != (file.sha256, file.target):
            message = f"`data` names two files {file.target}: the other one is at {other.place}"
            yield Problem(CLASH, message, file.place, "give one of them another `name`")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _file(entry: DataEntry, place: Location) -> DataFile:
    digest, doi = DIGEST.fullmatch(entry.sha256), DOI.fullmatch(entry.doi)
    inside = entry.file or entry.name
    last = inside if entry.doi else unquote(_split(entry.address).path)
    return DataFile(
        entry.name or PurePosixPath(last).name,
        digest[1].lower() if digest else "",
        place,
        entry.address,
        doi[1] if doi else "",
        inside if entry.doi else "",
        entry.size,
        tuple(host.lower() for host in entry.hosts),
        entry.title,
        entry.license,
    )


def _faults(entry: DataEntry, made: DataFile, place: Callable[..., Location]) -> Iterator[Problem]:
    """Yield what is wrong with an entry, at the key where it is."""

    def fault(key: str, message: str, hint: str) -> Problem:
        return Problem(UNUSABLE, f"`data`: {message}", place(*((key,) if key else ())), hint)

    if bool(entry.address) == bool(entry.doi):
        words = "has both an `address` and a `doi`" if entry.doi else "has neither an `address` nor a `doi`"
        yield fault("", f"the entry {words}", "say where the file is in one way: `address: https://...`, or `doi: ...` and `name: ...`")
        return
    if entry.address and (wrong := _wrong_address(entry.address)):
        yield fault("address", *wrong)
        return
    if entry.doi and not made.doi:
        yield fault("doi", f"not a DOI: {entry.doi[:80]!r}", "write it as 10.5281/zenodo.4924875")
        return
    if entry.doi and not made.file:
        yield fault("doi", "a deposit has many files", "say which one: `name: measurements.csv`")
        return
    if entry.file and not entry.doi:
        yield fault("file", "`file` belongs to a `doi`", "to give the file another name here, write `name`")
    if why := unusable_name(made.name):
        yield fault("name" if entry.name else "address" if entry.address else "file", why, "write `name: ` and a plain file name")
    for host in entry.hosts:
        if not HOST.fullmatch(host):
            yield fault(
                "hosts", f"not the name of a host: {host[:80]!r}", "write it without https:// and without a path: objects.example.org"
            )
    if entry.sha256 and not made.sha256:
        yield fault("sha256", f"not a SHA-256: {entry.sha256[:80]!r}", "write its 64 hexadecimal digits")
    elif not entry.sha256:
        hint = "run `lesson data fetch --print-digests`, and put the line that it prints here, once you know that the file is the right one"
        yield Problem(NO_DIGEST, f"`data`: {made.name} has no `sha256`, so nothing could tell whether it is the right file", place(), hint)


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _wrong_address(address: str) -> tuple[str, str] | None:
    """Return what is wrong with an address, and what to write instead."""
    parts = _split(address)
    if re.search(r"[\s\x00-\x1f\x7f<>\"\\]", address) or not address.isprintable():
        return f"not an address: {address[:80]!r}", "write it as a browser shows it, with %20 for a space"
    if parts.scheme.lower() == "http" and parts.netloc:
        return "the address begins with http://, so that anybody on the way could exchange the file", f"write https{address[4:]}"
    if parts.scheme.lower() != "https" or not parts.hostname:
        return f"not an address that begins with https://: {address[:80]!r}", "write https://, the host, and the path of the file"
    if parts.username is not None or parts.password is not None:
        return "the address has a user name or password in it, and every reader would see it", "name a file that anybody may read"
    if parts.hostname in DOI_HOSTS:
        return "this is the address of a DOI, which leads to a page", f"write `doi: {parts.path.lstrip('/')}` and the `name` of the file"
    try:
        _ = parts.port
    except ValueError:
        return f"not an address: {address[:80]!r}", "the port after the host is a number up to 65535"
    return None
