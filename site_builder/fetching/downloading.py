"""Downloads one file through Pooch (https://www.fatiando.org/pooch/): verified, bounded, from the host that was named, with no credentials.

What a host sends is compared and stored, never opened or run.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NoReturn
from urllib.parse import urljoin, urlsplit

from site_builder import files

AGENT = "lesson-site-builder"
SECONDS = 30
"""Seconds to wait for a connection, or for more of an answer."""
REDIRECTS = 8
AGAIN = 1
"""Further attempts where no answer came."""

PAGES = (".html", ".htm", ".xhtml")
"""Endings of files that are pages themselves."""


class NotFetched(Exception):
    """A file was not fetched: why, what to do about it, and whether no host answered at all (``silent``)."""

    def __init__(self, message: str, hint: str, *, silent: bool = False) -> None:
        """Keep the message, the hint and whether there was no answer."""
        super().__init__(message)
        self.message, self.hint, self.silent = message, hint, silent


class _Moved(Exception):
    """The host says that the file is elsewhere."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file to download: its name for messages; an https ``address``, or a ``doi`` with the name of the ``file`` in that deposit.

    ``sha256`` is empty where it is to be found out. ``hosts`` are others to which the address may redirect; a deposit's files may be
    anywhere. ``size`` is in bytes, if known, and ``largest`` the most that is accepted.
    """

    name: str
    largest: int
    address: str = ""
    doi: str = ""
    file: str = ""
    sha256: str = ""
    size: int | None = None
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What was downloaded: the SHA-256 and the size in bytes."""

    sha256: str
    size: int


def download(wanted: Download, target: Path) -> Downloaded:
    """Download a file to ``target``, which has its content whole or is left as it was.

    Raises:
        NotFetched: no host answered, or what it sent is not the file.
        OSError: it cannot be written.
    """
    import pooch
    from requests.exceptions import RequestException

    pooch.get_logger().setLevel("WARNING")
    url = f"doi:{wanted.doi}/{wanted.file}" if wanted.doi else wanted.address
    digest = f"sha256:{wanted.sha256}" if wanted.sha256 else None
    keeper = pooch.create(target.parent, base_url="", registry={target.name: digest}, urls={target.name: url}, retry_if_failed=AGAIN)
    guarded = _Guarded(wanted)
    try:
        keeper.fetch(target.name, downloader=guarded)
    except RequestException as error:
        _unanswered(error)
    except ValueError as error:  # of an address that no library can read
        raise NotFetched(f"it cannot be fetched: {str(error)[:200]}", "look at the address, and correct it") from error
    target.chmod(0o644)
    return Downloaded(guarded.digest, guarded.size)


@dataclass(slots=True)
class _Guarded:
    """A downloader of Pooch that looks at every answer before it takes it."""

    wanted: Download
    digest: str = ""
    size: int = 0
    labelled: bool = False

    def __call__(self, url: str, output_file: str, pooch: Any) -> None:
        """Write the file to a path that Pooch gives."""
        with files.opened(Path(output_file)) as stream:
            taken = _Bounded(stream, self)
            self._take(taken)
        self.digest, self.size = taken.digest.hexdigest(), taken.size
        self._verify(page=taken.page)

    def _take(self, taken: _Bounded) -> None:
        from pooch import HTTPDownloader

        address = _address_in_deposit(self.wanted) if self.wanted.doi else self.wanted.address
        headers = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
        for _ in range(REDIRECTS + 1):
            given = {"headers": headers, "auth": _nobody, "allow_redirects": False, "timeout": SECONDS, "hooks": {"response": self._look}}
            try:
                HTTPDownloader(chunk_size=1 << 16, **given)(address, taken, None)
            except _Moved as moved:
                address = _next(self.wanted, address, str(moved))
            else:
                return
        raise NotFetched(f"{_host(address)} redirects more than {REDIRECTS} times", "write the address to which it leads in the end")

    def _look(self, response: Any, **_: Any) -> None:
        """Look at an answer's head, before anything of its body is read."""
        status, where = response.status_code, _host(response.url)
        if response.is_redirect:
            raise _Moved(response.headers["Location"])
        if 400 <= status < 500 and status not in (408, 429):
            words = "there is no such file" if status in (404, 410) else f"it is refused: {response.reason or 'no reason given'}"
            raise NotFetched(f"{where} answers with status {status}, {words}", "look at the address in a browser, and correct it")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        self.labelled = status < 400 and kind.endswith(("/html", "/xhtml+xml"))
        length = response.headers.get("Content-Length", "")
        if status < 400 and not self.labelled and length.isdecimal() and not response.headers.get("Content-Encoding"):
            _refuse_size(self.wanted, int(length))

    def _verify(self, *, page: bool) -> None:
        wanted = self.wanted
        if page and wanted.sha256 != self.digest:
            _refuse_page(wanted)
        if wanted.size is not None and self.size != wanted.size:
            _refuse_size(wanted, self.size)
        if wanted.sha256 and self.digest != wanted.sha256:
            message = f"the SHA-256 of what came is {self.digest}, and `sha256` says {wanted.sha256}"
            raise NotFetched(message, "the file changed, or it is another one; compare it before you write the new digest")


