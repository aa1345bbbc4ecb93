"""Records that machines share: read where an episode has none, verified, and written when asked alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from site_builder.commands.main import group
from site_builder.kept_results import KeptResults
from site_builder.operations.serve import Serving, _Serving
from site_builder.pipeline.engine import engine_ahead
from site_builder.pipeline.model import Options

EPISODE = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n```{{python}}\nimport time\nprint({0}, time.time_ns())\n```\n"
RUNS = "running episodes/a.md"


def write(root: Path, value: str = "1", settings: str = "") -> Path:
    """Write a lesson of one episode, whose output is another one in every run."""
    (root / "episodes").mkdir(parents=True, exist_ok=True)
    (root / "config.yaml").write_text(f"title: L\nlicense: CC-BY 4.0\nepisodes: [a.md]\n{settings}")
    (root / "episodes" / "a.md").write_text(EPISODE.format(value))
    return root


def call(*arguments: str | Path) -> Result:
    """Run a command; no input may end in a traceback."""
    return CliRunner().invoke(group, [str(each) for each in arguments], catch_exceptions=False)


def build(root: Path, shared: Path | str, *more: str) -> Result:
    """Build a lesson with shared records."""
    result = call("build", root, "--environments", "host", "--shared-records", shared, *more)
    assert result.exit_code == 0, result.output
    return result


def printed(root: Path) -> str:
    """Return the number that a lesson's page shows."""
    text = (root / "site" / "a.html").read_text()
    return text.partition("1 1")[2].partition("\n")[0] if "1 1" in text else text.partition("2 1")[2].partition("\n")[0]


def test_another_machine_shows_what_one_has_shared(tmp_path: Path) -> None:
    one, two, shared = write(tmp_path / "one"), write(tmp_path / "two"), tmp_path / "shared"
    assert RUNS in build(one, shared, "--share").stderr
    assert RUNS not in build(two, shared).stderr
    assert printed(one) == printed(two) != ""
    assert "nothing changed" in build(two, shared).stdout
    assert call("plan", two).stdout.startswith("reuse")
    assert "Show" not in call("records", "list", two).stdout and ".lesson/shared/a/" in call("records", "list", two).stdout


def test_a_folder_that_does_not_exist_is_said_and_not_made(tmp_path: Path) -> None:
    one, shared = write(tmp_path / "one"), tmp_path / "sharde"
    said = build(one, shared).stderr
    assert f"warning: no shared records: the folder {shared} does not exist" in said and RUNS in said
    assert not shared.exists()
    assert "no shared records" not in call("plan", one, "--environments", "host", "--shared-records", shared).stderr  # it lacks nothing now
    told = call("plan", write(tmp_path / "two"), "--environments", "host", "--shared-records", shared)
    assert f"{shared} does not exist" in told.stderr
    assert "no shared records" not in build(write(tmp_path / "three"), shared, "--share").stderr and shared.is_dir()


@pytest.mark.slow
def test_a_preview_shows_what_was_shared(tmp_path: Path) -> None:
    one, two, shared = write(tmp_path / "one"), write(tmp_path / "two"), tmp_path / "shared"
    build(one, shared, "--share")
    options = Options(environments="host", shared_records=str(shared), kept=KeptResults(None, ""))
    with engine_ahead(two, options) as engine_for:
        serving = _Serving(two, options, Serving(), engine_for, print, lambda problems: None)
        serving._take_shared_records()
        serving._build()
    page = (two / ".lesson/preview/a.html").read_text()
    assert printed(one) and printed(one) in page
    assert serving._made is not None and serving._made.stale == {}


