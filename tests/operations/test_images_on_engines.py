"""The files of `lesson container` built and run by real engines, and episodes in the images that they make.

The bases are a Debian of the tests' own (LESSON_ENGINE_ROOT) under the names that the files use, and Pixi is a stand-in in one of them: no
registry and no conda channel is asked. Everything else is what a user does.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from site_builder.containers.model import BASE_IMAGE, PIXI_IMAGE
from site_builder.environments import machine
from site_builder.environments.workspace.lock import read_lock
from tests.conftest import ROOT, command
from tests.environments import local_channel
from tests.operations import engines
from tests.operations.engines import run

APPTAINER = Path(os.environ.get("LESSON_APPTAINER_ROOT", "/nowhere"))
"""A folder with a Debian that has Apptainer."""

pytestmark = engines.MARKS

DEBIAN_RELEASE = (engines.DEBIAN / "etc/debian_version").read_text().strip() if engines.READY else ""
MANIFEST = '[workspace]\nname = "tiny"\nchannels = ["conda-forge"]\nplatforms = ["linux-64"]\n\n[dependencies]\nipykernel = "*"\n'
EPISODE = '---\ntitle: E\nteaching: 1\nexercises: 1\ncontainer: "{}"\n---\n\n```{{python}}\nimport os, sys\nprint(sys.executable, os.environ["CHANNEL_FIXTURE"], os.path.exists("{}"))\n```\n'
WHERE = "import os, sys; print(sys.executable, os.environ['CHANNEL_FIXTURE'])"
FOUND = "/workspace/.pixi/envs/default/bin/python activated in default"


@dataclass(frozen=True)
class Bases:
    """The base images as archives of files, by name, and a lesson whose lock names the packages of the channel they can reach."""

    archives: dict[str, Path]
    mirror: str
    lesson: Path


def base_archives(folder: Path) -> dict[str, Path]:
    """Write the base images as archives of files, the one with a stand-in for Pixi second, and return them by their names."""
    plain, pixi = folder / "debian.tar", folder / "pixi.tar"
    engines.pack_debian(plain)
    shutil.copyfile(plain, pixi)
    import rattler

    with tarfile.open(pixi, "a") as archive:
        archive.add(Path(rattler.__file__).parent, "./opt/rattler/rattler")
        data = Path(__file__).with_name("pixi_stand_in.py").read_bytes()
        member = tarfile.TarInfo("./usr/local/bin/pixi")
        member.size, member.mode = len(data), 0o755
        archive.addfile(member, io.BytesIO(data))
    return {BASE_IMAGE: plain, PIXI_IMAGE: pixi}


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bases]:
    folder = tmp_path_factory.mktemp("bases")
    archives = base_archives(folder)
    channel, lesson = folder / "channel", folder / "lesson"
    local_channel.write_channel([local_channel.interpreter(), *local_channel.installed(["ipykernel"])], channel, machine.subdir())
    records = asyncio.run(local_channel.solve(channel, ["python", "ipykernel"], machine.subdir()))
    (lesson / "episodes").mkdir(parents=True)
    texts = {
        "config.yaml": "title: Tiny\nlicense: CC-BY 4.0\n",
        "index.md": "Hello.\n",
        "pixi.toml": MANIFEST,
        "large.bin": "x" * 30_000_000,
    }
    for name, text in texts.items():
        (lesson / name).write_text(text)
    local_channel.write_lock(lesson / "pixi.lock", {"default": records}, machine.subdir())
    for kind in ("--docker", "--apptainer"):
        written = subprocess.run(
            [sys.executable, "-m", "site_builder", "container", kind, "--lesson", str(lesson)], cwd=ROOT, capture_output=True, text=True
        )  # fmt: skip
        assert written.returncode == 0, written.stderr
    with local_channel.served(channel) as (address, _):
        yield Bases(archives, address, lesson)


@pytest.fixture(scope="module")
def docker(bases: Bases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start an engine of the tests' own with the bases, and yield its client, which finds it."""
    with engines.dockerd(tmp_path_factory.mktemp("engine")) as client:
        for name, archive in bases.archives.items():
            run(client, "import", "--change", f"ENV MIRROR={bases.mirror}", str(archive), name)
        yield client


def test_docker_builds_the_file_as_it_is_and_runs_the_image_without_a_network(bases: Bases, docker: str) -> None:
    said = run(
        docker, "build", "--progress=plain", "--network", "host", "--file", "Dockerfile.default", "--tag", "lesson-default", ".",
        folder=bases.lesson, DOCKER_BUILDKIT="1",
    )  # fmt: skip
    print(*said.splitlines()[-6:], sep="\n")
    (context,) = [line for line in said.splitlines() if "transferring context: " in line and line.rstrip().endswith("done")][-1:]
    assert "MB" not in context, "the ignore file keeps everything else out"
    bounds = ("--network", "none", "--memory", "500m", "--pids-limit", "64", "--read-only")
    assert run(docker, "run", "--rm", *bounds, "lesson-default", "python", "-c", WHERE).strip().endswith(FOUND)
    labels = json.loads(run(docker, "image", "inspect", "--format", "{{json .Config.Labels}}", "lesson-default"))
    packages = read_lock(bases.lesson / "pixi.lock").find("default", "linux-64")
    assert packages is not None
    assert labels["pixi.packages.digest"] == packages.digest


