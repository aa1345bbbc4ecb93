"""What is refused before anything is installed, and how py-rattler's failures are reported."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from site_builder.environments.base import Package, PackageSet
from site_builder.environments.installation import installing
from site_builder.environments.workspace.lock import read_lock
from site_builder.errors import EnvironmentUnavailable

HEAD = """version: 6
environments:
  default:
    channels:
    - url: https://conda.example.org/conda-forge/
    packages:
      linux-64:
      - conda: {address}
packages:
- conda: {address}
"""
ADDRESS = "https://conda.example.org/conda-forge/noarch/tiny-1.0-0.conda"


def lock(tmp_path: Path, address: str = ADDRESS, digest: str = "a1" * 32) -> Path:
    path = tmp_path / "pixi.lock"
    path.write_text(HEAD.format(address=address) + (f"  sha256: {digest}\n" if digest else ""))
    return path


def packages(path: Path) -> PackageSet:
    found = read_lock(path).find("default", "linux-64")
    assert found is not None
    return found


def refusal(path: Path, wanted: PackageSet | None = None) -> EnvironmentUnavailable:
    with pytest.raises(EnvironmentUnavailable) as caught:
        installing.read_records(path, wanted or packages(path))
    return caught.value


def test_the_records_are_those_of_the_packages_wanted(tmp_path: Path) -> None:
    found = installing.read_records(lock(tmp_path), packages(tmp_path / "pixi.lock"))
    assert [str(row.url) for row in found.rows] == [ADDRESS]
    assert found.packages.packages == (Package("tiny", "1.0", "0", "a1" * 32),)


@pytest.mark.parametrize(
    ("address", "digest", "words"),
    [
        ("https://index.example.org/small-2.0.tar.gz", "a1" * 32, "no wheels, which need Pixi: small"),
        ("git+https://forge.example.org/small.git?rev=1#2", "", "no wheels, which need Pixi: small"),
        ("./small", "", "no wheels, which need Pixi: small"),
        ("https://index.example.org/small-2.0-py3-none-any.whl", "", "without a SHA-256 in the lock: small"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="wheels need Pixi there")
def test_packages_of_the_index_that_are_no_wheels_with_a_digest_are_refused(tmp_path: Path, address: str, digest: str, words: str) -> None:
    path = lock(tmp_path)
    text = path.read_text().replace(f"      - conda: {ADDRESS}\n", f"      - conda: {ADDRESS}\n      - pypi: {address}\n")
    path.write_text(text + f"- pypi: {address}\n  name: small\n  version: '2.0'\n" + (f"  sha256: {digest}\n" if digest else ""))
    error = refusal(path)
    assert error.message.endswith(words)
    assert "install Pixi" in error.hint


def test_a_package_without_a_digest_is_refused(tmp_path: Path) -> None:
    assert "without a SHA-256 in the lock: tiny" in refusal(lock(tmp_path, digest="")).message


def test_a_file_of_this_machine_must_be_the_one_that_is_locked(tmp_path: Path) -> None:
    package = tmp_path / "with space" / "noarch" / "tiny-1.0-0.conda"
    address = package.as_uri()
    path = lock(tmp_path, address, hashlib.sha256(b"right").hexdigest())
    path.write_text(path.read_text() + "  name: tiny\n  version: '1.0'\n  build: '0'\n  build_number: 0\n  subdir: noarch\n")
    assert "is not the file that the lock names" in refusal(path).message
    package.parent.mkdir(parents=True)
    package.write_bytes(b"wrong")
    assert "is not the file that the lock names" in refusal(path).message
    package.write_bytes(b"right")
    assert installing.read_records(path, packages(path)).rows


@pytest.mark.parametrize(
    ("need", "hint"),
    [("__cuda >=12", "CONDA_OVERRIDE_CUDA"), ("__linux >=99", "one of its platforms"), ("__nothing", "one of its platforms")],
)
def test_what_cannot_run_here_is_not_downloaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, need: str, hint: str) -> None:
    monkeypatch.setattr(installing, "virtual_packages", lambda: {"__linux": "6.8", "__glibc": "2.36"})
    path = lock(tmp_path)
    path.write_text(
        path.read_text() + f"  depends:\n  - {need}\n  - __glibc >=2.17,<3.0.a0\n  - __archspec 1 zen5\n  - python\n  - __linux\n"
    )
    error = refusal(path)
    assert error.message == f"environment `default` needs what this machine lacks: {need}"
    assert hint in error.hint


def test_a_lock_that_changes_meanwhile_is_noticed(tmp_path: Path) -> None:
    wanted = packages(lock(tmp_path))
    assert "changed while it was read" in refusal(lock(tmp_path, digest="b2" * 32), wanted).message
    assert "changed while it was read" in refusal(lock(tmp_path), PackageSet("gone", "linux-64", wanted.packages)).message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "failed to fetch a-1-0.conda Caused by: hash mismatch when extracting https://c.example/noarch/a%2B1-1-0.conda to /cache: "
            "expected aa11, got bb22, total size 3 bytes",
            "a+1-1-0.conda is not the package that is locked: its digest is bb22, the lock says aa11; nothing was installed",
        ),
        (
            "error sending request for url (https://user:secret@c.example/x): dns error",
            "packages cannot be downloaded: c.example does not answer",
        ),
        (
            "failed to acquire global cache lock Caused by: no eligible writable layers to cache package to",
            "the package cache /cache is not writable",
        ),
        (
            "failed to acquire global cache lock Caused by: failed to create cache directory: '/cache' Caused by: Not a directory",
            "the package cache /cache is not writable",
        ),
        ("something\n else", "environment `e` cannot be installed: something else"),
    ],
)
def test_failures_are_told_in_our_words(text: str, message: str) -> None:
    assert installing._explained(RuntimeError(text), "e", Path("/cache")).message == message


class Watcher:
    """Counts."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, int]] = []

    def started(self, packages: int) -> None:
        self.seen.append(("started", packages))

    def received(self, count: int) -> None:
        self.seen.append(("received", count))

    def linked(self) -> None:
        self.seen.append(("linked", 1))


def test_reports_are_handed_on() -> None:
    watcher = Watcher()
    reporter = installing._Reporter(watcher)
    reporter.on_transaction_start(2)
    for operation in (0, 1):
        download = reporter.on_download_start(reporter.on_populate_cache_start(operation, "p"))
        reporter.on_download_progress(download, 10, 30)
        reporter.on_download_progress(download, 30, 30)
        reporter.on_link_complete(reporter.on_link_start(operation, "p"))
    assert watcher.seen == [("started", 2), *[("received", 10), ("received", 20), ("linked", 1)] * 2]
    with pytest.raises(AttributeError):
        reporter.something_else  # noqa: B018
