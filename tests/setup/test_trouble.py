"""One line for everything that pip or uv says before it fails; the texts are theirs."""

from __future__ import annotations

import errno

import pytest

from tools.set_up.trouble import Attempt, explain, explain_error

HERE = Attempt("requirements/all.txt")
OFFLINE = Attempt("requirements/all.txt", wheels="usb/wheels")

PIP_HASH = """\
Collecting tables==1.5
  Downloading http://127.0.0.1/files/tables-1.5-py3-none-any.whl (1.4 kB)
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions, please update the hashes.
    tables==1.5 from http://127.0.0.1/files/tables-1.5-py3-none-any.whl (from -r requirements/all.txt (line 8)):
        Expected sha256 aa
             Got        bb
"""
UV_HASH = """\
  × Failed to download `tables==1.5`
  ╰─▶ Hash mismatch for `tables==1.5`

      Expected:
        sha256:aa
"""
PIP_OFFLINE = """\
WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by 'NewConnectionError('<pip>: \
Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')': /simple/click/
ERROR: Could not find a version that satisfies the requirement click==8.5.1 (from versions: none)
ERROR: No matching distribution found for click==8.5.1
"""
UV_OFFLINE = """\
error: Failed to fetch: `https://index.example/simple/click/`
  Caused by: error sending request for url (https://index.example/simple/click/)
  Caused by: dns error: failed to lookup address information: Name or service not known
"""
PIP_MISSING = """\
ERROR: Could not find a version that satisfies the requirement click==8.5.1 (from versions: 8.0, 8.1)
ERROR: No matching distribution found for click==8.5.1
"""
UV_MISSING = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because click was not found in the provided package locations and you require click==8.5.1, we can conclude that …
"""

PIP_BARE = """\
ERROR: Hashes are required in --require-hashes mode, but they are missing from some requirements. Here is a list of those requirements \
along with the hashes their downloaded archives actually had. Add lines like these to your requirements files to prevent tampering. (If \
you did not enable --require-hashes manually, note that it turns on automatically when any package has a hash.)
    measure==1.0 --hash=sha256:aa
"""
UV_BARE = """\
error: In `--require-hashes` mode, all requirements must have a hash, but none were provided for: measure==1.0
"""


@pytest.mark.parametrize(
    ("text", "attempt", "words"),
    [
        (PIP_HASH, HERE, "tables==1.5: the file that came is not the one whose digest requirements/all.txt names"),
        (UV_HASH, HERE, "tables==1.5: the file that came"),
        (PIP_HASH, OFFLINE, "tables==1.5: the file that came"),
        (PIP_BARE, HERE, "measure==1.0 has no digest in requirements/all.txt"),
        (UV_BARE, OFFLINE, "measure==1.0 has no digest in requirements/all.txt"),
        (PIP_OFFLINE, HERE, "the package index cannot be reached: connect to the network"),
        (UV_OFFLINE, HERE, "the package index cannot be reached: connect to the network"),
        (PIP_MISSING, HERE, "the package index does not have click==8.5.1 for this Python and system"),
        (PIP_MISSING, OFFLINE, "click==8.5.1 is not in the folder usb/wheels"),
        (UV_MISSING, OFFLINE, "click is not in the folder usb/wheels"),
        ("OSError: [Errno 28] No space left on device\n", HERE, "the disk or your quota is full"),
        ("ERROR: Could not install packages due to an OSError: [Errno 122] Disk quota exceeded\n", HERE, "quota is full"),
        ("ERROR: Could not install packages due to an OSError: [Errno 30] Read-only file system: 'x'\n", HERE, "may not be written"),
        ("/usr/bin/python3: No module named venv\n", HERE, "apt-get install python3-venv"),
        ("/home/me/.venv/bin/python: No module named ensurepip\n", HERE, "apt-get install python3-venv"),
        ("… because ensurepip is not\navailable.\nensurepip is not available.", HERE, "apt-get install python3-venv"),
        ("SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] …') Connection reset by peer", HERE, "PIP_CERT=FILE"),
        ("  Caused by: invalid peer certificate: UnknownIssuer\n", HERE, "PIP_CERT=FILE"),
        ("ERROR: HTTP error 403 while getting x\nERROR: 403 Client Error: Forbidden for url: x\n", HERE, "the package index refuses: 403"),
        ("note\nERROR: something quite new\nnotice\n", HERE, "ERROR: something quite new"),
        ("", HERE, "it ended without a word"),
    ],
)
def test_the_cause_and_what_to_do(text: str, attempt: Attempt, words: str) -> None:
    line = explain(text, attempt)
    assert words in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "quota is full"), (errno.EROFS, "may not be written"), (errno.EACCES, "may not be written"), (errno.ENOTDIR, "there")],
)
def test_errors_of_the_file_system(number: int, words: str) -> None:
    line = explain_error(OSError(number, "there", "some/file"), "elsewhere")
    assert words in line
    assert number == errno.ENOSPC or line.startswith("some/file")
