"""Cells find the lesson's files around them, as in the Workbench; what they read decides whether they run again."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.errors import ExecutionFailed, LessonFailed
from site_builder.pipeline import execute
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import open_lesson
from site_builder.records.model import EpisodeRecord, Stream
from tests.conftest import MakeLesson

HOST = Options("host", workers=2)
HEAD = "---\ntitle: T\nteaching: 1\nexercises: 0\n{more}---\n\n::: questions\n- Q?\n:::\n\n::: objectives\n- O\n:::\n\n"


def episode(code: str, language: str = "python", more: str = "") -> str:
    return HEAD.format(more=more) + f"```{{{language}}}\n{code}\n```\n\n::: keypoints\n- K\n:::\n"


def lesson(make_lesson: MakeLesson, *episodes: str, settings: str = "", **files: str) -> Path:
    named = {f"episodes/{chr(ord('a') + number)}.md": text for number, text in enumerate(episodes)}
    data = {"episodes/data/x.csv": "x\n1\n", "episodes/fig/p.svg": "<svg/>", "episodes/helper.py": "def say(): return 'two'\n"}
    return make_lesson({"config.yaml": f"title: L\nlicense: CC0\n{settings}", "index.md": "Hi.\n", **data, **named, **files})


def run(root: Path, *names: str) -> list[str]:
    return sorted(result.job.slug for result in execute.run(root, HOST, names))


def plan(root: Path) -> dict[str, str]:
    return {step.request.slug: f"{step.action.value}: {step.reason}" for step in open_lesson(root, HOST).plan.steps}


def shown(root: Path, slug: str) -> str:
    return "".join(output.text for cell in made(root, slug).cells for output in cell.outputs if isinstance(output, Stream))


def made(root: Path, slug: str) -> EpisodeRecord:
    record = open_lesson(root, HOST).episode(slug).record
    assert record is not None
    return record


def test_what_python_reads_is_observed_and_a_change_of_it_alone_runs_it_again(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode("import helper\nprint(open('data/x.csv').read(), helper.say())"), episode("print(1)"))
    assert run(root) == ["a", "b"]
    assert open_lesson(root, HOST).report.problems == ()
    assert shown(root, "a").split() == ["x", "1", "two"]
    (root / "episodes/data/x.csv").write_text("x\n2\n")
    assert plan(root) == {"a": "run: data/x.csv changed", "b": "reuse: nothing changed"}
    run(root)
    assert shown(root, "a").split() == ["x", "2", "two"]
    (root / "episodes/helper.py").write_text("def say(): return 'three'\n")
    assert plan(root) == {"a": "run: helper.py changed", "b": "reuse: nothing changed"}
    run(root)
    assert shown(root, "a").split() == ["x", "2", "three"]
    (root / "episodes/fig/q.svg").write_text("<svg/>")
    assert plan(root) == {"a": "reuse: nothing changed", "b": "reuse: nothing changed"}
    (root / "episodes/data/x.csv").unlink()
    assert plan(root)["a"] == "run: data/x.csv removed"


def test_a_file_that_was_not_there_and_is_now_runs_it_again(make_lesson: MakeLesson) -> None:
    code = "try:\n    print(open('fig/n.txt').read())\nexcept OSError:\n    print('none')"
    exists = "import os\nprint(os.path.exists('data/new.csv'))"
    glob = "import glob\nprint(sorted(glob.glob('fig/*.svg')))"
    root = lesson(make_lesson, episode(code), episode(exists), episode(glob))
    run(root)
    assert [shown(root, name).strip() for name in "abc"] == ["none", "False", "['fig/p.svg']"]
    (root / "episodes/fig/n.txt").write_text("now")
    assert [plan(root)[name][:3] for name in "abc"] == ["run", "reu", "run"]
    (root / "episodes/fig/n.txt").rename(root / "episodes/data/new.csv")
    assert [plan(root)[name][:3] for name in "abc"] == ["run", "run", "run"]
    run(root)
    assert [shown(root, name).strip() for name in "abc"] == ["none", "True", "['fig/p.svg']"]


def test_code_that_python_does_not_see_is_observed_too(make_lesson: MakeLesson) -> None:
    native = (
        "import ctypes\nc = ctypes.CDLL(None)\nb = ctypes.create_string_buffer(9)\nc.read(c.open(b'data/x.csv', 0), b, 9)\nprint(b.value)"
    )
    program = "import subprocess\nprint(subprocess.run(['cat', 'data/x.csv'], capture_output=True, text=True).stdout)"
    root = lesson(make_lesson, episode(native), episode(program))
    run(root)
    (root / "episodes/data/x.csv").write_text("x\n7\n")
    assert [plan(root)[name] for name in "ab"] == ["run: data/x.csv changed"] * 2
    run(root)
    assert "7" in shown(root, "a") and "7" in shown(root, "b")


def test_what_a_shell_reads_is_not_observed_so_that_every_file_counts(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode("cat data/x.csv", "bash"), episode("print(1)"))
    run(root)
    (root / "episodes/helper.py").write_text("")
    assert plan(root) == {"a": "run: helper.py changed", "b": "reuse: nothing changed"}


def test_inputs_are_the_strict_form(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode("print(open('data/x.csv').read())", more="inputs: [helper.py]\n"))
    with pytest.raises(ExecutionFailed) as caught:
        run(root)
    assert caught.value.problems[0].hint == "it is part of the lesson: declare `inputs: [data/x.csv]`"


def test_writing_to_a_file_of_the_lesson_never_reaches_it(make_lesson: MakeLesson) -> None:
    root = lesson(
        make_lesson,
        episode("open('data/x.csv', 'a').write('more')\nopen('own.txt', 'w').write('1')"),
        episode("echo 1 > helper.py", "bash"),
    )
    run(root)
    assert (root / "episodes/data/x.csv").read_text() == "x\n1\n"
    assert (root / "episodes/helper.py").read_text().startswith("def say")
    assert not (root / "episodes/own.txt").exists()
    assert made(root, "a").provenance.left == ("data/x.csv", "own.txt")


WRITES = "import os\nos.makedirs('results')\nopen('results/' + 'out.txt', 'w').write('from a')"
READS = "n = 'out'\nprint(open(f'results/{n}.txt').read())"


def test_a_read_that_fails_finds_the_need_and_the_record_keeps_it(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode(WRITES), episode(READS), episode("cat results/*.txt", "bash"))
    assert run(root) == ["a", "b", "c"]
    assert (shown(root, "b").strip(), shown(root, "c").strip()) == ("from a", "from a")
    assert made(root, "b").provenance.needs == (("a", ("results/out.txt",)),)
    assert open_lesson(root, HOST).episode("b").needs == ("a",)
    assert set(plan(root).values()) == {"reuse: nothing changed"}
    text = (root / "episodes/a.md").read_text()
    (root / "episodes/a.md").write_text(text.replace("from a", "again"))
    assert [plan(root)[name][:3] for name in "abc"] == ["run"] * 3
    run(root)
    assert (shown(root, "b").strip(), shown(root, "c").strip()) == ("again", "again")


def test_an_episode_that_runs_alone_brings_along_those_that_never_ran(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode(WRITES), episode("print(1)"), episode(READS))
    assert run(root, "c") == ["a", "b", "c"]
    assert shown(root, "c").strip() == "from a"
    assert run(root, "b") == ["b"]


def test_what_an_episode_changed_is_what_later_ones_find(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode("open('data/x.csv', 'w').write('changed')"), episode("print(open('data/x.csv').read())"))
    run(root)
    assert shown(root, "b").strip() == "changed"
    assert set(plan(root).values()) == {"reuse: nothing changed"}


def test_a_file_that_two_make_is_no_need_even_if_one_of_them_fails(make_lesson: MakeLesson) -> None:
    makes = "open('plot.png', 'w').write('{0}')"
    root = lesson(make_lesson, episode(makes.format(1)), episode(makes.format(2)), episode(makes.format(3) + "\n1 / 0"))
    said: list[str] = []
    with pytest.raises(ExecutionFailed):
        execute.run(root, HOST, (), said.append)
    assert [line for line in said if line.startswith("running after")] == []
    assert open_lesson(root, HOST).episode("b").needs == ()


def test_a_file_that_nobody_leaves_fails_as_before(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode("print(1)"), episode("open('nowhere.txt')"))
    with pytest.raises(ExecutionFailed) as caught:
        run(root)
    assert [str(problem.location) for problem in caught.value.problems] == ["episodes/b.md:16"]


def test_a_file_that_lies_elsewhere_in_the_lesson_is_named(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episode("open('x.csv')"), episode("cat nowhere.csv", "bash"))
    with pytest.raises(ExecutionFailed) as caught:
        run(root)
    assert [problem.hint for problem in caught.value.problems] == [
        "x.csv is data/x.csv in this lesson",
        "put the file at episodes/nowhere.csv, or write it in an earlier episode",
    ]


def test_a_page_is_no_file_that_its_cells_find(make_lesson: MakeLesson) -> None:
    script = "# %% [markdown]\n# ---\n# title: S\n# ---\n\n# %%\nprint(1)\n"
    root = lesson(make_lesson, episode("ls", "bash"), settings="episodes: [a.md, s.py]\n", **{"episodes/s.py": script})
    run(root)
    assert shown(root, "a").split() == ["data", "fig", "helper.py"]


def test_cells_begin_in_the_working_folder_of_settings_or_front_matter(make_lesson: MakeLesson) -> None:
    where = "import os\nprint(os.path.basename(os.getcwd()), open('x.csv').read().split())"
    root = lesson(
        make_lesson, episode(where), episode("pwd; cat x.csv", "bash"), episode("pwd; ls", "bash", "working-folder: .\n"),
        episode(where, more="inputs: [data/x.csv]\nworking-folder: data\n"), settings="execution:\n  working-folder: data\n",
    )  # fmt: skip
    run(root)
    assert shown(root, "a").strip() == shown(root, "d").strip() == "data ['x', '1']"
    assert shown(root, "b") == "/lesson/episodes/data\nx\n1\n"
    assert shown(root, "c").split()[0] == "/lesson/episodes"
    assert (root / "episodes/data/x.csv").read_text() == "x\n1\n"
    (root / "episodes/data/x.csv").write_text("x\n2\n")
    assert [plan(root)[name][:3] for name in "abcd"] == ["run"] * 4
    (root / "config.yaml").write_text("title: L\nlicense: CC0\n")
    assert "working-folder data no longer an input" in plan(root)["a"]


@pytest.mark.parametrize("value", ["/tmp", "../data", "'C:/x'", "data/../.."])
def test_a_working_folder_lies_in_the_episodes_folder(make_lesson: MakeLesson, value: str) -> None:
    root = lesson(make_lesson, episode("1", more=f"working-folder: {value}\n"))
    with pytest.raises(LessonFailed) as caught:
        run(root)
    assert [(problem.code, problem.location.line) for problem in caught.value.problems] == [("LS107", 5)]


def test_a_file_that_is_changed_as_soon_as_the_cells_begin_is_left(make_lesson: MakeLesson) -> None:
    fast = [episode("echo changed > helper.py", "bash") for _ in range(6)]
    root = lesson(make_lesson, *fast, episode("cat helper.py", "bash"))
    run(root)
    assert [made(root, name).provenance.left for name in "abcdef"] == [("helper.py",)] * 6
    assert shown(root, "g") == "changed\n"


def test_a_file_that_keeps_its_time_is_compared_by_its_bytes(make_lesson: MakeLesson) -> None:
    code = "import os, time\ntime.sleep(0.1)\ns = os.stat('helper.py')\nopen('helper.py', 'w').write('x')\nos.utime('helper.py', ns=(s.st_atime_ns, s.st_mtime_ns))"
    same = "import time\ntime.sleep(0.1)\nt = open('helper.py').read()\nopen('helper.py', 'w').write(t)"
    root = lesson(make_lesson, episode(code), episode(same), episode("print(1)"))
    run(root)
    assert (made(root, "a").provenance.left, made(root, "b").provenance.left) == (("helper.py",), ())
