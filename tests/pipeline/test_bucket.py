"""Records that machines share in a bucket: s3fs, and a server of S3 that runs here."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.pipeline.test_shared_records import RUNS, printed, write

pytestmark = [pytest.mark.world("bucket"), pytest.mark.skipif(sys.platform != "linux", reason="the pins are those of Linux")]

MAKE = "import s3fs, sys; system = s3fs.S3FileSystem(); system.mkdir('records')"

LOOKS = """---
title: A
teaching: 1
exercises: 1
---

```{python}
import glob, os
from pathlib import Path
found = {"own": str(dict(os.environ))}
for place in glob.glob("/proc/[0-9]*"):
    try:
        if "moto" not in Path(place, "cmdline").read_text():
            found[place] = Path(place, "environ").read_text()
    except OSError:
        pass
print("seen in:", [name for name, text in found.items() if "also-of" + "-the-test" in text])
```
"""
"""It looks at the variables of every process but the server, which gets them from the test itself."""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with the builder, s3fs and a server of S3."""
    folder = tmp_path_factory.mktemp("bucket") / "environment"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    python = folder / "bin" / "python"
    given = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    subprocess.run([*given, "--requirement", ROOT / "requirements" / "bucket.txt"], check=True)
    (packages,) = (folder / "lib").glob("python3*/site-packages")
    (packages / "builder.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT}\n")
    return python


@pytest.fixture(scope="module")
def variables(python: Path) -> Iterator[Mapping[str, str]]:
    """The variables with which s3fs finds the server and may use it, while it runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_ACCESS_KEY_ID": "of-the-test", "AWS_SECRET_ACCESS_KEY": "also-of-the-test",
        "AWS_DEFAULT_REGION": "us-east-1", "NO_PROXY": "127.0.0.1",
    }  # fmt: skip
    server = subprocess.Popen([python, "-m", "moto.server", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=own)
    try:
        for _ in range(300):
            if subprocess.run([python, "-c", MAKE], env=own, capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.2)
        yield own
    finally:
        server.terminate()
        server.wait()


def build(python: Path, variables: Mapping[str, str], lesson: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Build a lesson with the records of the bucket."""
    command = [
        python,
        "-m",
        "site_builder",
        "build",
        lesson,
        "--environments",
        "host",
        "--shared-records",
        "s3://records/of/lessons",
        *more,
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=dict(variables), check=False)


def test_a_record_in_a_bucket_serves_another_machine(python: Path, variables: Mapping[str, str], tmp_path: Path) -> None:
    one, two = write(tmp_path / "one"), write(tmp_path / "two")
    given = build(python, variables, one, "--share")
    assert given.returncode == 0 and RUNS in given.stderr and "shared the record of a" in given.stderr, given.stderr
    taken = build(python, variables, two)
    assert taken.returncode == 0 and RUNS not in taken.stderr, taken.stderr
    assert printed(one) == printed(two) != ""
    assert "shared the record" not in build(python, variables, one, "--share", "--force").stderr


def test_credentials_reach_no_cell(python: Path, variables: Mapping[str, str], tmp_path: Path) -> None:
    """They are in the variables of no process that a cell can look at: neither its own, nor those around it."""
    lesson = write(tmp_path / "one", "1")
    (lesson / "episodes" / "a.md").write_text(LOOKS)
    done = build(python, variables, lesson, "--share")
    assert done.returncode == 0, done.stderr
    assert "seen in: []" in (lesson / "site" / "a.html").read_text()


def test_a_bucket_that_is_not_there(python: Path, variables: Mapping[str, str], tmp_path: Path) -> None:
    lesson = write(tmp_path / "one")
    command = [
        python,
        "-m",
        "site_builder",
        "build",
        lesson,
        "--environments",
        "host",
        "--shared-records",
        "s3://nosuch/records",
        "--share",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=dict(variables), check=False)
    assert done.returncode == 3 and "s3://nosuch/records" in done.stderr and "Traceback" not in done.stderr