def test_an_episode_runs_in_the_image_and_names_it(bases: Bases, docker: str) -> None:
    (bases.lesson / "episodes/a.md").write_text(EPISODE.format("docker:lesson-default", bases.lesson))
    done = command(bases.lesson, "build", "--locked")
    assert done.returncode == 0, done.stderr
    identity = run(docker, "image", "inspect", "--format", "{{.Id}}", "lesson-default").strip().removeprefix("sha256:")
    page = (bases.lesson / "site/a.html").read_text()
    assert "/environment/bin/python3 activated in default False" in page
    assert "docker:lesson-default, run by docker" in page
    assert identity[:12] in page
    assert not run(docker, "ps", "--all", "--quiet").strip()


WITH_R = """FROM {}
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends r-base-core r-cran-knitr && rm -r /var/lib/apt/lists
"""
IN_BASH = """---
title: B
teaching: 1
exercises: 1
container: "docker:with-r"
---

```{{bash}}
cat /etc/debian_version; test -e {0} && echo outside; kept=5
for number in $(seq 200); do echo "line $number"; done; echo "an error" >&2; cd /
```

```{{bash}}
#| input: Ann
echo "still $kept in $PWD"; read name; echo "hello $name"
```
"""
IN_R = """---
title: R
teaching: 1
exercises: 1
container: "docker:with-r"
---

```{{r}}
kept <- 6
cat(R.version$major, file.exists("{0}"), "\\n")
plot(kept)
```

```{{r}}
kept * 7
```

```{{bash}}
cat /etc/debian_version
```
"""


def test_r_markdown_and_bash_run_in_an_image_of_debian(bases: Bases, docker: str, tmp_path: Path) -> None:
    (tmp_path / "image").mkdir()
    (tmp_path / "image/Dockerfile").write_text(WITH_R.format(BASE_IMAGE))
    run(docker, "build", "--network", "host", "--tag", "with-r", str(tmp_path / "image"), DOCKER_BUILDKIT="1")
    lesson = tmp_path / "lesson"
    (lesson / "episodes").mkdir(parents=True)
    texts = {"config.yaml": "title: Tiny\nlicense: CC-BY 4.0\n", "episodes/b.md": IN_BASH, "episodes/r.Rmd": IN_R}
    for name, text in texts.items():
        (lesson / name).write_text(text.format(ROOT / "pyproject.toml") if name.startswith("episodes") else text)
    done = command(lesson, "build")
    assert done.returncode == 0, done.stderr
    assert "2 episodes: 2 from a container image" in done.stdout
    bash, r = ((lesson / f"site/{name}.html").read_text() for name in ("b", "r"))
    lines = "".join(f"line {number}\n" for number in range(1, 201))
    assert f"{DEBIAN_RELEASE}\n{lines}an error\n" in bash
    assert "still 5 in /\nhello Ann" in bash
    assert "docker:with-r, run by docker" in bash
    assert "4 FALSE" in r
    assert "[1] 42" in r
    assert "<img" in r.partition("kept * 7")[0]
    assert DEBIAN_RELEASE in r
    assert not run(docker, "ps", "--all", "--quiet").strip()
    slow = [
        ("b.md", IN_BASH.format("/x").replace("; cd /\n", "; sleep 99\n")),
        ("r.Rmd", IN_R.format("/x").replace("kept * 7", "Sys.sleep(99)")),
    ]
    for name, text in slow:
        for path in (lesson / "episodes").iterdir():
            path.unlink()
        (lesson / "episodes" / name).write_text(
            text.replace("```{bash}\ncat /etc/debian_version; test", "```{bash}\n#| timeout: 2\ncat /etc/debian_version; test").replace(
                "```{r}\nSys", "```{r}\n#| timeout: 2\nSys"
            )
        )
        done = command(lesson, "build")
        assert "took longer than 2 s" in done.stderr, done.stderr
        assert not run(docker, "ps", "--all", "--quiet").strip()


def test_a_cell_that_never_ends_leaves_no_container(bases: Bases, docker: str) -> None:
    text = EPISODE.format("docker:lesson-default", "/x").replace("import os, sys", "#| timeout: 2\nimport os, sys, time\ntime.sleep(99)")
    (bases.lesson / "episodes/a.md").write_text(text)
    done = command(bases.lesson, "build")
    assert "took longer than 2 s" in done.stderr
    assert not run(docker, "ps", "--all", "--quiet").strip()


