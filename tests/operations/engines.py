"""Engines of images that tests start for themselves, and the Debian that their bases are made of."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

DEBIAN = Path(os.environ.get("LESSON_ENGINE_ROOT", "/nowhere"))
"""A folder with a Debian 12: `debootstrap --variant=minbase --include=python3,ca-certificates,libssl3,libffi8,libsqlite3-0 bookworm FOLDER`."""
READY = (DEBIAN / "usr/bin/python3").exists() and sys.platform == "linux" and os.getuid() == 0
REQUIRED = bool(os.environ.get("LESSON_REQUIRE_CONTAINERS"))
MARKS = [
    pytest.mark.world("containers"),
    pytest.mark.skipif(not READY and not REQUIRED, reason="needs root and a Debian 12 in LESSON_ENGINE_ROOT"),
]


def run(*words: str, folder: Path | None = None, **variables: str) -> str:
    """Run a command, which has to succeed, and return all that it said."""
    done = subprocess.run(words, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def pack_debian(archive: Path) -> None:
    """Write the Debian as an archive that an engine takes for a base."""
    left_out = [f"--exclude=./{name}" for name in ("var/cache/apt/*.bin", "var/cache/apt/archives/*.deb", "var/lib/apt/lists", "usr/share/doc",
                                                   "usr/share/locale", "usr/share/man")]  # fmt: skip
    subprocess.run(["tar", "-C", str(DEBIAN), "--one-file-system", *left_out, "-cf", str(archive), "."], check=True)


@contextmanager
def dockerd(folder: Path, names: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run a Docker of its own in a folder, and yield its client, which finds it.

    ``names`` are further names of images that are in the folder, such as those with a digest, which no command gives: name -> image id.
    """
    client = next((path for path in ("/usr/bin/docker", shutil.which("docker") or "") if Path(path).is_file()), "")
    if not client or not shutil.which("dockerd"):
        assert not REQUIRED, "dockerd is missing"
        pytest.skip("needs dockerd")
    if names:
        known = folder / "data/image/overlay2/repositories.json"
        content = json.loads(known.read_text())
        for name, identity in names.items():
            content["Repositories"].setdefault(name.partition("@")[0], {})[name] = identity
        known.write_text(json.dumps(content))
    address = f"unix://{folder}/d.sock"
    daemon = subprocess.Popen(
        ["dockerd", "--data-root", str(folder / "data"), "--exec-root", str(folder / "exec"), "-H", address, "--pidfile", str(folder / "pid"),
         "--bridge", "none", "--iptables=false", "--ip6tables=false"],
        stdout=subprocess.DEVNULL, stderr=(folder / "log").open("ab"), start_new_session=True,
    )  # fmt: skip
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    if not (programs / "docker").is_symlink():
        (programs / "docker").symlink_to(client)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", address)
        patch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
        try:
            for _ in range(300):
                if subprocess.run([client, "info"], capture_output=True, check=False).returncode == 0:
                    break
                assert daemon.poll() is None, (folder / "log").read_text()[-2000:]
                time.sleep(0.2)
            yield client
        finally:
            daemon.terminate()
            with suppress(subprocess.TimeoutExpired):
                daemon.wait(20)
            left = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines() if line.split()[1].startswith(f"{folder}/")]
            for place in reversed(left):  # such as the namespace of its network, below which nothing could be deleted
                subprocess.run(["umount", "--lazy", place], check=False)


def buildah(folder: Path, driver: str = "vfs") -> tuple[tuple[str, ...], Mapping[str, str]]:
    """Return how buildah is called with a store of its own in a folder, and the variables that it needs."""
    if not shutil.which("buildah"):
        assert not REQUIRED, "buildah is missing"
        pytest.skip("needs buildah")
    store = ("buildah", "--root", str(folder / "store"), "--runroot", str(folder / "run"), "--storage-driver", driver)
    return store, {"BUILDAH_ISOLATION": "chroot"}
