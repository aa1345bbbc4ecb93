"""What went wrong, in one line that says what to do: read from the errors of this program and from what pip or uv wrote."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass


class Trouble(Exception):
    """This machine cannot do it; the text is one line."""


@dataclass(frozen=True)
class Attempt:
    """What was tried, as the messages name it."""

    requirements: str
    wheels: str = ""
    log: str = ""


NO_SPACE = re.compile(r"No space left on device|Disk quota exceeded|not enough space on the disk|\b(?:ENOSPC|EDQUOT)\b")
READ_ONLY = re.compile(r"Read-only file system|Permission denied|Access is denied")
WRONG_DIGEST = re.compile(r"DO NOT MATCH THE HASHES|[Hh]ash mismatch")
WRONG_NAMES = (
    re.compile(r"^\s*([A-Za-z0-9][\w.-]*==[^\s;]+).*?(?: from [^\n]*)?:\n\s+Expected sha256", re.MULTILINE),
    re.compile(r"[Hh]ash mismatch for `([^`]+)`"),
)
"""pip names the pin above the digests; uv names it in the message."""
NO_DIGEST = (
    re.compile(r"Hashes are required in --require-hashes mode[^:]*:?[^\n]*\n\s*(\w[\w.-]*==[^\s;]+)"),
    re.compile(r"all requirements must have a hash, but none were provided for: (\S+)"),
)
NO_CERTIFICATE = re.compile(r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|invalid peer certificate|UnknownIssuer")
NO_NETWORK = re.compile(
    r"Failed to establish a new connection|NewConnectionError|NameResolutionError|Temporary failure in name resolution|"
    r"Name or service not known|nodename nor servname|getaddrinfo failed|Network is unreachable|Connection refused|"
    r"ConnectTimeout|Read timed out|ReadTimeout|ProxyError|dns error|error trying to connect|tcp connect error|"
    r"error sending request|operation timed out|Connection reset by peer|RemoteDisconnected|ProtocolError"
)
REFUSED = re.compile(r"\b(40[137]|5\d\d) (?:Client Error|Server Error|Unauthorized|Forbidden|Proxy|Internal|Bad Gateway|Service)[^\n]*")
NOT_THERE = (
    re.compile(r"No matching distribution found for ([^\s;]+)"),
    re.compile(r"Because (\S+) (?:was not found|has no wheels|needs to be downloaded)"),
    re.compile(r"there (?:is|are) no versions? of (\S+)"),
)
NO_VENV = re.compile(r"ensurepip is not available|No module named '?(?:venv|ensurepip)\b")


def explain(text: str, attempt: Attempt) -> str:
    """Return one line for what a program wrote before it failed. The causes come in the order in which they mask each other."""
    return _of_the_machine(text) or _of_the_packages(text, attempt) or _last(text, attempt)


def _of_the_machine(text: str) -> str:
    if NO_SPACE.search(text):
        return "the disk or your quota is full: free some space, then repeat the command"
    if NO_VENV.search(text):
        return (
            "this Python lacks its module for virtual environments: on Debian and Ubuntu `apt-get install python3-venv`, "
            "or install uv and repeat the command with INSTALLER=uv"
        )
    return ""


def _of_the_packages(text: str, attempt: Attempt) -> str:
    if WRONG_DIGEST.search(text):
        name = next((found[1] for pattern in WRONG_NAMES if (found := pattern.search(text))), "a package")
        return (
            f"{name}: the file that came is not the one whose digest {attempt.requirements} names, and nothing of it was used: "
            "somebody changed it on the way; try another network or index, and report it if that does not help"
        )
    if bare := next((found[1] for pattern in NO_DIGEST if (found := pattern.search(text))), ""):
        return (
            f"{bare} has no digest in {attempt.requirements}, so that nobody could tell which file comes: "
            "take that file as the repository has it, or make it again by `make requirements`"
        )
    if attempt.wheels:
        missing = _missing(text)
        if missing:
            return (
                f"{missing} is not in the folder {attempt.wheels}, or not for this Python and system: "
                "fill it by `make wheels` on a machine of the same kind, with the same Python"
            )
    elif NO_CERTIFICATE.search(text):
        return (
            "the certificate of the package index is not trusted here: "
            "name your network's certificates, PIP_CERT=FILE (uv: SSL_CERT_FILE=FILE)"
        )
    elif NO_NETWORK.search(text):
        return (
            "the package index cannot be reached: connect to the network, name your proxy or index "
            "(HTTPS_PROXY, PIP_INDEX_URL), or install from a folder of wheels: WHEELS=FOLDER"
        )
    elif found := REFUSED.search(text):
        return f"the package index refuses: {found[0].strip()}"
    elif missing := _missing(text):
        if "(from versions: none)" in text:
            return (
                f"the package index cannot be reached or has no {missing} at all: "
                "check the network, HTTPS_PROXY and PIP_INDEX_URL, or install from a folder of wheels: WHEELS=FOLDER"
            )
        return (
            f"the package index does not have {missing} for this Python and system: "
            "ask another index (PIP_INDEX_URL), or use another Python (PYTHON=...)"
        )
    return ""


def _missing(text: str) -> str:
    return next((found[1] for pattern in NOT_THERE if (found := pattern.search(text))), "")


def _last(text: str, attempt: Attempt) -> str:
    if READ_ONLY.search(text):
        return "something here may not be written: work in a copy that belongs to you"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"(?i)(error|fatal|[\w.]+error)\b", line)]
    return (errors or lines or ["it ended without a word"])[-1][:300]


def explain_error(error: OSError, path: str) -> str:
    """Return one line for an error of the file system."""
    place = os.fspath(error.filename) if isinstance(error.filename, (str, os.PathLike)) else path
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return _of_the_machine("ENOSPC")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"{place} may not be written: work in a copy that belongs to you, or name another place (VENV=FOLDER)"
    return f"{place}: {error.strerror or error}"
