"""``lesson verify``: drift of results is caught, what may differ passes, and nothing is saved."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result

from site_builder.commands.main import group
from site_builder.environments.base import Package
from site_builder.records.model import EpisodeRecord, Stream
from site_builder.records.store import LOCAL, RecordStore

MakeLesson = Callable[[dict[str, str]], Path]
HEAD = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n"
BODY = "```{python}\nprint(6 * 7)\nobject()\n```\n\n```{bash}\n#| label: shell\necho shell\n```\n"


def call(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(group, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def lesson_of(make_lesson: MakeLesson, **episodes: str) -> Path:
    listed = "".join(f"\n- {name}.md" for name in episodes)
    pages = {f"episodes/{name}.md": HEAD + body for name, body in episodes.items()}
    return make_lesson({"config.yaml": f"title: L\nepisodes:{listed}\n", "index.md": "Hello.\n", **pages})


@pytest.fixture
def lesson(make_lesson: MakeLesson) -> Path:
    root = lesson_of(make_lesson, a=BODY)
    call("run", "--lesson", root, "--environments", "host")
    return root


def change(root: Path, changed: Callable[[EpisodeRecord], EpisodeRecord]) -> None:
    """Put another record, with a digest that fits, in the place of the only one."""
    store = RecordStore(root)
    (stored,) = store.read(store.files(LOCAL))[0]
    store.remove(stored.path)
    store.save(changed(stored.record))


def printing(record: EpisodeRecord, text: str) -> EpisodeRecord:
    outputs = (Stream("stdout", text), *record.cells[0].outputs[1:])
    return replace(record, cells=(replace(record.cells[0], outputs=outputs), *record.cells[1:]))


class TestRecorded:
    def test_the_same_results_pass_although_an_address_is_another_one(self, lesson: Path) -> None:
        before = sorted((path, path.stat().st_mtime_ns) for path in (lesson / LOCAL).rglob("*"))
        output = call("verify", "--lesson", lesson, "--environments", "host").output
        assert "same            a                                2 of 2 cells match the record" in output
        assert sorted((path, path.stat().st_mtime_ns) for path in (lesson / LOCAL).rglob("*")) == before

    def test_one_changed_digit_is_caught_with_its_place(self, lesson: Path) -> None:
        change(lesson, lambda record: printing(record, "43\n"))
        result = call("verify", lesson, "a", "--environments", "host", code=1)
        assert "drifted         a                                1 of 2 cells match the record" in result.output
        assert "  episodes/a.md:7 cell cell-1\n    --- recorded\n    +++ now\n    @@ -1,2 +1,2 @@\n    -43\n    +42\n" in result.output
        assert "LS504 episodes/a.md:7 the output of cell `cell-1` differs from its record (if the new output is right, run" in result.output

    def test_a_later_package_is_named_beside_the_difference(self, lesson: Path) -> None:
        def older(record: EpisodeRecord) -> EpisodeRecord:
            made = record.provenance.packages
            packages = tuple(Package(p.name, "1.0") if p.name == "numpy" else p for p in made.packages)
            packages = packages if any(p.name == "numpy" for p in made.packages) else (*packages, Package("numpy", "1.0"))
            changed = replace(made, packages=packages)
            provenance = replace(record.provenance, packages=changed)
            return replace(printing(record, "43\n"), parts=replace(record.parts, environment=changed.digest), provenance=provenance)

        change(lesson, older)
        output = call("verify", "--lesson", lesson, "--environments", "host", code=1).output
        assert "package versions differ from the record's: numpy" in output
        assert "(the packages differ: numpy" in output
        change(lesson, lambda record: printing(record, "42\n"))
        output = call("verify", "--lesson", lesson, "--environments", "host").output
        assert "same " in output
        assert "package versions differ from the record's: numpy" in output

    def test_what_would_let_it_pass_is_proposed(self, make_lesson: MakeLesson) -> None:
        root = lesson_of(make_lesson, a="```{python}\nprint(0.5)\n```\n")
        call("run", "--lesson", root, "--environments", "host")
        change(root, lambda record: printing(record, "0.5001\n"))
        output = call("verify", root, "--environments", "host", code=1).output
        assert "(if that may differ, write `#| normalise: [float]`)" in output

    def test_json_holds_all_of_it(self, lesson: Path) -> None:
        change(lesson, lambda record: printing(record, "43\n"))
        (episode,) = json.loads(call("verify", "--lesson", lesson, "--environments", "host", "--json", code=1).stdout)["episodes"]
        assert (episode["episode"], episode["verdict"], episode["equal"]) == ("a", "drifted", ["shell"])
        assert episode["drifts"][0]["line"] == 7
        assert "-43" in episode["drifts"][0]["diff"]

    def test_without_a_record_it_is_said_and_fails_only_under_strict(self, make_lesson: MakeLesson) -> None:
        root = lesson_of(make_lesson, a=BODY)
        assert "no record       a                                no record yet" in call("verify", root, "--environments", "host").output
        call("verify", root, "--environments", "host", "--strict", code=1)

    def test_what_cannot_run_here_is_said(self, lesson: Path) -> None:
        page = lesson / "episodes/a.md"
        page.write_text(page.read_text().replace("teaching: 1", "teaching: 1\nrequires: [htcondor]"))
        output = call("verify", lesson, "--environments", "host").output
        assert "cannot run here a                                It needs HTCondor's Python module." in output
        call("verify", lesson, "--environments", "host", "--strict", code=1)

    def test_cells_that_only_one_side_ran_are_named(self, lesson: Path) -> None:
        change(lesson, lambda record: replace(record, cells=(replace(record.cells[0], outputs=(), missing=("cuda",)), record.cells[1])))
        output = call("verify", lesson, "--environments", "host").output
        assert "not compared, ran only now: cell-1" in output
        call("verify", lesson, "--environments", "host", "--strict", code=1)

    def test_code_that_fails_now_ends_with_4(self, make_lesson: MakeLesson, tmp_path: Path) -> None:
        code = f"from pathlib import Path\nmark = Path({str(tmp_path / 'ran')!r})\nassert not mark.exists()\nmark.touch()"
        root = lesson_of(make_lesson, a=f"```{{python}}\n{code}\n```\n")
        call("run", "--lesson", root, "--environments", "host")
        output = call("verify", root, "--environments", "host", code=4).output
        assert "failed          a                                AssertionError" in output
        assert "LS511 episodes/a.md:10" in output

    def test_a_damaged_record_is_warned_about(self, lesson: Path) -> None:
        (path,) = (lesson / LOCAL / "a").iterdir()
        path.write_text("{")
        assert "LS501" in call("verify", lesson, "--environments", "host").output

    def test_an_unknown_normaliser_is_told_at_its_cell(self, make_lesson: MakeLesson) -> None:
        root = lesson_of(make_lesson, a="```{python}\n#| normalise: [tims]\n1\n```\n")
        output = call("verify", root, "--environments", "host", code=1).output
        assert "LS503 episodes/a.md:7 unknown normaliser 'tims' (did you mean 'times'?)" in output

    def test_unknown_episodes_and_options_out_of_place_are_told(self, lesson: Path) -> None:
        assert (
            "there is no episode with cells named `b`" in call("verify", "b", "--lesson", lesson, "--environments", "host", code=2).output
        )
        assert "--normalise needs --static" in call("verify", lesson, "--normalise", "float", code=2).output


class TestPlacesInNotebooksAndScripts:
    SCRIPT = "# ---\n# title: A\n# teaching: 1\n# exercises: 1\n# ---\n\n# %% [markdown]\n# Text.\n\n# %%\nx = 1\nx / {divisor}\n"

    def of_notebook(self, divisor: int) -> str:
        head = nbformat.v4.new_raw_cell("---\ntitle: A\nteaching: 1\nexercises: 1\n---")
        cells = [head, nbformat.v4.new_markdown_cell("Text."), nbformat.v4.new_code_cell(f"x = 1\nx / {divisor}")]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        return str(nbformat.writes(nbformat.v4.new_notebook(cells=cells, metadata=kernel)))

    def test_a_failure_is_told_at_the_scripts_own_line(self, make_lesson: MakeLesson) -> None:
        root = make_lesson({"config.yaml": "title: L\nepisodes: [a.py]\n", "episodes/a.py": self.SCRIPT.format(divisor=0)})
        output = call("run", "--lesson", root, "--environments", "host", code=4).output
        assert "LS511 episodes/a.py:12 cell `cell-1` in environment `default`: ZeroDivisionError" in output

    def test_a_failure_in_a_notebook_names_its_cell_and_the_line_of_the_file(self, make_lesson: MakeLesson) -> None:
        text = self.of_notebook(0)
        line = next(number for number, row in enumerate(text.split("\n"), 1) if "x / 0" in row)
        root = make_lesson({"config.yaml": "title: L\nepisodes: [a.ipynb]\n", "episodes/a.ipynb": text})
        output = call("run", "--lesson", root, "--environments", "host", code=4).output
        assert f"LS511 episodes/a.ipynb:{line} notebook cell 3, cell `cell-1` in environment `default`: ZeroDivisionError" in output

    def test_drift_in_a_notebook_names_its_cell(self, make_lesson: MakeLesson) -> None:
        root = make_lesson({"config.yaml": "title: L\nepisodes: [a.ipynb]\n", "episodes/a.ipynb": self.of_notebook(1)})
        call("run", "--lesson", root, "--environments", "host")
        change(root, lambda record: replace(record, cells=(replace(record.cells[0], outputs=()),)))
        assert "notebook cell 3, cell `cell-1` differs from its record" in call("verify", root, "--environments", "host", code=1).output


STATIC = """\
::: questions
- q
:::

