"""A real conda channel for tests: this machine's CPython and what ipykernel needs, repacked from the wheels that are installed here.

The packages are true ``.conda`` files with true digests, served over HTTP on 127.0.0.1. The CPython in them uses libraries of this
machine, so that they serve for tests on it and for nothing else. Linux only.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
import os
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import zstandard
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
SITE = f"lib/python{VERSION}/site-packages"
SKIPPED = frozenset(
    ("__pycache__", "test", "tests", "idlelib", "lib2to3", "ensurepip", "turtledemo", "tkinter", "site-packages", "dist-packages")
)
ACTIVATION = 'export CHANNEL_FIXTURE="activated in $(basename "$CONDA_PREFIX")"\n'
CUSTOMIZE = f"import site, sys\nsite.addsitedir(sys.prefix + '/{SITE}')\n"
Content = dict[str, tuple[bytes, int]]
"""Path in the package -> bytes and mode."""


@dataclass(frozen=True)
class Recipe:
    """A package before it is packed."""

    name: str
    version: str
    depends: tuple[str, ...]
    content: Content
    noarch: bool = False

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.version}-0.conda"

    def index(self, subdir: str) -> dict[str, Any]:
        facts = {
            "name": self.name,
            "version": self.version,
            "build": "0",
            "build_number": 0,
            "depends": list(self.depends),
            "license": "test",
        }
        return facts | {"subdir": "noarch" if self.noarch else subdir} | ({"noarch": "python"} if self.noarch else {})


def interpreter() -> Recipe:
    """Return this machine's CPython with its standard library; activating it sets a variable, as packages with scripts do."""
    base = Path(sys.base_prefix)
    library = base / "lib" / f"python{VERSION}"
    found = [path for path in library.rglob("*") if path.is_file() and not SKIPPED & set(path.relative_to(library).parts)]
    shared = [path for path in base.glob(f"lib/libpython{VERSION}.so*") if path.is_file()]
    files = {
        path.relative_to(base).as_posix(): (path.read_bytes(), 0o644) for path in (*found, *shared) if "/config-" not in path.as_posix()
    }
    program = Path(getattr(sys, "_base_executable", sys.executable)).resolve().read_bytes()
    files |= {f"bin/{name}": (program, 0o755) for name in ("python", "python3", f"python{VERSION}")}
    if "dist-packages" in (library / "site.py").read_text(encoding="utf-8"):  # Debian's Python looks elsewhere than conda's packages go
        files[f"lib/python{VERSION}/sitecustomize.py"] = (CUSTOMIZE.encode(), 0o644)
    files["etc/conda/activate.d/fixture.sh"] = (ACTIVATION.encode(), 0o644)
    return Recipe("python", ".".join(map(str, sys.version_info[:3])), (), files)


def installed(names: Iterable[str]) -> Iterator[Recipe]:
    """Return distributions that are installed here and everything that they require, each once."""
    todo, seen = [canonicalize_name(name) for name in names], set[str]()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            distribution = importlib.metadata.distribution(name)
            wanted = [Requirement(text) for text in distribution.requires or ()]
            needed = sorted(canonicalize_name(item.name) for item in wanted if item.marker is None or item.marker.evaluate({"extra": ""}))
            todo += needed
            yield _repacked(distribution, name, needed)


def _repacked(distribution: importlib.metadata.Distribution, name: str, needed: list[str]) -> Recipe:
    pure = "Root-Is-Purelib: true" in (distribution.read_text("WHEEL") or "")
    root = "site-packages" if pure else SITE
    files = {}
    for file in distribution.files or ():
        if ".." not in file.parts and file.suffix != ".pyc" and file.name not in ("RECORD", "direct_url.json", "INSTALLER", "REQUESTED"):
            files[f"{root}/{file.as_posix()}"] = (Path(str(distribution.locate_file(file))).read_bytes(), 0o644)
    return Recipe(name, distribution.version.replace("+", "_"), (f"python {VERSION}.*", *needed), files, pure)