@pytest.mark.slow
def test_nothing_is_written_there_unless_asked(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    build(write(tmp_path / "one"), shared)
    assert list(shared.iterdir()) == []
    assert call("build", tmp_path / "one", "--share").exit_code == 2
    assert "shared the record of a" in build(tmp_path / "one", shared, "--share").stderr
    before = {path: path.read_bytes() for path in shared.rglob("*.ipynb")}
    build(write(tmp_path / "two"), shared, "--share", "--force")
    assert {path: path.read_bytes() for path in shared.rglob("*.ipynb")} == before and len(before) == 1


@pytest.mark.slow
def test_the_address_can_be_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LESSON_SHARED_RECORDS", str(tmp_path / "shared"))
    assert call("build", write(tmp_path / "one"), "--environments", "host", "--share").exit_code == 0
    assert RUNS not in call("build", write(tmp_path / "two"), "--environments", "host").stderr
    assert RUNS in call("build", write(tmp_path / "three"), "--environments", "host", "--shared-records", "").stderr


@pytest.mark.slow
def test_plan_and_run_look_there_too(tmp_path: Path) -> None:
    one, two, shared = write(tmp_path / "one"), write(tmp_path / "two"), tmp_path / "shared"
    assert call("run", one, "--environments", "host").exit_code == 2  # `run` takes episodes
    assert call("run", "--lesson", one, "--environments", "host", "--shared-records", shared, "--share").exit_code == 0
    assert call("plan", two, "--environments", "host").stdout.startswith("run")
    assert call("plan", two, "--environments", "host", "--shared-records", shared).stdout.startswith("reuse")
    assert "0 episodes run" in call("run", "--lesson", two, "--environments", "host", "--shared-records", shared).stdout
    assert "1 episode run" in call("run", "a", "--lesson", two, "--environments", "host", "--shared-records", shared).stdout


@pytest.mark.parametrize("change", ["edited", "cut", "renamed", "no text", "no record", "moved"])
@pytest.mark.slow
def test_what_cannot_be_verified_counts_for_nothing_and_is_said(tmp_path: Path, change: str) -> None:
    one, two, shared = write(tmp_path / "one"), write(tmp_path / "two"), tmp_path / "shared"
    build(one, shared, "--share")
    (record,) = shared.rglob("*.ipynb")
    text = record.read_text()
    if change == "edited":
        record.write_text(text.replace("1 1", "9 1"))
    elif change == "cut":
        record.write_text(text[: len(text) // 2])
    elif change == "no text":
        record.write_bytes(b"\xff\xfe")
    elif change == "no record":
        record.write_text("{}")
    elif change == "renamed":
        record.rename(record.with_name(f"{record.name[:17]}{'0' * 16}.ipynb"))
    else:
        write(two).joinpath("episodes/a.md").rename(two / "episodes" / "b.md")
        (two / "config.yaml").write_text((two / "config.yaml").read_text().replace("a.md", "b.md"))
        (shared / "a").rename(shared / "b")
    said = build(two, shared).stderr
    assert "LS501" in said and str(shared) in said and "running episodes/" in said
    assert list((two / ".lesson" / "shared").rglob("*.ipynb")) == []


def test_names_that_are_no_records_are_left_alone(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    (shared / "a" / "folder.ipynb").mkdir(parents=True)
    for name in ("README.md", "x.ipynb", "../evil.ipynb", f"{'0' * 16}-{'1' * 16}.ipynb"):
        (shared / "a" / name).write_text("{}")
    said = build(write(tmp_path / "one"), shared).stderr
    assert "LS501" not in said and RUNS in said


@pytest.mark.slow
def test_another_text_does_not_get_the_record(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    build(write(tmp_path / "one"), shared, "--share")
    two = write(tmp_path / "two", "2")
    assert RUNS in build(two, shared).stderr


@pytest.mark.slow
def test_a_better_record_takes_the_place_of_a_worse_one_and_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with more, more cells run under the same key."""
    text = EPISODE.format("1") + "\n```{python}\n#| requires: [docker]\nprint('in the image')\n```\n"
    lessons = [write(tmp_path / name) for name in ("plain", "able", "third")]
    for lesson in lessons:
        (lesson / "episodes" / "a.md").write_text(text)
    shared = tmp_path / "shared"
    monkeypatch.setattr("site_builder.environments.capabilities.available", lambda name: False)
    build(lessons[0], shared, "--share")
    (before,) = shared.rglob("*.ipynb")
    old = before.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("site_builder.environments.capabilities.available", lambda name: True)
        patch.setattr("site_builder.environments.this_machine.available", lambda name: True, raising=False)
        build(lessons[1], shared, "--share")
    (after,) = shared.rglob("*.ipynb")
    assert after == before and after.read_bytes() != old
    build(lessons[0], shared)
    assert "in the image" in (lessons[0] / "site" / "a.html").read_text()
    build(lessons[2], shared, "--share")
    assert after.read_bytes() != old and "in the image" in (lessons[2] / "site" / "a.html").read_text()


@pytest.mark.slow
def test_a_place_that_cannot_be_reached_costs_no_build(tmp_path: Path) -> None:
    place = tmp_path / "shared"
    place.write_text("a file")
    said = build(write(tmp_path / "one"), place).stderr
    assert RUNS in said
    result = call("build", write(tmp_path / "two"), "--environments", "host", "--shared-records", place, "--share")
    assert result.exit_code == 3 and str(place) in result.stderr and "Traceback" not in result.output
    for address in ("nosuch://place/records", "s3://bucket/records"):
        result = call("build", write(tmp_path / "three"), "--environments", "host", "--shared-records", address)
        assert result.exit_code in (0, 2) and address in result.stderr and "Traceback" not in result.output


@pytest.mark.slow
def test_under_a_policy_of_signatures_a_shared_record_needs_one(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    signers = "records:\n  signed-by: signers\n"
    one, two, shared = write(tmp_path / "one"), write(tmp_path / "two", settings=signers), tmp_path / "shared"
    build(one, shared, "--share")
    (two / "signers").write_text("ann@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS\n")
    said = build(two, shared).stderr
    assert "LS521" in said and RUNS in said


@pytest.mark.slow
def test_what_was_read_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from site_builder.fetching.distant import DistantFolder

    one, two, shared = write(tmp_path / "one"), write(tmp_path / "two"), tmp_path / "shared"
    build(one, shared, "--share")
    asked: list[str] = []
    read = DistantFolder.read
    monkeypatch.setattr(DistantFolder, "read", lambda self, name, most: (asked.append(name), read(self, name, most))[1])
    build(two, shared)
    build(two, shared, "--force")
    assert len(asked) == 1
    assert list(json.loads((two / ".lesson/shared/states.json").read_text())) == asked


def test_credentials_are_there_for_the_question_alone(tmp_path: Path) -> None:
    import os

    from site_builder.fetching.distant import DistantFolder

    folder = DistantFolder(str(tmp_path), {"LESSON_TEST_KEY": "secret"})
    seen: list[str | None] = []
    folder._system.invalidate_cache = lambda: seen.append(os.environ.get("LESSON_TEST_KEY"))  # type: ignore[method-assign]
    folder.states("a")
    assert seen == ["secret"] and "LESSON_TEST_KEY" not in os.environ