@dataclass(slots=True)
class _Bounded:
    """A file that takes only so many bytes, and whose digest is known when it ends; ``page`` tells whether it begins as a page does."""

    stream: IO[bytes]
    guarded: _Guarded
    size: int = 0
    page: bool = False
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> int:
        wanted = self.guarded.wanted
        if not self.size:
            beginning = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
            self.page = beginning.startswith((b"<!doctype html", b"<html") if not self.guarded.labelled else b"<")
        self.size += len(data)
        most = wanted.largest if wanted.size is None else min(wanted.size, wanted.largest)
        if self.size > most:
            if self.page:
                _refuse_page(wanted)
            _refuse_size(wanted, self.size, more=True)
        self.digest.update(data)
        return self.stream.write(data)

    def flush(self) -> None:
        """Leave it to the system when bytes reach the disk."""


def _refuse_page(wanted: Download) -> None:
    if not wanted.name.lower().endswith(PAGES):
        hint = "use the address of the file itself, often called raw or download, not that of the page that shows it"
        raise NotFetched(f"the host sends a page in HTML in place of {wanted.name}", hint)


def _refuse_size(wanted: Download, size: int, *, more: bool = False) -> None:
    """Refuse a file that is larger than is accepted, or not of the size that the lesson says; ``more`` may follow."""
    if size > wanted.largest:
        hint = "raise `execution: data-bytes` in the settings, if that is right"
        raise NotFetched(f"it has {'more than ' if more else ''}{wanted.largest if more else size} bytes, more than are accepted", hint)
    if wanted.size is not None and size != wanted.size:
        hint = "the file changed, or it is another one; compare it before you write the new size and digest"
        raise NotFetched(f"it has {'more than ' if more else ''}{wanted.size if more else size} bytes, and `size` says {wanted.size}", hint)


def _next(wanted: Download, address: str, location: str) -> str:
    """Return the address to which one redirects, if it may."""
    target = urljoin(address, location)
    here, there = urlsplit(address), urlsplit(target)
    if there.scheme != "https" or not there.hostname or there.username is not None:
        raise NotFetched(f"{here.netloc} redirects to an address that does not begin with https://", "write the address of the file itself")
    known = {urlsplit(wanted.address).netloc.lower(), *wanted.hosts}
    if not wanted.doi and not known.intersection((there.netloc.lower(), there.hostname.lower())):
        hint = f"if the file is kept there, add `hosts: [{there.netloc}]`; or write the address of the file itself"
        raise NotFetched(f"{here.netloc} redirects to another host, {there.netloc}", hint)
    return target


def _address_in_deposit(wanted: Download) -> str:
    """Ask a repository where a file of a deposit is."""
    from pooch.downloaders import doi_to_repository
    from requests.exceptions import RequestException

    try:
        with _without_netrc():
            address = str(doi_to_repository(wanted.doi).download_url(wanted.file))
    except RequestException as error:
        if getattr(error, "response", None) is None:
            raise
        raise NotFetched(f"there is no deposit with the DOI {wanted.doi}", "look at https://doi.org, and correct it") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        hint = "look which files the deposit has, and correct `name` or `file`; Zenodo, figshare and Dataverse are known"
        raise NotFetched(f"the deposit {wanted.doi} has no file {wanted.file}, or its repository is not known", hint) from error
    if urlsplit(address).scheme != "https":
        raise NotFetched(f"the deposit {wanted.doi} names an address that does not begin with https://", "write the address of the file")
    return address


@contextmanager
def _without_netrc() -> Iterator[None]:
    """Keep the user's passwords from requests, which looks for them in the file that ``NETRC`` names."""
    before = os.environ.get("NETRC")
    os.environ["NETRC"] = os.devnull
    try:
        yield
    finally:
        del os.environ["NETRC"]
        if before is not None:
            os.environ["NETRC"] = before


def _nobody(request: Any) -> Any:
    """Authenticate nobody: without this, requests would send what ``.netrc`` has for the host."""
    return request


def _unanswered(error: Any) -> NoReturn:
    from requests.exceptions import HTTPError, SSLError, Timeout

    host = _host(error.request.url) if getattr(error, "request", None) is not None else "the host"
    if isinstance(error, HTTPError):
        raise NotFetched(f"{host} answers with status {error.response.status_code}", "try again later", silent=True) from error
    if isinstance(error, SSLError):
        raise NotFetched(f"the certificate of {host} is refused", "correct the address, or tell those who run the host") from error
    words = f"{host} did not answer in {SECONDS} s" if isinstance(error, Timeout) else f"{host} cannot be reached"
    raise NotFetched(words, "run `lesson data fetch` where there is a network", silent=True) from error


def _host(address: str) -> str:
    return urlsplit(address).netloc.rpartition("@")[2]
