"""Episodes in container images, with a stand-in for Docker that runs commands on this machine; tests/operations has the real engines."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from site_builder.environments import images
from site_builder.environments.images import ContainerImage, image_of
from site_builder.settings.image_names import fault, is_image
from tests.commands.test_main import call
from tests.conftest import MakeLesson
from tests.r import needs_knitr

DOCKER = """#!/bin/bash
echo "$*" >> {log}
case $1 in
  image) [ "$5" = gone ] && exit 1; echo sha256:$(cat {state}) ;;
  rm) ;;
  ps) cat {listed} 2>/dev/null ;;
  run)
    shift; seen=(); folder=/
    while [[ $1 == --* ]]; do
      case $1 in --env=*) seen+=("${{1#--env=}}") ;; --workdir=*) folder=${{1#*=}} ;; esac
      shift
    done
    [ "$1" = broken ] && {{ echo "no such thing" >&2; exit 125; }}
    shift; cd "$folder"
    exec env -i "PATH=$PATH" "${{seen[@]}}" "$@" ;;
esac
"""
PAGE = '---\ntitle: A\nteaching: 1\nexercises: 1\ncontainer: "{}"\n---\n\n::: questions\n- q\n:::\n\n::: objectives\n- o\n:::\n\n{}\n\n::: keypoints\n- k\n:::\n'
CELL = "```{python}\nimport os\nprint(sorted(name for name in os.environ if name.startswith('HID')), 6 * 7)\n```"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script of Bash")


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a stand-in on PATH; return the file that has its image's id."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (tmp_path / "state").write_text("a" * 64)
    (folder / "docker").write_text(DOCKER.format(log=tmp_path / "log", state=tmp_path / "state", listed=tmp_path / "listed"))
    (folder / "docker").chmod(0o755)
    (folder / "python3").symlink_to(sys.executable)
    (folder / "python3").unlink()
    (folder / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (folder / "python3").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("HIDDEN", "1")
    images._docker_id.cache_clear()
    return tmp_path / "state"


def lesson(make_lesson: MakeLesson, container: str = "docker:course:1", cells: str = CELL) -> Path:
    return make_lesson({"config.yaml": "title: L\nlicense: CC-BY 4.0\nepisodes: [a.md]\n", "index.md": "Hello.\n", "episodes/a.md": PAGE.format(container, cells)})  # fmt: skip


def test_cells_run_in_the_image_and_their_page_names_it(make_lesson: MakeLesson, docker: Path) -> None:
    root = lesson(make_lesson)
    said = call("build", str(root), "--locked")
    assert "ran episodes/a.md" in said.stderr
    assert "1 from a container image" in said.stdout
    page = (root / "site/a.html").read_text()
    assert "[] 42" in page, "cells see none of the machine's variables"
    assert "docker:course:1, run by docker: the packages of this image" in page
    assert "digest aaaaaaaaaaaa" in page
    asked = (docker.parent / "log").read_text()
    assert "--pull=never" in asked
    assert asked.count("rm --force lesson-") == 1
    assert "reuse" in call("plan", str(root)).stdout


def test_another_image_of_that_name_is_a_change(make_lesson: MakeLesson, docker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = lesson(make_lesson)
    call("build", str(root))
    docker.write_text("b" * 64)
    images._docker_id.cache_clear()
    assert "run " in call("plan", str(root)).stdout
    lesson(make_lesson, "docker:gone")
    assert "Docker on this machine has no image `gone`. Made otherwise than today: environment docker:course:1 -> docker:gone" in call("plan", str(root)).stdout  # fmt: skip
    assert "LS520" in call("build", str(root)).stderr
    monkeypatch.setattr("shutil.which", lambda name, **_: None)
    images._docker_id.cache_clear()
    assert "It needs Docker, which runs its image." in call("plan", str(root)).stdout


def test_an_image_without_what_cells_import_is_named_before_anything_runs(make_lesson: MakeLesson, docker: Path) -> None:
    root = lesson(make_lesson, cells="```{python}\nimport never_heard_of\n```")
    assert "the Python of `docker:course:1` lacks never_heard_of" in call("build", str(root), code=3).stderr
    lesson(make_lesson, "docker:broken")
    assert "`docker:broken` does not start: no such thing" in call("build", str(root), code=3).stderr


def test_a_cell_that_takes_too_long_ends_with_its_container(make_lesson: MakeLesson, docker: Path) -> None:
    root = lesson(make_lesson, cells="```{python}\n#| timeout: 1\nimport time\ntime.sleep(60)\n```")
    assert "took longer than 1 s" in call("build", str(root), code=4).stderr
    assert "rm --force lesson-" in (docker.parent / "log").read_text()


def test_containers_whose_folder_is_gone_are_ended_and_those_of_living_builders_are_not(make_lesson: MakeLesson, docker: Path) -> None:
    (docker.parent / "listed").write_text(f"dead1 {docker.parent}/gone\nalive {docker.parent}\nother \ndead2 {docker.parent}/gone too\n")
    call("build", str(lesson(make_lesson)))
    asked = (docker.parent / "log").read_text()
    assert "rm --force dead1 dead2\n" in asked
    started = next(line for line in asked.splitlines() if "--label=lesson.folder=" in line)
    place = next(word for word in started.split() if word.startswith("--label=lesson.place="))
    assert f"ps --all --filter {place.removeprefix('--')} " in asked


def test_another_user_s_containers_are_nobody_s_business(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = images._this_place()
    monkeypatch.setattr("os.getuid", lambda: 4711)
    images._this_place.cache_clear()
    theirs = images._this_place()
    images._this_place.cache_clear()
    assert mine != theirs


BASH = """```{{bash}}
cd /; value=kept; {0}
```

```{{bash}}
echo "$PWD $value [${{HIDDEN-none}}] $0 $LESSON"; echo late >&2; for i in 1 2 3; do echo $i; done
```
"""


def test_a_session_of_bash_runs_in_the_image_and_keeps_its_state(make_lesson: MakeLesson, docker: Path) -> None:
    root = lesson(make_lesson, cells=CELL + "\n\n" + BASH.format("echo first"))
    call("build", str(root))
    page = (root / "site/a.html").read_text()
    assert "/ kept [none] bash" in page
    assert "late\n1\n2\n3\n" in page, "in the order in which it was written"
    asked = (docker.parent / "log").read_text()
    assert asked.count("rm --force lesson-") == 2
    assert " course:1 bash --norc" in asked


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("echo out; exit 3", "the shell session ended: exit status 3"),
        ("echo out; (exit 4)", "exit status 4"),
        ("sleep 60", "took longer than 1 s"),
        ("yes | head -c 99000000", "so much"),
        ("kill -9 $$", "the shell session ended"),
    ],
)
def test_what_goes_wrong_in_bash_is_said_as_everywhere(make_lesson: MakeLesson, docker: Path, command: str, words: str) -> None:
    root = lesson(make_lesson, cells=f"```{{bash}}\n#| timeout: {1 if 'sleep' in command else 60}\n{command}\n```")
    assert words in call("build", str(root), code=4).stderr
    assert "rm --force lesson-" in (docker.parent / "log").read_text()


def test_cells_of_bash_need_no_python_in_the_image(make_lesson: MakeLesson, docker: Path) -> None:
    for name in ("python3", "python"):
        (docker.parent / "programs" / name).write_text("#!/bin/sh\nexit 127\n")
        (docker.parent / "programs" / name).chmod(0o755)
    root = lesson(make_lesson, cells=BASH.format("echo first"))
    call("build", str(root))
    page = (root / "site/a.html").read_text()
    assert "kept" in page and "Python" not in page.partition("Machine")[2].partition("Started")[0]
    lesson(make_lesson)
    assert "`docker:course:1` has no Python" in call("build", str(root), code=3).stderr


def test_an_image_without_bash_is_named(make_lesson: MakeLesson, docker: Path) -> None:
    (docker.parent / "programs" / "bash").write_text("#!/bin/sh\necho no bash in there >&2\nexit 127\n")
    (docker.parent / "programs" / "bash").chmod(0o755)
    script = (docker.parent / "programs" / "docker").read_text()
    (docker.parent / "programs" / "docker").write_text(script.replace("#!/bin/bash", "#!" + os.path.realpath("/bin/bash")))
    root = lesson(make_lesson, cells=BASH.format("echo first"))
    assert "Bash does not start in the image: no bash in there" in call("build", str(root), code=4).stderr


def test_a_cell_of_bash_gets_answers_and_keeps_errors_apart(make_lesson: MakeLesson, docker: Path) -> None:
    cell = '```{bash}\n#| input: Ann\nread name; echo "hello $name"\n```\n\n```{bash}\n#| tags: [remove-stderr]\necho shown; echo not-this | tr n N >&2\n```'
    root = lesson(make_lesson, cells=cell)
    said = call("build", str(root))
    page = (root / "site/a.html").read_text()
    assert "hello Ann" in page, said.stderr
    assert "shown" in page and "Not-this" not in page


RMD = "---\ntitle: A\ncontainer: docker:course:1\n---\n\n```{r}\nx <- 6\nprint(x * 7)\n```\n\n```{bash}\necho of-bash\n```\n\n```{python}\nprint('of', 'Python')\n```\n\nInline `r x + 1`.\n"


@needs_knitr
def test_r_markdown_runs_in_the_image(make_lesson: MakeLesson, docker: Path) -> None:
    root = make_lesson({"config.yaml": "title: L\nlicense: CC-BY 4.0\nepisodes: [a.Rmd]\n", "index.md": "Hello.\n", "episodes/a.Rmd": RMD})
    call("build", str(root))
    page = (root / "site/a.html").read_text()
    for words in ("[1] 42", "of-bash", "of Python", "Inline 7", "docker:course:1, run by docker"):
        assert words in page
    asked = (docker.parent / "log").read_text()
    assert " course:1 Rscript " in asked
    assert asked.count("rm --force lesson-") == 2, "that of R and that of the kernel"


@needs_knitr
def test_a_chunk_that_takes_too_long_ends_in_the_image(make_lesson: MakeLesson, docker: Path) -> None:
    for language, code in (("r", "Sys.sleep(60)"), ("bash", "sleep 60")):
        text = f"---\ntitle: A\ncontainer: docker:course:1\n---\n\n```{{{language}}}\n#| timeout: 1\n{code}\n```\n"
        root = make_lesson({"config.yaml": "title: L\nlicense: CC-BY 4.0\nepisodes: [a.Rmd]\n", "index.md": "Hello.\n", "episodes/a.Rmd": text})  # fmt: skip
        assert "took longer than 1 s" in call("build", str(root), code=4).stderr


@pytest.mark.parametrize(
    ("name", "good"),
    [("docker:python:3.13", True), ("images/course.sif", True), ("docker://python", False), ("docker:", False), (".sif", False),
     ("course.img", False), ("docker:a b", False)],
)  # fmt: skip
def test_names_of_images(name: str, good: bool, make_lesson: MakeLesson) -> None:
    assert (fault(name) is None) is good
    if not good:
        assert "LS107 episodes/a.md:5" in call("check", str(lesson(make_lesson, name)), code=1).stderr
    assert not is_image("default")


def test_a_pinned_name_and_a_file_have_digests_of_their_own(tmp_path: Path) -> None:
    assert ContainerImage("docker", "course@sha256:" + "c" * 64).digest() == "c" * 64
    file = image_of("course.sif", tmp_path)
    assert (file.digest(), file.unable()[:9]) == ("", "It needs " if not images.shutil.which("apptainer") else "The image")
    (tmp_path / "course.sif").write_text("one")
    first = file.digest()
    (tmp_path / "course.sif").write_text("two!")
    assert len(first) == 64
    assert file.digest() != first


def test_what_apptainer_is_told(tmp_path: Path) -> None:
    front = ContainerImage("apptainer", "/x/course.sif").command(
        folder=tmp_path / "w", shared=(tmp_path,), read_only=(Path("/code"),), variables={"HOME": "/h", "A": "1"}, container="c", gpu=True
    )  # fmt: skip
    assert front == (
        "apptainer", "--silent", "exec", "--cleanenv", "--contain", "--writable-tmpfs", "--home=/h", f"--pwd={tmp_path}/w", "--nv",
        f"--bind={tmp_path}:{tmp_path}", "--bind=/code:/code:ro", "/x/course.sif",
    )  # fmt: skip
    assert ContainerImage("apptainer", "/x/course.sif").outer({"HOME": "/h", "A": "1"})["APPTAINERENV_A"] == "1"
