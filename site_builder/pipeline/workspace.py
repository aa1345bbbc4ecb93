"""One folder, packed, in which the code of every episode runs: what the setting ``workspace`` offers to learners.

It is laid out as the lesson is, so that the paths in its cells hold: the manifest and its lock, ``episodes`` with the notebooks and scripts
and with the files that the lesson offers there, and every declared input, wherever in the lesson that is.
"""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from site_builder.episode import Episode
from site_builder.files import is_file, is_folder, read_bytes, safe_join
from site_builder.lesson.inputs import BASE, TRACES
from site_builder.pipeline.plan import PlannedLesson
from site_builder.weave.model import Takeaway, TakenFile

TITLE = "Workspace with all files"
DESCRIPTION = "workspace.json"
"""What the folder is: its name, its version, the lesson's address, and the SHA-256 of each file."""
OFFERED = (BASE / "files", BASE / "data")
"""Folders of a lesson that hold what its code reads."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP file can hold: equal files make an equal archive."""


def workspace(planned: PlannedLesson, episodes: Mapping[PurePosixPath, Takeaway]) -> TakenFile | None:
    """Return the packed folder of a lesson that has the setting, with what ``episodes`` offer; None if it has not.

    Raises:
        MachineError: a file cannot be read.
    """
    settings = planned.lesson.settings
    if settings.workspace_address is None:
        return None
    files = contents(planned, episodes)
    packed = _packed(settings.workspace, {**files, DESCRIPTION: _description(planned, files)})
    return TakenFile(settings.workspace_address, TITLE, packed)


def contents(planned: PlannedLesson, episodes: Mapping[PurePosixPath, Takeaway]) -> dict[str, bytes]:
    """Return the files of the folder by their path in it; what lies outside the lesson is left out."""
    lesson = planned.lesson
    paths = [str(path) for path in (lesson.manifest, lesson.lock) if path]
    paths += [str(asset.source) for asset in lesson.assets if any(folder in asset.source.parents for folder in OFFERED)]
    paths += [path for episode in planned.episodes for path in _inputs(planned, episode)]
    places = {path: safe_join(lesson.root, PurePosixPath(path)) for path in paths}
    found = {path: read_bytes(place) for path, place in places.items() if place and is_file(place)}
    taken = (file for takeaway in episodes.values() for file in takeaway.files)
    return dict(sorted((found | {str(BASE / file.address.name): file.data for file in taken}).items()))


def version_of(files: Mapping[str, bytes]) -> str:
    """Return what names the content of the folder: twelve digits of a SHA-256 over its files and their paths."""
    listed = "".join(f"{_digest(data)}  {path}\n" for path, data in sorted(files.items()))
    return _digest(listed.encode())[:12]


def _inputs(planned: PlannedLesson, episode: Episode) -> Iterable[str]:
    """Yield the paths of an episode's declared inputs in the lesson; a folder stands for its files."""
    for name in episode.document.front_matter.inputs:
        place = safe_join(planned.lesson.root, BASE / name)
        if place is None:
            continue
        path = posixpath.normpath(BASE / name)
        if is_folder(place):
            inside = (file.relative_to(place) for file in sorted(place.rglob("*")) if not TRACES.intersection(file.parts))
            yield from (f"{path}/{file.as_posix()}" for file in inside)
        else:
            yield path


def _description(planned: PlannedLesson, files: Mapping[str, bytes]) -> bytes:
    settings = planned.lesson.settings
    told = {
        "name": settings.workspace,
        "title": settings.title,
        "address": settings.url,
        "version": version_of(files),
        "files": {path: _digest(data) for path, data in sorted(files.items())},
    }
    return (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()


def _packed(name: str, files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{name}/{path}", EPOCH)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return buffer.getvalue()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
