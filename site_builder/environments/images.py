"""Container images in which cells run: how they are named, told apart, looked at and started.

An image is a file that Apptainer runs (`plots.sif`) or a name that Docker knows on this machine (`docker:python:3.13`). Nothing is fetched:
who wants an image pulls or builds it. Sources: https://docs.docker.com/reference/cli/docker/container/run/,
https://apptainer.org/docs/user/main/cli/apptainer_exec.html.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from site_builder import files, processes
from site_builder.settings.image_names import APPTAINER, DOCKER, PREFIX

PINNED = re.compile(r"@sha256:([0-9a-f]{64})$")
FOLDER, PLACE = "lesson.folder", "lesson.place"
"""Labels of Docker's containers: the folder of the builder's own in which one works, and where that path means this folder."""
PATIENCE = 120.0
"""Seconds that an image has to tell what is in it: the first start may unpack it."""

LOOK = """\
import importlib.util, json, platform, sys
def there(name):
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
print(json.dumps([platform.python_version(), sys.prefix, [name for name in sys.argv[1:] if not there(name)]]))
"""
"""Prints the interpreter's version, its folder, and which modules it lacks."""


@dataclass(frozen=True, slots=True)
class Inside:
    """What is in an image: its interpreter's name (empty without one), version and folder, and which of the wanted modules that lacks."""

    python: str
    version: str
    prefix: Path
    lacking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContainerImage:
    """An image as this machine starts programs in it. ``name`` is Docker's name of it, or the file's path."""

    engine: str
    name: str

    def digest(self) -> str:
        """Return the SHA-256 that tells the image from others: of the file, of the pinned name, or Docker's id; empty where nobody knows.

        Raises:
            MachineError: the file cannot be read.
        """
        if self.engine == APPTAINER:
            return _file_digest(self.name, *_state(Path(self.name))) if files.is_file(Path(self.name)) else ""
        pinned = PINNED.search(self.name)
        return pinned[1] if pinned else _docker_id(self.name)

    def unable(self) -> str:
        """Say why this machine cannot run the image, empty if it can."""
        if not shutil.which(self.engine):
            return f"It needs {self.engine.title()}, which runs its image."
        if self.engine == APPTAINER:
            return "" if files.is_file(Path(self.name)) else f"The image {Path(self.name).name} is not there."
        return "" if _docker_id(self.name) else f"Docker on this machine has no image `{self.name}`."

    def command(
        self, *, folder: Path, shared: Sequence[Path], read_only: Sequence[Path], variables: Mapping[str, str], container: str,
        gpu: bool = False, offline: bool = False, limit: int = 0,
    ) -> tuple[str, ...]:  # fmt: skip
        """Return what stands before a command to run it in the image, in ``folder``; ``container`` is its name while it runs.

        ``shared`` folders are seen at the same places, ``read_only`` ones cannot be changed. Docker lets no more than ``limit`` processes
        run at once. Of the machine's variables none is seen, only ``variables``; Apptainer takes these from its own (`outer`).
        """
        if self.engine == APPTAINER:
            binds = [f"{path}:{path}{':ro' if path in read_only else ''}" for path in (*shared, *read_only)]
            home = [f"--home={variables['HOME']}"] if "HOME" in variables else []
            device = ["--nv"] if gpu else []
            return (
                APPTAINER, "--silent", "exec", "--cleanenv", "--contain", "--writable-tmpfs", *home, f"--pwd={folder}", *device,
                *(f"--bind={bind}" for bind in binds), self.name,
            )  # fmt: skip
        mounts = [f"--volume={path}:{path}{':ro' if path in read_only else ''}" for path in (*shared, *read_only)]
        bounds = [*([f"--pids-limit={limit}"] if limit else []), *(["--gpus=all"] if gpu else [])]
        labels = [f"--label={FOLDER}={shared[0]}", f"--label={PLACE}={_this_place()}"] if shared else []
        seen = [f"--env={name}={value}" for name, value in variables.items()]
        return (
            DOCKER, "run", "--rm", "--pull=never", f"--name={container}", f"--network={'none' if offline else 'host'}", "--cap-drop=ALL",
            "--security-opt=no-new-privileges", f"--user={os.getuid()}:{os.getgid()}", *bounds, *labels, *mounts, *seen,
            f"--workdir={folder}", self.name,
        )  # fmt: skip

    def outer(self, variables: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of the engine's own process, which shows ``variables`` to what it runs."""
        own = dict(os.environ)
        if self.engine == APPTAINER:
            own |= {f"APPTAINERENV_{name}": value for name, value in variables.items() if name != "HOME"}
        return own

    def end(self, container: str) -> None:
        """End a container that outlived its command, as Docker's do; nothing happens if there is none."""
        if self.engine == DOCKER:
            processes.run((DOCKER, "rm", "--force", container))

    def end_abandoned(self) -> None:
        """End the containers of builders that were killed: the folder in which each of them worked has been deleted since."""
        if self.engine != DOCKER:
            return
        shown = f'{{{{.ID}}}} {{{{.Label "{FOLDER}"}}}}'
        listed = processes.run((DOCKER, "ps", "--all", "--filter", f"label={PLACE}={_this_place()}", "--format", shown), timeout=20)
        known = (line.partition(" ") for line in listed.output.splitlines() if listed.status == 0)
        gone = [name for name, _, folder in known if folder and not files.is_folder(Path(folder))]
        if gone:
            processes.run((DOCKER, "rm", "--force", *gone))

    def look(self, modules: Sequence[str]) -> Inside | str:
        """Return what is in the image, or why it does not run: the last line of what the engine says."""
        said = ""
        front = self.command(folder=Path("/"), shared=(), read_only=(), variables={}, container=f"lesson-look-{os.getpid()}", offline=True)
        for python in ("python3", "python"):
            done = processes.run((*front, python, "-c", LOOK, *modules), environment=self.outer({}), timeout=PATIENCE)
            try:
                version, prefix, lacking = json.loads(done.output.strip().splitlines()[-1])
                return Inside(python, str(version), Path(prefix), tuple(map(str, lacking)))
            except (IndexError, ValueError, TypeError):
                said = (done.errors.strip() or done.output.strip() or f"exit status {done.status}").splitlines()[-1]
        if processes.run((*front, "true"), environment=self.outer({}), timeout=PATIENCE).status == 0:
            return Inside("", "", Path("/"), tuple(modules))
        return said


def image_of(environment: str, root: Path) -> ContainerImage:
    """Return the image that an environment's name means; the path of a file counts from the lesson's folder."""
    if environment.startswith(PREFIX):
        return ContainerImage(DOCKER, environment.removeprefix(PREFIX))
    return ContainerImage(APPTAINER, str(root / environment))


@lru_cache(maxsize=1)
def _this_place() -> str:
    """Return what tells this user's view of this machine's files from others that use the same Docker: containers that were given its
    socket, users whose folders others cannot see, services with folders of their own (mount_namespaces(7)).
    """
    start, seen = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/mnt")
    boot = files.read_text(start)[0] if files.is_file(start) else ""
    view = str(seen.readlink()) if seen.is_symlink() else ""
    return hashlib.sha256(f"{platform.node()} {boot} {os.getuid()} {view}".encode()).hexdigest()[:16]


def _state(path: Path) -> tuple[int, int, int, int]:
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@lru_cache(maxsize=64)
def _file_digest(name: str, *state: int) -> str:
    return files.digest_of(Path(name))


@lru_cache(maxsize=64)
def _docker_id(name: str) -> str:
    """Return the id of an image that Docker has, empty without one, or without Docker."""
    if not shutil.which(DOCKER):
        return ""
    done = processes.run((DOCKER, "image", "inspect", "--format", "{{.Id}}", name), timeout=20)
    return done.output.strip().removeprefix("sha256:") if done.status == 0 else ""
