"""Install a locked environment with py-rattler: every digest checked, all or nothing, with downloads kept and shared with Pixi."""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from site_builder import files
from site_builder.environments.base import PackageSet
from site_builder.environments.installation import prefix as prefixes
from site_builder.environments.installation.wheels import Wheel, install_wheels, wheels_of
from site_builder.environments.pixi_errors import PLATFORM, explain_download
from site_builder.environments.workspace.configuration import Configuration, package_cache, read_configuration
from site_builder.environments.workspace.lock import locked_platforms, open_lock, package_of, written_versions
from site_builder.environments.workspace.platforms import subdir_of, unmet, virtual_packages
from site_builder.errors import EnvironmentUnavailable

RETRIES = 3
OFFLINE = "offline mode"


class Watcher(Protocol):
    """Receives the progress of an installation; called from other threads."""

    def started(self, packages: int) -> None:
        """Receive the number of packages to fetch and link."""
        ...

    def received(self, count: int) -> None:
        """Receive the number of bytes that have arrived."""
        ...

    def linked(self) -> None:
        """Receive that one more package is installed."""
        ...


@dataclass(frozen=True, slots=True)
class Records:
    """What is installed for one environment and platform: py-rattler's records, the wheels, and both as a package set."""

    packages: PackageSet
    rows: tuple[Any, ...]
    wheels: tuple[Wheel, ...] = ()


def read_records(lock: Path, wanted: PackageSet) -> Records:
    """Return the lock's records of exactly the packages wanted.

    Raises:
        EnvironmentUnavailable: the lock cannot be read, a package of the Python Package Index is no wheel, a package has no digest, or its
            file differs.
    """
    written = written_versions(lock)
    for platform, rows in locked_platforms(open_lock(lock), wanted.environment, lock):
        found = tuple(sorted(package_of(row, written) for row in rows))
        if subdir_of(platform) == wanted.platform and found == wanted.packages:
            wheels = wheels_of([(row, package_of(row, written)) for row in rows], wanted.environment, lock)
            conda = [row for row in rows if getattr(row, "package_record", None) is not None]
            records = tuple(row.repo_data_record() if hasattr(row, "repo_data_record") else row for row in conda)
            _refuse_unverifiable(records, wanted.environment)
            _refuse_unfit(records, wanted.environment)
            return Records(wanted, records, wheels)
    raise EnvironmentUnavailable(f"{lock.name} changed while it was read", hint="run it again")


def _refuse_unfit(records: Sequence[Any], environment: str) -> None:
    """Refuse what cannot run here, before gigabytes are downloaded."""
    lacking = unmet((str(need) for row in records for need in row.depends), virtual_packages())
    if lacking:
        cuda = any(need.startswith("__cuda") for need in lacking)
        hint = "install it on a machine with an NVIDIA GPU, or set CONDA_OVERRIDE_CUDA to install it anyway" if cuda else PLATFORM
        raise EnvironmentUnavailable(f"environment `{environment}` needs what this machine lacks: {', '.join(lacking)}", hint=hint)


def _refuse_unverifiable(records: Sequence[Any], environment: str) -> None:
    """Check what py-rattler does not: a source package has no digest, and a local file is not downloaded."""
    without = [str(getattr(row.name, "normalized", row.name)) for row in records if not _digest(row)]
    if without:
        message = f"environment `{environment}` has packages without a SHA-256 in the lock: {', '.join(sorted(without))}"
        raise EnvironmentUnavailable(message, hint="run `pixi lock` and commit the lock, or install Pixi")
    for row in records:
        path = _local_path(str(row.url))
        if path is not None and (not files.is_file(path) or _digest_of(path) != _digest(row)):
            raise EnvironmentUnavailable(f"{path} is not the file that the lock names", hint="restore it, or run `pixi lock`")


def _digest(row: Any) -> str:
    digest = getattr(row, "sha256", None)
    return digest.hex() if digest else ""


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _local_path(url: str) -> Path | None:
    from urllib.request import url2pathname  # imports an HTTP client

    parts = urlsplit(url)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None


def install(records: Records, prefix: Path, root: Path, watcher: Watcher | None = None) -> None:
    """Install an environment at ``prefix``; afterwards it is complete and stamped, or nothing there has changed.

    It is assembled in a folder beside it and exchanged: after a failure py-rattler's threads may keep writing for a moment, which then
    harms nothing. ``root`` is the lesson's folder, whose Pixi configuration counts. Finished downloads are kept for the next attempt.

    Raises:
        EnvironmentUnavailable: a digest is wrong, the network or the disk fails; the message says what to do.
    """
    start = f".{prefix.name}.new."
    for left in prefix.parent.glob(f"{start}*"):
        files.remove_folder(left)
    with files.temporary_folder(prefix.parent, start) as scratch:
        _run(records, scratch, root, watcher, prefix)
        if relocates():
            install_wheels(records.wheels, scratch, prefix, records.packages.environment, offline=read_configuration(root).offline)
            prefixes.set_stamp(scratch, prefixes.installed_stamp(records.packages), prefix)
            files.exchange_folders(scratch, prefix)
            return
        if records.wheels:
            names = ", ".join(wheel.package.name for wheel in records.wheels)
            hint = "update py-rattler to 0.28 or newer, or install Pixi"
            raise EnvironmentUnavailable(f"this release of py-rattler cannot prepare an environment for wheels: {names}", hint=hint)
    files.remove_folder(prefix)  # all downloads are complete and verified: what follows can fail only for lack of space
    _run(records, prefix, root, None)
    prefixes.set_stamp(prefix, prefixes.installed_stamp(records.packages), prefix)


