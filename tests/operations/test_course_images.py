"""The course's templates, built by real engines: the images work, and their tests fail in an image that has no PyTorch for CUDA.

Bases and Pixi are those of `test_images_on_engines`. PyTorch is a package of one line that says for which CUDA it is, or for none.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from episodes.files import render as recipes
from site_builder.environments import machine
from tests.conftest import ROOT
from tests.environments import local_channel
from tests.operations import engines
from tests.operations.engines import REQUIRED, run
from tests.operations.test_images_on_engines import APPTAINER, base_archives

pytestmark = engines.MARKS
FILES = ROOT / "episodes/files"
MANIFEST = '[workspace]\nname = "tiny"\nchannels = ["conda-forge"]\nplatforms = ["linux-64"]\n\n[dependencies]\npython = "*"\n'
SCRIPT = "import sys\nimport torch\n\nprint('trained', *sys.argv[1:])\n"
ASSERTION = "import torch; assert torch.version.cuda; print('CUDA', torch.version.cuda)"
"""What good.yml and the episode run in the image."""
LOCKS = ("gpu", "cpu", "none")
"""What the environment ``cuda`` of a lock has: PyTorch for CUDA, PyTorch for the processor, or no PyTorch."""


@dataclass(frozen=True)
class Project:
    """A folder with the filled templates for each lock, an environment in which buildah has the bases, and its options."""

    folders: dict[str, Path]
    store: tuple[str, ...]
    bases: tuple[str, str]


def pytorch(cuda: str) -> local_channel.Recipe:
    """Return the stand-in for PyTorch, in two versions that differ in what they are built for."""
    text = f"class version:\n    cuda = {cuda or None!r}\n"
    content = {f"{local_channel.SITE}/torch/__init__.py": (text.encode(), 0o644)}
    return local_channel.Recipe(f"torch-{'cuda' if cuda else 'cpu'}", "2.12.0", ("python",), content)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    if not shutil.which("buildah"):
        assert not REQUIRED, "buildah is missing"
        pytest.skip("needs buildah")
    folder = tmp_path_factory.mktemp("course")
    channel = folder / "channel"
    local_channel.write_channel([local_channel.interpreter(), pytorch("12.9"), pytorch("")], channel, machine.subdir())
    wanted = {"gpu": ["python", "torch-cuda"], "cpu": ["python", "torch-cpu"], "none": ["python"]}
    folders = {}
    for name in LOCKS:
        folders[name] = folder / name
        folders[name].mkdir()
        (folders[name] / "pixi.toml").write_text(MANIFEST, encoding="utf-8")
        (folders[name] / "digits.py").write_text(SCRIPT, encoding="utf-8")
        records = asyncio.run(local_channel.solve(channel, wanted[name], machine.subdir()))
        local_channel.write_lock(folders[name] / "pixi.lock", {"default": records, "cuda": records}, machine.subdir())
        for template in (FILES / "templates").glob("*.j2"):
            shutil.copy(template, folders[name])
        subprocess.run([sys.executable, str(FILES / "render.py"), "--folder", str(folders[name])], check=True, capture_output=True)
    store = ("buildah", "--root", str(folder / "store"), "--runroot", str(folder / "run"), "--storage-driver", "vfs")
    bases = (recipes.BASES["installer"], recipes.BASES["base"])
    with local_channel.served(channel) as (address, _), pytest.MonkeyPatch.context() as patch:
        patch.setenv("BUILDAH_ISOLATION", "chroot")
        for name, archive in zip(bases, reversed(base_archives(folder).values()), strict=True):
            made = run(*store, "from", "scratch").strip()
            run(*store, "add", "--quiet", made, str(archive), "/")
            run(*store, "config", "--env", f"MIRROR={address}", made)
            run(*store, "commit", "--quiet", "--rm", made, name if "/" in name else f"docker.io/library/{name}")
        yield Project(folders, store, bases)


def ended(*words: str) -> tuple[int, str]:
    """Return the status of a command and what it prints."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=170, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("lock", LOCKS)
def test_the_image_of_the_dockerfile_passes_its_test_with_pytorch_for_cuda_alone(project: Project, lock: str) -> None:
    run(*project.store, "bud", "--pull=never", "--file", "Dockerfile.cuda", "--tag", f"digits:{lock}", ".", folder=project.folders[lock])
    container = run(*project.store, "from", "--pull-never", f"localhost/digits:{lock}").strip()
    inside = (*project.store, "run", container, "--", "/workspace/entrypoint.sh", "python")
    status, said = ended(*inside, "-c", ASSERTION)
    assert (status == 0) == (lock == "gpu"), said
    assert ("CUDA 12.9" in said) == (lock == "gpu")
    status, said = ended(*inside, "/workspace/digits.py", "--device", "cuda")
    assert (status == 0) == (lock != "none"), said
    assert ("trained --device cuda" in said) == (lock != "none")


IN_APPTAINER = """
cd /work/lesson
apptainer build --sandbox --force image apptainer.cuda.def > build.log 2>&1 && echo built
tail -n 5 build.log
[ -d image ] && apptainer run image python /workspace/digits.py --device cuda
"""


@pytest.mark.parametrize("lock", ["gpu", "cpu"])
def test_the_definition_builds_only_where_its_test_finds_pytorch_for_cuda(project: Project, lock: str, tmp_path: Path) -> None:
    if not (APPTAINER / "usr/bin/apptainer").exists():
        assert not REQUIRED, "Apptainer is missing"
        pytest.skip("needs a Debian with Apptainer in LESSON_APPTAINER_ROOT")
    folder = tmp_path / "digits"
    shutil.copytree(project.folders[lock], folder)
    text = (folder / "apptainer.cuda.def").read_text(encoding="utf-8")
    for number, name in enumerate(project.bases):  # the two bases, which a registry would have
        run(*project.store, "push", "--quiet", name, f"docker-archive:{folder}/base{number}.tar:base{number}:latest")
        assert text.count(f"Bootstrap: docker\nFrom: {name}\n") == 1
        text = text.replace(f"Bootstrap: docker\nFrom: {name}\n", f"Bootstrap: docker-archive\nFrom: base{number}.tar\n")
    (folder / "apptainer.cuda.def").write_text(text, encoding="utf-8")
    root = Path(__file__).with_name("apptainer_root.sh")
    status, said = ended("unshare", "-mpf", "--kill-child", "bash", str(root), str(APPTAINER), str(folder), IN_APPTAINER, str(ROOT))
    print(said)
    assert ("built" in said.split()) == (lock == "gpu"), (status, said)
    assert ("trained --device cuda" in said) == (lock == "gpu")
    assert ("AssertionError" in said) == (lock == "cpu")
