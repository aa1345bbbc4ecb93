"""Jobs and results are plain data: they survive JSON, and an executor that shares nothing with the builder produces the same records."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.environments.base import Gpu, Package, PackageSet
from site_builder.execute.base import EnvironmentReference, Failure, FileReference, Job, Knit, Reason, Result, RunContext
from site_builder.execute.content import FolderContent
from site_builder.execute.limits import Limits
from site_builder.execute.wire import job_from_json, job_to_json, result_from_json, result_to_json
from site_builder.markdown.tree import Cell, Expression
from site_builder.pipeline import execute as execute_stage
from site_builder.pipeline.build import build
from site_builder.pipeline.execute import run
from site_builder.pipeline.model import Options
from site_builder.problems import Location
from site_builder.records.model import CellRecord, Display, Raised, Stream
from site_builder.settings.cell import CellOptions
from tests.conftest import MakeLesson
from tests.execute.elsewhere import Elsewhere

text = st.text(max_size=8)
names = st.text("abc-1", min_size=1, max_size=5)
paths = names.map(lambda name: PurePosixPath(f"episodes/{name}.md"))
options = st.builds(
    CellOptions,
    label=text,
    echo=st.booleans(),
    timeout=st.none() | st.floats(0.1, 100),
    requires=st.tuples(names),
    figure_alt=st.none() | text,
)
cells = st.builds(Cell, names, names, text, options, st.integers(0, 99), st.integers(0, 99)) | st.builds(
    Expression, names, names, text, st.integers(0, 99)
)
files = st.builds(FileReference, text, names)
jobs = st.builds(
    Job, names, paths, st.lists(cells, max_size=3).map(tuple), st.builds(EnvironmentReference, names, names), st.lists(files, max_size=2).map(tuple),
    st.dictionaries(names, st.tuples(names), max_size=2), st.builds(Limits, cell_seconds=st.floats(0.1, 1e6)), st.tuples(names), st.tuples(names),
    st.booleans(), st.tuples(names), st.lists(files, max_size=2).map(tuple), st.booleans(), st.none() | st.builds(Knit, text, st.booleans()),
    names, st.booleans(), st.booleans(),
)  # fmt: skip
outputs = st.one_of(
    st.builds(Stream, st.sampled_from(["stdout", "stderr"]), text),
    st.builds(Display, st.dictionaries(st.sampled_from(["text/plain", "text/html", "image/png"]), text, max_size=2), st.booleans()),
    st.builds(Raised, names, text, st.lists(text, max_size=2).map(tuple)),
)
records = st.builds(CellRecord, names, names, text, st.lists(outputs, max_size=3).map(tuple), st.floats(0, 10))
surroundings = st.builds(
    RunContext,
    names,
    st.builds(PackageSet, names, names, st.just(())),
    st.booleans(),
    names,
    text,
    st.none() | st.builds(Gpu, text, text),
)
failures = st.builds(
    Failure, st.sampled_from(list(Reason)),
    text, st.builds(Location, paths, st.integers(0, 9)), names, names, text,
)  # fmt: skip
results = st.builds(
    Result, jobs, st.lists(records, max_size=2).map(tuple), text, st.floats(0, 9), st.none() | surroundings, st.none() | failures,
    st.lists(text, max_size=2).map(tuple), st.lists(files, max_size=2).map(tuple), st.tuples(text), st.booleans(),
    st.lists(st.builds(Package, names, names), max_size=2).map(tuple),
)  # fmt: skip


@given(jobs)
def test_a_job_survives_json(job: Job) -> None:
    assert job_from_json(job_to_json(job)) == job
    assert isinstance(json.loads(job_to_json(job)), dict)


@given(results)
def test_a_result_survives_json(result: Result) -> None:
    assert result_from_json(result_to_json(result)) == result


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"slug": 1}', b"\xff"])
def test_what_is_no_job_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        job_from_json(data)


def test_a_job_has_no_path_of_a_machine_and_nothing_that_lives() -> None:
    kinds = {field.name: str(field.type) for field in dataclasses.fields(Job)}
    assert not [
        name for name, kind in kinds.items() if "Path" in kind.replace("PurePosixPath", "") or "Callable" in kind or "Process" in kind
    ]


def test_files_are_kept_by_their_digest(tmp_path: Path) -> None:
    content = FolderContent(tmp_path / "content")
    one = content.add(b"x")
    (tmp_path / "file").write_bytes(b"x")
    assert content.add_file(tmp_path / "file") == content.refer_to(tmp_path / "file") == one
    content.place(one, tmp_path / "a/b")
    assert (tmp_path / "a/b").read_bytes() == b"x"
    with pytest.raises(KeyError):
        content.place("0" * 64, tmp_path / "c")


PAGE = "---\ntitle: T\nteaching: 1\nexercises: 0\n{more}---\n\n```{{python}}\n{code}\n```\n\n```{{bash}}\nls\n```\n"


@pytest.mark.slow
def test_an_executor_elsewhere_gives_the_same_records(make_lesson: MakeLesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_lesson({
        "config.yaml": "title: L\nepisodes: [a.md, b.md]\n", "index.md": "Hi.\n", "episodes/data/x.txt": "input",
        "episodes/a.md": PAGE.format(more="inputs: [data/x.txt]\n", code="open('made.txt', 'w').write(open('data/x.txt').read() + '!')"),
        "episodes/b.md": PAGE.format(more="needs: [a]\n", code="print(open('made.txt').read())"),
    })  # fmt: skip
    host = Options("host")
    here = {result.job.slug: result for result in run(root, host, ())}
    for file in (root / ".lesson/records").rglob("*.ipynb"):
        file.unlink()
    monkeypatch.setattr(execute_stage, "executor_of", lambda *arguments: Elsewhere(tmp_path / "shared"))
    there = {result.job.slug: result for result in run(root, host, ())}
    assert {slug: [cell.outputs for cell in result.cells] for slug, result in there.items()} == {
        slug: [cell.outputs for cell in result.cells] for slug, result in here.items()
    }
    assert {slug: result.left for slug, result in there.items()} == {slug: result.left for slug, result in here.items()}
    monkeypatch.undo()
    assert build(root, None, host).ran == 0  # the records are valid here as well
    assert "input!" in (root / "site/b.html").read_text()
