"""Asking other hosts for an address, or whether it is there."""

from __future__ import annotations

import hashlib
import http.client
import re
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

AT_ONCE, AT_ONCE_OF_ONE_HOST = 16, 2
ATTEMPTS = 3
SECONDS = 20.0
"""Seconds to wait for one answer."""
LONGEST_PAUSE = 30.0
"""Seconds; a host that asks for more time (``Retry-After``) is not asked again."""
LARGEST = 64 << 20
"""Bytes of an answer that are kept."""
AGENT = "Mozilla/5.0 (compatible; lesson-link-check)"
"""Hosts refuse programs that do not look like a browser; the rest tells them what it is."""

GONE = (404, 410)
LATER = (408, 425, 429, 500, 502, 503, 504)
"""Answers after which the same question may be answered (RFC 9110, 15)."""
OWN_MACHINE = re.compile(r"localhost|127(\.\d+){3}|0\.0\.0\.0|::1|.*\.(localhost|local|internal|test|invalid)", re.IGNORECASE)
"""Hosts of readers' own machines and networks (RFC 6761)."""


RESERVED = re.compile(r"(.*\.)?example(\.com|\.net|\.org)?", re.IGNORECASE)
"""Names that stand for any host (RFC 2606): what is there says nothing of a lesson."""

REFUSED = (10, 18, 19, 62)
"""Faults of certificates that browsers see too (X509_verify_cert_error_string(3)): expired, signed by itself, of another host. What is
missing in a chain, browsers fetch.
"""


class Presence(Enum):
    """Whether an address leads somewhere."""

    GOOD = "good"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of the question about an address, in words."""

    state: Presence
    reason: str


def ask_all(
    addresses: Iterable[str], *, pause: float = 1.0, done: Callable[[str, Answer], None] = lambda address, answer: None
) -> dict[str, Answer]:
    """Ask many addresses at once, few of one host at a time, and return what each answered.

    ``pause`` is the wait in seconds before the second attempt, doubled before the third. ``done`` hears of each answer in this thread.
    """
    hosts: dict[str, threading.Semaphore] = defaultdict(lambda: threading.Semaphore(AT_ONCE_OF_ONE_HOST))
    wanted = list(dict.fromkeys(addresses))
    gates = {address: hosts[_host(address)] for address in wanted}

    def one(address: str) -> tuple[str, Answer]:
        with gates[address]:
            return address, ask(address, pause=pause)

    found: dict[str, Answer] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for address, answer in pool.map(one, wanted):
            found[address] = answer
            done(address, answer)
    return found


def ask(address: str, *, pause: float = 1.0) -> Answer:
    """Ask one address, again where that may help."""
    answer, wait = Answer(Presence.UNKNOWN, "the name is reserved for examples"), pause
    if RESERVED.fullmatch(_host(address)):
        return answer
    for attempt in range(1, ATTEMPTS + 1):
        answer, again = _attempt(address)
        if again is None or again > LONGEST_PAUSE or attempt == ATTEMPTS:
            return answer
        time.sleep(max(wait, again))
        wait *= 2
    return answer


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address has: the sha256 of its bytes, empty if there is nothing; the bytes, if asked for; where it led; why there is none."""

    digest: str = ""
    data: bytes = b""
    address: str = ""
    fault: str = ""


def fetch(address: str, *, keep: bool = False, pause: float = 1.0) -> Fetched:
    """Read an address whole, again where that may help, and past caches; with ``keep`` its bytes are returned, up to `LARGEST`."""
    fault = ""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _whole(address, keep=keep)
        except urllib.error.HTTPError as error:
            with error:
                if error.code in (*GONE, 403):
                    return Fetched(address=address)
                fault = f"status {error.code} {http.client.responses.get(error.code, '')}".strip()
                if error.code not in LATER:
                    break
        except (ValueError, OSError, http.client.HTTPException) as error:
            fault = str(error.reason if isinstance(error, urllib.error.URLError) else error) or type(error).__name__
        if attempt < ATTEMPTS:
            time.sleep(pause * attempt)
    return Fetched(address=address, fault=fault)


def _whole(address: str, *, keep: bool) -> Fetched:
    headers = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity", "Cache-Control": "no-cache"}
    digest, kept = hashlib.sha256(), bytearray()
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - http(s) alone
    with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
        while part := response.read(1 << 20):
            digest.update(part)
            if keep and len(kept) <= LARGEST:
                kept += part
        expected = response.headers.get("Content-Length", "")
        if response.length:  # fewer bytes than were announced
            raise http.client.IncompleteRead(b"", int(expected))
        return Fetched(digest.hexdigest(), bytes(kept), response.url)


def _attempt(address: str) -> tuple[Answer, float | None]:
    """Return an answer, and after how many seconds to ask again at the earliest; None where that would not help."""
    try:
        status, after = _status(address, "HEAD")
        if status >= 400:  # some hosts answer in earnest only to GET
            status, after = _status(address, "GET")
    except (ValueError, http.client.InvalidURL) as error:
        return Answer(Presence.DEAD, f"it is no address: {error}"), None
    except (OSError, http.client.HTTPException) as error:
        return _failure(address, error)
    if status < 400:
        return Answer(Presence.GOOD, f"status {status}"), None
    words = f"status {status} {http.client.responses.get(status, '')}".strip()
    if status in GONE:
        return Answer(Presence.DEAD, words), None
    return Answer(Presence.UNKNOWN, words), after if status in LATER else None


def _status(address: str, method: str) -> tuple[int, float]:
    request = urllib.request.Request(address, method=method, headers={"User-Agent": AGENT, "Accept": "*/*"})  # noqa: S310 - http(s) alone
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
            return int(response.status), 0.0
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _seconds(error.headers.get("Retry-After", ""))


def _seconds(text: str) -> float:
    return float(text) if text.strip().isdecimal() else 0.0


def _failure(address: str, error: Exception) -> tuple[Answer, float | None]:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if OWN_MACHINE.fullmatch(_host(address)):
        return Answer(Presence.UNKNOWN, "a machine that only its readers have"), None
    if isinstance(reason, ssl.SSLCertVerificationError):
        refused = Presence.DEAD if getattr(reason, "verify_code", 0) in REFUSED else Presence.UNKNOWN
        return Answer(refused, f"its certificate is refused: {getattr(reason, 'verify_message', '') or reason}"), None
    if isinstance(reason, socket.gaierror):
        if reason.errno == socket.EAI_AGAIN:
            return Answer(Presence.UNKNOWN, "no name server answers"), 0.0
        return Answer(Presence.DEAD, "there is no such host"), 0.0
    return Answer(Presence.UNKNOWN, f"no answer: {reason or type(error).__name__}"), 0.0


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