def relocates() -> bool:
    """Tell whether py-rattler can install for a path other than the one it writes to (0.28 and later)."""
    from rattler import install

    return "alternative_target_prefix" in inspect.signature(install).parameters


def _run(records: Records, target: Path, root: Path, watcher: Watcher | None, place: Path | None = None) -> None:
    import asyncio  # only installing needs it

    configuration = read_configuration(root)
    options: dict[str, Any] = {"alternative_target_prefix": place.absolute()} if place and relocates() else {}
    cache = package_cache(configuration)
    options |= _cache(cache)
    options |= {"show_progress": False, "reporter": _Reporter(watcher) if watcher else None}
    try:
        asyncio.run(_install(records, target, configuration, options))
    except Exception as error:  # py-rattler's own classes, which move between modules from release to release
        raise _explained(error, records.packages.environment, cache) from error


async def _install(records: Records, target: Path, configuration: Configuration, options: dict[str, Any]) -> None:
    from rattler import Client, install

    client = Client(_middlewares(configuration))
    await install(list(records.rows), target, client=client, **options)


def _cache(folder: Path) -> dict[str, Any]:
    """Have every file of a cached package compared with its digest; a package that differs is downloaded again.

    py-rattler itself trusts a folder that has its index (0.28), and older releases have no switch for this.
    """
    from rattler import install

    if "package_cache" not in inspect.signature(install).parameters:
        return {"cache_dir": folder}
    from rattler.package_cache import PackageCache, ValidationMode

    return {"package_cache": PackageCache.new_layered([folder], validation_mode=ValidationMode.full())}


def _middlewares(configuration: Configuration) -> list[Any]:
    from rattler import networking

    if configuration.offline:
        return [networking.AddHeadersMiddleware(_refuse_request)]
    mirrors = {key: list(value) for key, value in configuration.mirrors.items()}
    first = [networking.MirrorMiddleware(mirrors)] if mirrors else []
    others = (networking.AuthenticationMiddleware, networking.OciMiddleware, networking.GCSMiddleware, networking.S3Middleware)
    return [networking.RetryMiddleware(RETRIES), *first, *(kind() for kind in others)]


def _refuse_request(host: str, path: str) -> None:
    """Stop a request before it is sent: py-rattler has no switch for that (0.28)."""
    raise ConnectionError(f"{OFFLINE}: {host}{path}")


class _Reporter:
    """Passes py-rattler's reports to a watcher; py-rattler calls every method of the protocol, so unused ones exist too."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._received: dict[int, int] = {}

    def on_transaction_start(self, total_operations: int) -> None:
        """py-rattler begins."""
        self._watcher.started(total_operations)

    def on_download_start(self, cache_entry: int) -> int:
        """A download begins; its number is the one of its cache entry."""
        return cache_entry

    def on_populate_cache_start(self, operation: int, package_name: str) -> int:
        """The cache is searched for a package."""
        return operation

    def on_download_progress(self, download_idx: int, progress: int, total: int | None) -> None:
        """Bytes of one download have arrived, ``progress`` of them so far."""
        self._watcher.received(max(0, progress - self._received.get(download_idx, 0)))
        self._received[download_idx] = progress

    def on_link_complete(self, index: int) -> None:
        """A package is installed."""
        self._watcher.linked()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("on_"):
            return lambda *arguments: 0
        raise AttributeError(name)


def _explained(error: Exception, environment: str, cache: Path) -> EnvironmentUnavailable:
    text = " ".join(str(error).split())
    if OFFLINE in text:
        hint = "install it once with a network: without PIXI_OFFLINE, and without `offline` in Pixi's configuration"
        return EnvironmentUnavailable("packages are missing and Pixi is in offline mode", hint=hint)
    if re.search("no eligible writable layers|failed to create cache directory", text):
        hint = "make it writable, or set PIXI_CACHE_DIR to a writable folder"
        return EnvironmentUnavailable(f"the package cache {cache} is not writable", hint=hint)
    if "failed to link" in text:
        message = f"environment `{environment}` cannot be assembled from the package cache: {text[:600]}"
        return EnvironmentUnavailable(message, hint="run it again on its own: another program writes to that shared cache")
    found = explain_download(text)
    if found:
        return EnvironmentUnavailable(found.message, hint=found.hint)
    return EnvironmentUnavailable(f"environment `{environment}` cannot be installed: {text[:600]}", hint="run it again with -v")
