"""Check a copy of a site, in a folder or where it is deployed, against the manifest that its build wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urljoin, urlsplit

from site_builder import files
from site_builder.errors import ConfigError, MachineError
from site_builder.fetching.asking import Fetched, fetch
from site_builder.publish.foreign import OWN_NAMES
from site_builder.publish.manifest import MANIFEST, SiteManifest, digests, manifest_from

AT_ONCE = 8
"""Files that are asked for at once: all are on one host."""

Digest = Callable[[str], str]
"""Returns the sha256 of a file of the copy by its path, empty where there is none."""


@dataclass(frozen=True, slots=True)
class SiteCheck:
    """How a copy compares with a manifest: how many of its files are equal, and the paths of those that are not.

    ``foreign`` files, and folders with a final slash, are in the copy's folder and not in the manifest: nobody can list those of a server.
    ``own`` tells whether the manifest is the copy's: then whoever changed a file could have changed that as well. ``staged`` identifies
    the build.
    """

    equal: int
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    foreign: tuple[str, ...]
    own: bool
    staged: str

    @property
    def whole(self) -> bool:
        """Whether every file of the manifest is there, unchanged."""
        return not self.changed and not self.missing


def verify_site(place: str, manifest: Path | None = None) -> SiteCheck:
    """Compare every file of a copy, a folder or an address, with a manifest: the one given, else the copy's own.

    Raises:
        ConfigError: there is no copy, or no readable manifest.
        MachineError: a file cannot be read, or the server does not answer.
    """
    remote = urlsplit(place).scheme in ("http", "https")
    if not remote and not files.is_folder(Path(place)):
        raise ConfigError(f"{place} is neither a folder nor an address", hint="give the folder of a site, or its address with `https://`")
    base, own = _beginning(place) if remote else (place, _read(Path(place, MANIFEST)))
    listed = own if manifest is None else _read(manifest / MANIFEST if files.is_folder(manifest) else manifest)
    found = manifest_from(listed) if listed else None
    if found is None:
        where = str(manifest or place)
        raise ConfigError(
            f"{where} has no readable {MANIFEST}", hint="name that of the build with `--manifest`; every site has one in its root"
        )
    extra = () if remote else _foreign(digests(Path(place)), found)
    return _compared(found, partial(_there, base) if remote else partial(_here, Path(place)), extra, own=manifest is None)


def _foreign(present: Iterable[str], manifest: SiteManifest) -> tuple[str, ...]:
    """Return what is in a folder and not in the manifest, without the mark whose site it is; a folder with nothing of the build as one."""
    known = {str(folder) for name in manifest.files for folder in PurePosixPath(name).parents}
    found: dict[str, None] = {}
    for name in present:
        if name not in manifest.files and name not in OWN_NAMES:
            outer = [str(folder) for folder in PurePosixPath(name).parents if str(folder) not in known]
            found[f"{outer[-1]}/" if outer else name] = None
    return tuple(found)


def _compared(manifest: SiteManifest, digest: Digest, foreign: tuple[str, ...], *, own: bool) -> SiteCheck:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        present: Mapping[str, str] = dict(zip(manifest.files, pool.map(digest, manifest.files), strict=True))
    changed = tuple(name for name, found in present.items() if found and found != manifest.files[name])
    missing = tuple(name for name, found in present.items() if not found)
    return SiteCheck(len(present) - len(changed) - len(missing), changed, missing, foreign, own, manifest.staged)


def _read(path: Path) -> bytes:
    return files.read_bytes(path) if files.is_file(path) else b""


def _beginning(address: str) -> tuple[str, bytes]:
    """Return the address below which a site's files are, after redirections, and its manifest, empty if it has none."""
    folder = address if address.endswith("/") else address.rpartition("/")[0] + "/" if address.endswith(".html") else address + "/"
    answer = _fetched(urljoin(folder, MANIFEST), keep=True)
    return urljoin(answer.address, "."), answer.data


def _there(base: str, name: str) -> str:
    return _fetched(urljoin(base, quote(name))).digest


def _here(folder: Path, name: str) -> str:
    return files.digest_of(folder / name) if files.is_file(folder / name) else ""


def _fetched(address: str, *, keep: bool = False) -> Fetched:
    answer = fetch(address, keep=keep)
    if answer.fault:
        raise MachineError(f"{address} cannot be read: {answer.fault}", hint="try again when the server answers")
    return answer


def lines(check: SiteCheck) -> Iterator[str]:
    """Yield a line for each file that is not as it was built, and for those that no build wrote."""
    yield from (f"changed: {name}" for name in check.changed)
    yield from (f"missing: {name}" for name in check.missing)
    yield from (f"not of the build: {name}" for name in check.foreign)
