"""The metadata of wheels on a package index, without fetching the wheels."""

from __future__ import annotations

import email.parser
import io
import os
import ssl
import time
import urllib.error
import urllib.request
import zipfile
from typing import Any

TRUST = ssl.create_default_context()
TAIL = 65536


def fetch(address: str, span: str = "") -> tuple[bytes, str]:
    """Return the bytes of an address, or of a range of it (RFC 9110, section 14), and which these are; thrice where a network fails."""
    request = urllib.request.Request(address, headers={"Range": f"bytes={span}"} if span else {})  # noqa: S310
    for patience in (1, 5, 15, 0):
        try:
            with urllib.request.urlopen(request, timeout=60, context=TRUST) as answer:  # noqa: S310
                return answer.read(), answer.headers.get("content-range", "")
        except urllib.error.HTTPError:
            raise
        except OSError:
            if not patience:
                raise
            time.sleep(patience)
    raise AssertionError


class Remote(io.RawIOBase):
    """A file on a server as one that can be sought in; its end, where a wheel keeps its METADATA, is fetched first."""

    def __init__(self, address: str) -> None:
        self.address, self.place = address, 0
        self.tail, span = fetch(address, f"-{TAIL}")
        self.size = int(span.rpartition("/")[2]) if span else len(self.tail)

    def seekable(self) -> bool:
        """Always."""
        return True

    def readable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Return the place."""
        return self.place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move, and return the place."""
        self.place = offset + (0, self.place, self.size)[whence]
        return self.place

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer from here, and return how much there was."""
        end = min(self.place + len(buffer), self.size)
        if self.place >= end:
            return 0
        start = self.size - len(self.tail)
        data = self.tail[self.place - start : end - start] if self.place >= start else fetch(self.address, f"{self.place}-{end - 1}")[0]
        buffer[: len(data)] = data
        self.place += len(data)
        return len(data)


def metadata_of(address: str) -> str:
    """Return the METADATA of a wheel: the file beside it (PEP 658), or the one inside."""
    try:
        return fetch(f"{address}.metadata")[0].decode()
    except urllib.error.HTTPError:
        with zipfile.ZipFile(io.BufferedReader(Remote(address), 8192)) as wheel:
            (name,) = [name for name in wheel.namelist() if name.count("/") == 1 and name.endswith(".dist-info/METADATA")]
            return wheel.read(name).decode()


def described(text: str) -> dict[str, Any]:
    """Return the fields of METADATA that decide what else is needed."""
    message = email.parser.HeaderParser().parsestr(text)
    return {"python": message["Requires-Python"] or "", "requires": sorted(message.get_all("Requires-Dist") or [])}