def test_the_container_of_a_killed_builder_is_ended_by_the_next_one_and_no_other(bases: Bases, docker: str) -> None:
    page, listed = bases.lesson / "episodes/a.md", (docker, "ps", "--all", "--quiet")
    text = EPISODE.format("docker:lesson-default", "/x")
    page.write_text(text.replace("import os, sys", "import os, sys, time\ntime.sleep(99)"))
    run(docker, "run", "--detach", "--name", "of-somebody-else", "--network", "none", "lesson-default", "sleep", "99")
    words = [sys.executable, "-m", "site_builder", "build", "--lesson", str(bases.lesson)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as builder:
        while len(run(*listed, "--filter", "label=lesson.folder").split()) < 1:
            assert builder.poll() is None
            time.sleep(0.2)
        builder.kill()
    page.write_text(text)
    assert command(bases.lesson, "build").returncode == 0
    assert run(docker, "ps", "--all", "--format", "{{.Names}}").split() == ["of-somebody-else"]
    run(docker, "rm", "--force", "of-somebody-else")


def test_buildah_builds_the_same_file(bases: Bases, tmp_path: Path) -> None:
    store, own = engines.buildah(tmp_path)
    for name, archive in bases.archives.items():
        made = run(*store, "from", "scratch", **own).strip()
        run(*store, "add", "--quiet", made, str(archive), "/", **own)
        run(*store, "config", "--env", f"MIRROR={bases.mirror}", made, **own)
        run(*store, "commit", "--quiet", "--rm", made, f"docker.io/library/{name}" if "/" not in name else name, **own)
    said = run(
        *store, "bud", "--pull=never", "--ignorefile", "Dockerfile.default.dockerignore", "--file", "Dockerfile.default", "--tag", "made", ".",
        folder=bases.lesson, **own,
    )  # fmt: skip
    print(*said.splitlines()[-6:], sep="\n")
    assert "Successfully tagged" in said or "COMMIT made" in said
    container = run(*store, "from", "--pull-never", "localhost/made", **own).strip()
    assert run(*store, "run", container, "--", "/workspace/entrypoint.sh", "python", "-c", WHERE, **own).strip().endswith(FOUND)


IN_APPTAINER = """
cd /work/lesson
time apptainer build --force default.sif default.def 2>&1 | tail -n 5
apptainer test default.sif && echo tested
apptainer run default.sif python -c "$WHERE"
apptainer exec default.sif python -c "$WHERE"
apptainer inspect default.sif | grep pixi.environment
export PYTHONPATH=/opt/builder
{python} -m site_builder build --locked && grep -o "default.sif, run by apptainer" site/a.html
grep -o "/environment/bin/python3 activated in default False" site/a.html
grep -A1 "bash of the image: 5" site/a.html
"""


def test_apptainer_builds_tests_and_runs_the_definition_and_an_episode(bases: Bases, docker: str, tmp_path: Path) -> None:
    if not (APPTAINER / "usr/bin/apptainer").exists():
        assert not engines.REQUIRED, "Apptainer is missing"
        pytest.skip("needs a Debian with Apptainer in LESSON_APPTAINER_ROOT")
    if sys.base_prefix == "/usr":
        pytest.skip("the builder's Python is the system's, which another release of Debian cannot start")
    lesson = tmp_path / "lesson"
    shutil.copytree(bases.lesson, lesson, ignore=shutil.ignore_patterns(".lesson", "site", "large.bin"))
    text = (lesson / "default.def").read_text()
    for number, name in enumerate((PIXI_IMAGE, BASE_IMAGE)):  # the two bases, which a registry would have
        run(docker, "save", "--output", str(lesson / f"base{number}.tar"), name)
        assert text.count(f"Bootstrap: docker\nFrom: {name}\n") == 1
        text = text.replace(f"Bootstrap: docker\nFrom: {name}\n", f"Bootstrap: docker-archive\nFrom: base{number}.tar\n")
    (lesson / "default.def").write_text(text)
    bash = "\n```{bash}\nkept=5\n```\n\n```{bash}\necho bash of the image: $kept; test -e /opt/builder || echo nothing else\n```\n"
    (lesson / "episodes/a.md").write_text(EPISODE.format("default.sif", "/work/lesson") + bash)
    script = IN_APPTAINER.format(python=sys.executable)
    folders = dict.fromkeys((sys.prefix, sys.base_prefix))
    said = subprocess.run(
        ["unshare", "-mpf", "--kill-child", "bash", str(Path(__file__).with_name("apptainer_root.sh")), str(APPTAINER), str(lesson), script,
         str(ROOT), *folders],
        env={**os.environ, "WHERE": WHERE, "MIRROR": bases.mirror}, capture_output=True, text=True, timeout=250, check=False,
    )  # fmt: skip
    words = said.stdout + said.stderr
    print(said.stdout)
    assert "tested" in said.stdout, words
    assert said.stdout.count(FOUND) == 2, words
    assert "pixi.environment: default" in said.stdout, words
    assert "default.sif, run by apptainer" in said.stdout, words
    assert "/environment/bin/python3 activated in default False" in said.stdout, words
    assert "bash of the image: 5\nnothing else" in said.stdout, words