```python
x = 41
print(x)
```

```output
41
```

```python
x + 2
```

```output
42
```

```python
open("data/d.csv").read().strip()
```

```output
'1'
```

```python
1 / 0
```

```error
ZeroDivisionError: division by zero
```

```python
y = x
nothing
z = 1
```

```python
print(y)
```

```output
41
```

```python
import no_such_package_here
```

```python
print("never wrong")
```

```error
ValueError: x
```
"""


class TestStatic:
    @pytest.fixture
    def workbench(self, make_lesson: MakeLesson) -> Path:
        root = lesson_of(make_lesson, a=STATIC, b="No code.\n")
        return make_lesson({"episodes/data/d.csv": "1\n", "config.yaml": (root / "config.yaml").read_text()})

    def test_each_fence_is_judged_at_its_line(self, workbench: Path) -> None:
        output = call("verify", "--static", workbench, "--environments", "host", code=1).output
        lines = (workbench / "episodes/a.md").read_text().split("\n")
        assert f"episodes/a.md:{lines.index('42')} differs\n  --- typed\n  +++ printed\n  @@ -1 +1 @@\n  -42\n  +43\n" in output
        assert f"episodes/a.md:{lines.index('nothing') + 1} needs `nothing`, which nothing above it defines\n" in output
        assert f"episodes/a.md:{lines.index('import no_such_package_here') + 1} needs the package no_such_package_here\n" in output
        assert f"episodes/a.md:{lines.index('ValueError: x')} does not raise" in output
        assert "total              14     8        4        2              0              0\n" in output
        assert output.count("episodes/b.md") == 0
        assert not (workbench / ".lesson" / "records").exists()

    def test_json_holds_every_fence(self, workbench: Path) -> None:
        (episode,) = json.loads(call("verify", "--static", workbench, "--environments", "host", "--json", code=1).stdout)["episodes"]
        assert [finding["verdict"] for finding in episode["findings"]] == [
            "same", "differs", "same", "same", "unknown", "same", "unknown", "does not raise",
        ]  # fmt: skip

    def test_every_fence_runs_once_and_state_is_kept_after_a_failure(self, make_lesson: MakeLesson) -> None:
        body = "```python\nruns = 0\n```\n\n" + "```python\nruns += 1\nmissing\n```\n\n" * 3 + "```python\nruns\n```\n\n```output\n3\n```\n"
        (episode,) = json.loads(call("verify", "--static", lesson_of(make_lesson, a=body), "--environments", "host", "--json").stdout)[
            "episodes"
        ]
        assert [finding["verdict"] for finding in episode["findings"]] == ["nothing typed", "unknown", "unknown", "unknown", "same"]

    def test_unknown_is_no_difference_and_strict_wants_everything_to_run(self, make_lesson: MakeLesson) -> None:
        root = lesson_of(make_lesson, a="```python\nimport no_such_package_here\n```\n", b="```python\n1\n```\n")
        assert "needs the package no_such_package_here" in call("verify", "--static", root, "--environments", "host").output
        call("verify", "--static", root, "--environments", "host", "--strict", code=1)
        call("verify", "--static", root, "b", "--environments", "host", "--strict")

    def test_code_runs_in_the_working_folder_which_is_proposed_where_a_file_is_found(self, make_lesson: MakeLesson) -> None:
        body = "```python\nlen(open('t.csv').read())\n```\n\n```output\n9\n```\n"
        root = lesson_of(make_lesson, a=body)
        make_lesson({"episodes/data/t.csv": "1,2\n"})
        output = call("verify", "--static", root, "--environments", "host").output
        assert (
            "episodes/a.md:8 needs `t.csv`, found in `episodes/data/`: set `working-folder: data` in the front matter or under `execution` (2 fences follow)"
            in output
        )
        make_lesson({"config.yaml": (root / "config.yaml").read_text() + "execution:\n  working-folder: data\n"})
        assert "  -9\n  +4\n" in call("verify", "--static", root, "--environments", "host", code=1).output

    def test_scripts_have_no_arguments_of_ours_and_no_network(self, make_lesson: MakeLesson) -> None:
        code = "import socket\nsocket.create_connection(('192.0.2.1', 9), 1)"
        root = lesson_of(make_lesson, a=f"```python\nimport sys\nsys.argv\n```\n\n```output\n['']\n```\n\n```python\n{code}\n```\n")
        output = call("verify", "--static", root, "--environments", "host").output
        if "Code had no network" not in output:
            assert "Not guarded" in output
            pytest.skip("this system lets nobody leave the network")
        assert "needs the network" in output

    def test_a_session_that_is_lost_is_started_anew_and_what_was_in_it_is_unknown(self, make_lesson: MakeLesson) -> None:
        body = "```python\nx = 1\n```\n\n```python\nimport os\nos._exit(3)\n```\n\n```python\nx\n```\n\n```output\n1\n```\n\n```python\n2\n```\n\n```output\n2\n```\n"
        output = call("verify", "--static", lesson_of(make_lesson, a=body), "--environments", "host").output
        assert "episodes/a.md:12 ends the session: the python kernel ended: exit status 3 (3 fences follow)" in output
        assert "episodes/a.md       6     2        0        3              1              0" in output

    def test_code_that_deletes_its_folder_loses_only_that(self, make_lesson: MakeLesson) -> None:
        body = "```python\nimport os, shutil\nshutil.rmtree(os.getcwd())\nos._exit(1)\n```\n\n```python\n2\n```\n\n```output\n2\n```\n\n```bash\necho a\n```\n\n```output\nb\n```\n"
        root = lesson_of(make_lesson, a=body)
        assert "episodes/a.md:25 differs" in call("verify", "--static", root, "--environments", "host", code=1).output
        assert (root / "episodes/a.md").is_file()

    def test_a_page_a_summary_and_corrections_are_written(self, workbench: Path, tmp_path: Path) -> None:
        page, summary = tmp_path / "report.html", tmp_path / "summary.md"
        arguments = ("verify", "--static", workbench, "--environments", "host", "--report", page, "--summary", summary)
        before = (workbench / "episodes/a.md").read_text()
        line = before.split("\n").index("42")
        output = call(*arguments, "--fix", "--only", f"a:{line}").output
        assert f"wrote episodes/a.md:{line}" in output
        assert (workbench / "episodes/a.md").read_text() == before.replace("\n42\n", "\n43\n")
        assert f"<h3><code>episodes/a.md:{line}</code> differs</h3>" in page.read_text()
        assert '<th scope="row">episodes/a.md</th>' in page.read_text()
        assert f"- [ ] `episodes/a.md:{line}` differs" in summary.read_text()
        output = call(*arguments, "--fix", "--only", "a:1", code=1).output
        assert "left a:1 as it is: no output differs there" in output
        assert "name the places" in call(*arguments, "--fix", code=2).output
        assert "--report needs --static" in call("verify", workbench, "--report", page, code=2).output

    def test_a_long_difference_is_shortened_where_people_read_it(self, make_lesson: MakeLesson, tmp_path: Path) -> None:
        root = lesson_of(make_lesson, a="```python\nfor i in range(99):\n    print(i)\n```\n\n```output\n0\n9\n```\n")
        page, summary = tmp_path / "report.html", tmp_path / "summary.md"
        arguments = ("verify", "--static", root, "--environments", "host", "--report", page, "--summary", summary)
        output = call(*arguments, code=1).output
        for text in (output, page.read_text(), summary.read_text()):
            assert "+… and 77 more lines" in text
            assert "+50" not in text
        data = json.loads(call("verify", "--static", root, "--environments", "host", "--json", code=1).stdout)
        assert "+50" in data["episodes"][0]["findings"][0]["diff"]
        assert "- no release that is known here explains it: 1 (a:12)" in summary.read_text()

    def test_numbers_may_differ_where_that_is_asked_for(self, make_lesson: MakeLesson) -> None:
        root = lesson_of(make_lesson, a="```python\n0.12345\n```\n\n```output\n0.12346\n```\n")
        call("verify", "--static", root, "--environments", "host", code=1)
        call("verify", "--static", root, "--environments", "host", "--normalise", "float")
        assert "did you mean 'float'?" in call("verify", "--static", root, "--normalise", "flot", code=2).output

    def test_limits_inputs_and_starting_without_a_fork_are_those_of_every_other_run(
        self, make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from site_builder.execute.local.fork_server import ForkServer

        body = "inputs: [own.txt]\n---\n\n```python\nprint(open('own.txt').read())\n```\n\n```output\nmine\n```\n\n```python\nimport time; time.sleep(60)\n```\n\n```output\n```\n"
        root = make_lesson({
            "config.yaml": "title: L\nexecution:\n  timeout: 1\n", "episodes/own.txt": "mine",
            "episodes/a.md": f"---\ntitle: A\nteaching: 1\nexercises: 1\n{body}",
        })  # fmt: skip
        monkeypatch.setattr(ForkServer, "__init__", lambda *arguments: pytest.fail("a kernel is forked"))
        output = call("verify", "--static", root, "--environments", "host", "--no-fork").output
        assert "does not end in time: the cell took longer than 1 s (2 fences follow)" in output
        assert "episodes/a.md       4     2        0        2              0              0" in output

    def test_a_lesson_without_python_has_nothing_to_verify(self, make_lesson: MakeLesson) -> None:
        assert (
            "no fences of Python, R or a shell"
            in call("verify", "--static", lesson_of(make_lesson, a="Text.\n"), "--environments", "host").output
        )

    def test_an_unknown_episode_is_told(self, workbench: Path) -> None:
        assert "there is no episode `c`" in call("verify", "--static", workbench, "c", "--environments", "host", code=2).output
