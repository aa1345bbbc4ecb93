"""The builder's own `Containerfile`, built as it is by Docker and by buildah, and lessons built in both images.

The base that it names by its digest is a Debian 12 of the tests' own with Debian's Python, under that name: no registry is asked. What
the file installs, pinned by digest, comes from the index, and Git from Debian. Nothing in the file is changed.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

import site_builder
from tests.conftest import ROOT
from tests.operations import engines
from tests.operations.engines import run
from tests.release.conftest import checkout, distributions, tools  # noqa: F401

pytestmark = engines.MARKS

(BASE,) = set(re.findall(r"^FROM (\S+)", (ROOT / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE))
WITH_PYTHON = (
    "apt-get update -qq && apt-get install -y -qq --no-install-recommends python-is-python3 python3-venv && rm -r /var/lib/apt/lists"
)
CERTIFICATES = Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
PLACE = "/etc/ssl/certs/ca-certificates.crt"
EPISODE = """---
title: A
teaching: 1
exercises: 1
---

```{python}
import os, sys
print(sys.executable, os.getuid())
```

```{bash}
echo from Bash: $((6 * 7))
```
"""


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory, distributions: tuple[Path, Path]) -> Path:  # noqa: F811
    """A clone as `python -m build` leaves it: the files of the image, its wheel in dist/, and much that is no part of it."""
    folder = tmp_path_factory.mktemp("context") / "clone"
    (folder / "dist").mkdir(parents=True)
    for name in ("Containerfile", "Containerfile.dockerignore"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    for path in distributions:
        shutil.copy(path, folder / "dist")
    (folder / "large.bin").write_bytes(bytes(30_000_000))
    return folder


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A lesson that belongs to the user of the image."""
    folder = tmp_path / "lesson"
    (folder / "episodes").mkdir(parents=True)
    for name, text in {"config.yaml": "title: Tiny\nlicense: CC-BY 4.0\n", "index.md": "Hello.\n", "episodes/a.md": EPISODE}.items():
        (folder / name).write_text(text)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 1000, 1000)
    return folder


def assert_built(lesson: Path, said: str) -> None:
    """Assert that the lesson was built in the image: by its Python, as its user."""
    assert "1 episode: 1 from this machine's own packages" in said
    page = (lesson / "site/a.html").read_text(encoding="utf-8")
    assert "/environment/bin/python 1000" in page, "which is how a page shows the interpreter's folder"
    assert "from Bash: 42" in page
    assert (lesson / "site/index.html").stat().st_uid == 1000


def test_docker_builds_it_as_it_is(context: Path, lesson: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    first = tmp_path / "first"
    first.mkdir()
    engines.pack_debian(first / "debian.tar")
    shutil.copy(CERTIFICATES, first / "certificates")
    (first / "Dockerfile").write_text(f"FROM debian\nCOPY certificates {PLACE}\nENV PIP_CERT={PLACE}\nRUN {WITH_PYTHON}\n")
    engine = tmp_path_factory.mktemp("engine")  # a short path: those of sockets have at most 107 bytes
    building = {"DOCKER_BUILDKIT": "1"}
    with engines.dockerd(engine) as docker:
        run(docker, "import", str(first / "debian.tar"), "debian")
        run(docker, "build", "--network", "host", "--tag", "base", str(first), **building)
        identity = run(docker, "image", "inspect", "--format", "{{.Id}}", "base").strip()
    name = f"{BASE.partition(':')[0]}@{BASE.partition('@')[2]}"  # under which Docker looks up a name with a tag and a digest
    with engines.dockerd(engine, {name: identity}) as docker:
        words = re.search(r"^#   docker (build .*)$", (context / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
        assert words is not None, "the command is in the file"
        said = run(docker, *words[1].split(), "--network", "host", "--progress=plain", folder=context, **building)
        sizes = re.findall(r"transferring context: ([\d.]+)MB", said)
        assert sizes and max(map(float, sizes)) < 20, "the ignore file keeps everything else out"
        bare = ("run", "--rm", "--network", "none")
        assert run(docker, *bare, "lesson", "--version").strip() == f"lesson, version {site_builder.__version__}"
        assert "Usage: lesson" in run(docker, *bare, "lesson"), "it helps whoever says nothing"
        assert_built(lesson, run(docker, *bare, "--user", "1000:1000", "--volume", f"{lesson}:/lesson", "lesson", "build"))


def test_buildah_builds_it_as_it_is(context: Path, lesson: Path, tmp_path: Path) -> None:
    store, own = engines.buildah(tmp_path, "overlay")
    engines.pack_debian(tmp_path / "debian.tar")
    made = run(*store, "from", "scratch", **own).strip()
    run(*store, "add", "--quiet", made, str(tmp_path / "debian.tar"), "/", **own)
    run(*store, "add", "--quiet", made, str(CERTIFICATES), PLACE, **own)
    run(*store, "config", "--env", f"PIP_CERT={PLACE}", made, **own)
    run(*store, "run", made, "--", "sh", "-c", WITH_PYTHON, **own)
    run(*store, "commit", "--quiet", "--rm", made, "localhost/base", **own)
    run(
        *store, "bud", "--pull=never", "--build-context", f"{BASE}=container-image://localhost/base",
        "--ignorefile", "Containerfile.dockerignore", "--file", "Containerfile", "--tag", "lesson", ".",
        folder=context, **own,
    )  # fmt: skip
    container = run(*store, "from", "--pull-never", "localhost/lesson", **own).strip()
    assert run(*store, "run", container, "--", "lesson", "--version", **own).strip() == f"lesson, version {site_builder.__version__}"
    assert_built(lesson, run(*store, "run", "--volume", f"{lesson}:/lesson", container, "--", "lesson", "build", **own))
