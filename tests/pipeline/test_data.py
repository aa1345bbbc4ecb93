"""Data from elsewhere: in the working folder, the key, the record and on the pages; fetched when an episode must run, and only then."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from site_builder.errors import EnvironmentUnavailable, LessonFailed
from site_builder.operations.check import check
from site_builder.operations.runner import Runner
from site_builder.operations.verify import Verdict, verify
from site_builder.pipeline import execute
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import open_lesson
from site_builder.records.model import Stream
from tests.conftest import MakeLesson
from tests.hosts import Host, host

HOST = Options("host", workers=2)
DATA = b"year\n1952\n"
READ = "print(open('data/a.csv').read().split())"


def entry(address: str, data: bytes = DATA, more: str = "", indent: str = "") -> str:
    return f"{indent}- address: {address}\n{indent}  sha256: {hashlib.sha256(data).hexdigest()}\n{more}"


def episode(code: str = READ, front: str = "", language: str = "python") -> str:
    return f"---\ntitle: T\nteaching: 1\nexercises: 0\n{front}---\n\n::: questions\n- Q?\n:::\n\n::: objectives\n- O\n:::\n\n```{{{language}}}\n{code}\n```\n\n::: keypoints\n- K\n:::\n"


def lesson(make_lesson: MakeLesson, *episodes: str, settings: str = "") -> Path:
    named = {f"episodes/{chr(ord('a') + number)}.md": text for number, text in enumerate(episodes)}
    return make_lesson({"config.yaml": f"title: L\nlicense: CC0\n{settings}", "index.md": "Hi.\n", **named})


def plan(root: Path) -> dict[str, str]:
    return {step.request.slug: f"{step.action.value}: {step.reason}" for step in open_lesson(root, HOST).plan.steps}


def shown(root: Path, slug: str) -> str:
    record = open_lesson(root, HOST).episode(slug).record
    assert record is not None
    return "".join(output.text for cell in record.cells for output in cell.outputs if isinstance(output, Stream))


def page(root: Path, name: str = "a.html") -> str:
    return (root / "site" / name).read_text()


def test_data_are_fetched_once_read_recorded_and_shown(make_lesson: MakeLesson, web: Host) -> None:
    address = web.has("/a.csv", DATA)
    more = "  title: Years & <values>\n  license: CC-BY 4.0\n"
    root = lesson(make_lesson, episode(), episode("print(1)"), settings="data:\n" + entry(address, more=more))
    assert plan(root) == {"a": "run: no record yet", "b": "run: no record yet"}
    assert web.requests == []
    built = build(root, None, HOST)
    assert [problem for problem in built.report.problems if problem.code.startswith("LS03")] == []
    assert web.asked == ["/a.csv"]
    assert "1952" in shown(root, "a")
    record = open_lesson(root, HOST).episode("a").record
    assert record is not None
    assert [(file.path, file.size, file.origin) for file in record.provenance.data] == [("data/a.csv", len(DATA), address)]
    assert dict(record.provenance.read)["data/a.csv"] == hashlib.sha256(DATA).hexdigest()
    other = open_lesson(root, HOST).episode("b").record
    assert other is not None
    assert other.provenance.data == ()
    home = page(root, "index.html")
    assert f'<a href="{address}"' in home
    assert "(10 B)" in home
    assert "Years &amp; &lt;values&gt;" in home
    assert "Licence: CC-BY 4.0" in home
    assert 'id="lesson-data"' not in page(root)
    assert not (root / "site/data/a.csv").exists()


def test_records_show_without_a_host_and_another_digest_runs_what_read_it(make_lesson: MakeLesson, web: Host, tmp_path: Path) -> None:
    root = lesson(make_lesson, episode(), episode("print(1)"), settings="data:\n" + entry(web.has("/a.csv", DATA)))
    build(root, None, HOST)
    for file in (tmp_path / "kept").iterdir():
        file.unlink()
    web.requests.clear()
    assert plan(root) == {"a": "reuse: nothing changed", "b": "reuse: nothing changed"}
    build(root, None, Options("host", force=True))
    assert web.requests == []
    newer = b"year\n2007\n"
    (root / "config.yaml").write_text("title: L\nlicense: CC0\ndata:\n" + entry(web.has("/b/a.csv", newer), newer))
    assert plan(root) == {"a": "run: data/a.csv changed", "b": "reuse: nothing changed"}
    assert [result.job.slug for result in execute.run(root, HOST, ())] == ["a"]
    assert "2007" in shown(root, "a")


def test_data_of_an_episode_are_part_of_its_key_and_listed_on_its_page(make_lesson: MakeLesson, web: Host) -> None:
    address = web.has("/a.csv", DATA)
    own = "data:\n" + entry(address)
    root = lesson(make_lesson, episode(front=own), episode("import os\nprint(os.path.exists('data/a.csv'))"))
    request = open_lesson(root, HOST).episode("a").request
    assert request is not None
    assert dict(request.parts.inputs) == {"data/a.csv": hashlib.sha256(DATA).hexdigest()}
    build(root, None, HOST)
    assert "1952" in shown(root, "a")
    record = open_lesson(root, HOST).episode("a").record
    assert record is not None
    assert "data/a.csv" not in dict(record.provenance.read)  # it is in the key
    assert [file.path for file in record.provenance.data] == ["data/a.csv"]
    assert shown(root, "b").strip() == "False"
    assert f'<a href="{address}"' in page(root)
    assert address not in page(root, "b.html") + page(root, "index.html")


def test_an_episode_with_inputs_gets_what_it_names(make_lesson: MakeLesson, web: Host) -> None:
    settings = "data:\n" + entry(web.has("/a.csv", DATA)) + entry(web.has("/b.csv", b"other\n"), b"other\n")
    listed = "import os\nprint(sorted(os.listdir('data')))"
    root = lesson(make_lesson, episode(listed, "inputs: [data/a.csv]\n"), episode(listed, "inputs: [data]\n"), settings=settings)
    execute.run(root, HOST, ())
    assert shown(root, "a").strip() == "['a.csv']"
    assert shown(root, "b").strip() == "['a.csv', 'b.csv']"
    request = open_lesson(root, HOST).episode("a").request
    assert request is not None
    assert [name for name, _ in request.parts.inputs] == ["data/a.csv"]
    (root / "episodes/a.md").write_text(episode(listed, "inputs: [data/c.csv]\n"))
    assert [problem.code for problem in open_lesson(root, HOST).report.problems] == ["LS022"]


def test_a_shell_has_them_too_and_may_change_its_copy(make_lesson: MakeLesson, web: Host, tmp_path: Path) -> None:
    settings = "data:\n" + entry(web.has("/a.csv", DATA))
    root = lesson(make_lesson, episode("cat data/a.csv\necho more >> data/a.csv\nrm data/a.csv", language="bash"), settings=settings)
    execute.run(root, HOST, ())
    assert "1952" in shown(root, "a")
    assert [file.read_bytes() for file in (tmp_path / "kept").iterdir()] == [DATA]
    request = open_lesson(root, HOST).episode("a").request
    assert request is not None
    assert dict(request.parts.inputs) == {"data/a.csv": hashlib.sha256(DATA).hexdigest()}


@pytest.mark.parametrize("fault", ["network", "digest", "page", "elsewhere"])
def test_a_build_goes_on_without_data_and_says_why_in_one_line(make_lesson: MakeLesson, web: Host, trusting: Path, fault: str) -> None:
    root = lesson(make_lesson, episode(), settings="data:\n" + entry(web.has("/a.csv", DATA)))
    execute.run(root, HOST, ())
    newer = b"newer\n"
    with host(trusting, "127.0.0.1") as other:
        address = {
            "network": f"{other.address}/a.csv",
            "digest": web.has("/a.csv", b"wrong\n"),
            "page": web.has("/a.csv", b"<html>", "text/html"),
            "elsewhere": web.moves("/m/a.csv", other.has("/a.csv", newer)),
        }[fault]
        if fault != "network":
            check_without(root, address, newer)
    if fault == "network":
        check_without(root, address, newer)


def check_without(root: Path, address: str, data: bytes) -> None:
    (root / "config.yaml").write_text("title: L\nlicense: CC0\ndata:\n" + entry(address, data))
    with pytest.raises(EnvironmentUnavailable) as caught:
        execute.run(root, HOST, ())
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.location)) == ("LS038", "config.yaml:4:3")
    built = build(root, None, HOST)
    (problem,) = [each for each in built.report.problems if each.code == "LS038"]
    assert "data/a.csv cannot be fetched: " in problem.message
    assert "\n" not in str(problem)
    assert problem.hint
    assert "It needs data that could not be fetched: data/a.csv." in page(root)  # results of other data would be wrong
    assert build(root, None, HOST).report.problems == built.report.problems  # which tries again


def test_an_episode_that_never_ran_says_what_it_lacks(make_lesson: MakeLesson, web: Host) -> None:
    root = lesson(make_lesson, episode(front="data:\n" + entry(f"{web.address}/a.csv")), episode("print(6 * 7)"))
    built = build(root, None, HOST)
    assert "It needs data that could not be fetched: data/a.csv." in page(root)
    assert "42" in page(root, "b.html")
    assert [str(each.location) for each in built.report.problems if each.code == "LS038"] == ["episodes/a.md:6:3"]
    with pytest.raises(LessonFailed):
        build(root, None, Options("host", strict=True))
    web.has("/a.csv", DATA)
    assert build(root, None, HOST).ran == 1


def test_verify_uses_what_is_here_and_damaged_data_are_fetched_again(make_lesson: MakeLesson, web: Host, tmp_path: Path) -> None:
    root = lesson(make_lesson, episode(), settings="data:\n" + entry(web.has("/a.csv", DATA)))
    execute.run(root, HOST, ())
    web.requests.clear()
    done, _ = verify(root, HOST, ())
    assert [each.verdict for each in done] == [Verdict.SAME]
    assert web.requests == []
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_bytes(b"damaged")
    done, _ = verify(root, HOST, ())
    assert [each.verdict for each in done] == [Verdict.SAME]
    assert web.asked == ["/a.csv"]
    assert kept.read_bytes() == DATA


def test_what_came_with_the_lesson_is_used_and_verified(make_lesson: MakeLesson, web: Host) -> None:
    root = lesson(make_lesson, episode(), settings="data:\n" + entry(web.has("/a.csv", DATA)))
    brought = root / ".lesson/data" / hashlib.sha256(DATA).hexdigest()
    brought.parent.mkdir(parents=True)
    brought.write_bytes(DATA)
    execute.run(root, HOST, ())
    assert web.requests == []
    assert "1952" in shown(root, "a")
    (root / "episodes/a.md").write_text(episode("print(len(open('data/a.csv').read()))"))
    brought.write_bytes(b"exchanged by somebody")
    execute.run(root, HOST, ())
    assert web.asked == ["/a.csv"]
    assert shown(root, "a").strip() == str(len(DATA))


def test_entries_in_front_matter_are_checked_at_their_lines(make_lesson: MakeLesson) -> None:
    front = f"data:\n- address: http://example.org/a.csv\n  sha256: {'0' * 64}\n- address: https://example.org/b.csv\n- addres: x\n"
    root = lesson(make_lesson, episode("print(1)", front))
    found = {(problem.code, problem.location.line) for problem in open_lesson(root, HOST).report.problems}
    assert {("LS035", 6), ("LS036", 8), ("LS107", 9)} <= found
    root = lesson(make_lesson, episode("print(1)"))
    (root / "learners").mkdir()
    (root / "learners/more.md").write_text("---\ntitle: M\ndata: []\n---\n\nText.\n")
    (problem,) = [each for each in open_lesson(root, HOST).report.problems if each.code.startswith("LS03")]
    assert "no episode" in problem.message


def test_a_link_to_what_the_site_does_not_hold_says_where_it_is(make_lesson: MakeLesson) -> None:
    page = episode("print(1)", f"data:\n- address: https://example.org/a.csv\n  sha256: {'ab' * 32}\n") + "\nSee [the data](data/a.csv).\n"
    root = lesson(make_lesson, page)
    (problem,) = [each for each in check(root, HOST).problems if each.code == "LS401"]
    assert problem.hint == "the site has no copy of it: link to https://example.org/a.csv"


@pytest.mark.parametrize(
    "value",
    [
        "x",
        "[x]",
        "{a: b}",
        "1",
        "true",
        "[[]]",
        "[{}]",
        "- address: [1]",
        "[{address: {a: 1}}]",
        "[{hosts: {a: 1}}]",
        "[{size: -1}]",
        "''",
        "[null]",
    ],
)
@pytest.mark.parametrize("place", ["settings", "front matter"])
def test_whatever_is_written_is_a_problem_and_no_traceback(make_lesson: MakeLesson, value: str, place: str) -> None:
    line = f"data: {value}\n" if not value.startswith("-") else f"data:\n{value}\n"
    root = lesson(make_lesson, episode("print(1)", line if place == "front matter" else ""), settings=line if place == "settings" else "")
    problems = open_lesson(root, HOST).report.problems
    assert problems or value == "''"
    assert {each.code for each in problems} <= {"LS008", "LS035", "LS107"}


def test_what_is_shown_while_it_is_written_fetches_what_runs(make_lesson: MakeLesson, web: Host) -> None:
    root = lesson(make_lesson, episode(), settings="data:\n" + entry(web.has("/a.csv", DATA)))
    told: list[str] = []

    async def run() -> bool:
        runner = Runner(HOST, told.append)
        try:
            return await runner.run(open_lesson(root, HOST), ())
        finally:
            await runner.close()

    assert asyncio.run(run())
    assert web.asked == ["/a.csv"]
    assert any(line.startswith("fetching data/a.csv from localhost") for line in told)