def packed(recipe: Recipe, subdir: str) -> bytes:
    """Return a ``.conda`` file: a zip of metadata.json and two zstandard tars (conda's package format 2)."""
    paths = [
        {"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(data).hexdigest(), "size_in_bytes": len(data)}
        for path, (data, _) in sorted(recipe.content.items())
    ]
    texts = {"index.json": recipe.index(subdir), "paths.json": {"paths": paths, "paths_version": 1}, "about.json": {}}
    if recipe.noarch:
        texts["link.json"] = {"noarch": {"type": "python", "entry_points": []}, "package_metadata_version": 1}
    information: Content = {f"info/{name}": (json.dumps(data, sort_keys=True).encode(), 0o644) for name, data in texts.items()}
    stem = recipe.file_name.removesuffix(".conda")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("metadata.json", b'{"conda_pkg_format_version": 2}')
        archive.writestr(f"pkg-{stem}.tar.zst", _tar(recipe.content))
        archive.writestr(f"info-{stem}.tar.zst", _tar(information))
    return buffer.getvalue()


def _tar(content: Content) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, (data, mode) in sorted(content.items()):
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(data), mode
            archive.addfile(member, io.BytesIO(data))
    return zstandard.ZstdCompressor(level=1).compress(buffer.getvalue())


def write_channel(recipes: Iterable[Recipe], folder: Path, subdir: str) -> dict[str, Recipe]:
    """Write the packages and the repodata of a channel; return the recipes by name."""
    records: dict[str, dict[str, Any]] = {subdir: {}, "noarch": {}}
    made = {}
    for recipe in recipes:
        data, index = packed(recipe, subdir), recipe.index(subdir)
        path = folder / index["subdir"] / recipe.file_name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        digests = {"sha256": hashlib.sha256(data).hexdigest(), "md5": hashlib.md5(data).hexdigest(), "size": len(data)}
        records[index["subdir"]][recipe.file_name] = index | digests
        made[recipe.name] = recipe
    for name, found in records.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        repodata = {"info": {"subdir": name}, "packages": {}, "packages.conda": found, "repodata_version": 1}
        (folder / name / "repodata.json").write_text(json.dumps(repodata), encoding="utf-8")
    return made


class _Handler(SimpleHTTPRequestHandler):
    asked: list[str]
    stalls: str
    ended: threading.Event

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.stalls and self.stalls in self.path:
            self.ended.wait(60)
        with suppress(ConnectionError):
            super().do_GET()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path, stalls: str = "") -> Iterator[tuple[str, list[str]]]:
    """Serve a folder on 127.0.0.1; yields its address and the list of paths that were asked for. ``stalls``: part of a path never sent."""
    asked: list[str] = []
    ended = threading.Event()
    handler = type("Handler", (_Handler,), {"asked": asked, "stalls": stalls, "ended": ended})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=os.fspath(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def in_place_of_conda_forge(folder: Path, root: Path) -> Iterator[None]:
    """Serve a channel in conda-forge's place, by the configuration of the Pixi workspace ``root``."""
    with served(folder) as (address, _):
        (root / ".pixi").mkdir(exist_ok=True)
        mirror = f'[mirrors]\n"https://conda.anaconda.org/conda-forge" = ["{address}"]\n'
        (root / ".pixi/config.toml").write_text(mirror, encoding="utf-8")
        yield


async def solve(folder: Path, wanted: Iterable[str], subdir: str) -> list[Any]:
    """Choose packages of the channel under the addresses they would have on conda-forge."""
    from rattler import Channel, SparseRepoData, solve_with_sparse_repodata

    sparse = [SparseRepoData(Channel("conda-forge"), name, folder / name / "repodata.json") for name in (subdir, "noarch")]
    return list(await solve_with_sparse_repodata(list(wanted), sparse))


def write_lock(path: Path, environments: dict[str, list[Any]], subdir: str) -> None:
    """Write ``pixi.lock`` through py-rattler."""
    from rattler import LockChannel, LockFile, LockPlatform

    platform = LockPlatform(subdir)
    lock = LockFile([platform])
    for name, records in environments.items():
        lock.set_channels(name, [LockChannel("https://conda.anaconda.org/conda-forge/")])
        for record in records:
            lock.add_conda_package(name, platform, record)
    lock.to_path(path)
