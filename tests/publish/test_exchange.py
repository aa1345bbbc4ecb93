"""A site is published whole or not at all, and foreign files in it stay, whenever the builder is killed."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder import files
from site_builder.errors import MachineError
from site_builder.files import folders
from site_builder.publish.exchange import JOURNAL, LOCK, publish, recover, workplace
from tests.publish.sites import rendered, tree, write

posix = pytest.mark.skipif(sys.platform == "win32", reason="forks")


def release(site: Path, text: str, **more: str) -> list[tuple[str, str]]:
    """Publish a site whose pages contain a text; return what had to be renamed."""
    with workplace(site) as work:
        kept = publish(rendered(work / "learner", text, **more), site)
    return [(str(item.path), str(item.name)) for item in kept]


def beside(site: Path) -> list[str]:
    return sorted(path.name for path in site.parent.iterdir() if path != site)


def test_the_first_site_and_its_successor_take_their_place(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for text in ("1", "2"):
        assert release(site, text, only__here_txt="x") == []
        assert (site / "index.html").read_text() == text
    release(site, "3")
    assert not (site / "only").exists()
    assert beside(site) == []


def test_a_reader_never_misses_a_file(tmp_path: Path) -> None:
    site = tmp_path / "site"
    release(site, "1")
    missed, looks, stop = 0, 0, threading.Event()

    def look() -> None:
        nonlocal missed, looks
        while not stop.is_set():
            looks += 1
            missed += not (site / "index.html").exists()

    reader = threading.Thread(target=look, daemon=True)
    reader.start()
    try:
        for number in range(50):
            release(site, str(number))
    finally:
        stop.set()
        reader.join()
    assert looks > 0
    assert missed == 0


def test_a_folder_that_disagrees_with_its_manifest_is_refused(tmp_path: Path) -> None:
    site = tmp_path / "site"
    with workplace(site) as work:
        (rendered(work / "learner") / "index.html").write_text("changed")
        with pytest.raises(MachineError, match="manifest"):
            publish(work / "learner", site)
    assert not site.exists()
    assert beside(site) == []


FOREIGN = {
    ".git/HEAD": "ref",
    ".git/objects/a": "o",
    "CNAME": "lesson.example.org",
    ".nojekyll": "",
    "sub/mine.txt": "m",
    "own/deep/x": "y",
}


@pytest.mark.parametrize("system_exchanges", [True, False])
def test_what_others_put_into_a_site_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system_exchanges: bool) -> None:
    if not system_exchanges:
        monkeypatch.setattr(folders, "_exchange", lambda first, second: False)
    site = tmp_path / "site"
    release(site, "1")
    write(site, FOREIGN)
    (site / "empty").mkdir()
    (site / "link").symlink_to("nowhere")
    os.chmod(site, 0o750)
    release(site, "2")
    left = tree(site)
    assert {name: left.pop(name) for name in FOREIGN} == {name: text.encode() for name, text in FOREIGN.items()}
    assert (left["empty"], left["link"]) == (None, "nowhere")
    assert left["index.html"] == b"2"
    assert site.stat().st_mode & 0o777 == 0o750
    assert beside(site) == []


def test_what_needs_the_name_of_a_page_is_kept_beside_it_and_named(tmp_path: Path) -> None:
    site = tmp_path / "site"
    release(site, "1", old_html="gone")
    write(
        site,
        {"index.html": "edited", "old.html": "edited too", "new.html": "mine", "folder/a": "mine", "file": "mine", "sub/x.html.kept": "k"},
    )
    (site / "sub/x.html").write_text("edited")
    kept = release(site, "2", new_html="ours", folder="ours", file__a="ours")
    assert sorted(kept) == [
        ("file", "file.kept"), ("folder", "folder.kept"), ("index.html", "index.html.kept"), ("new.html", "new.html.kept"),
        ("old.html", "old.html.kept"), ("sub/x.html", "sub/x.html.kept-2"),
    ]  # fmt: skip
    for name, text in {"index.html.kept": "edited", "old.html.kept": "edited too", "new.html.kept": "mine", "folder.kept/a": "mine",
                       "file.kept": "mine", "sub/x.html.kept": "k", "sub/x.html.kept-2": "edited", "new.html": "ours", "file/a": "ours"}.items():  # fmt: skip
        assert (site / name).read_text() == text
    assert release(site, "3") == []
    assert (site / "index.html.kept").read_text() == "edited"


def test_a_page_that_was_changed_to_what_it_becomes_anyway_is_not_kept_twice(tmp_path: Path) -> None:
    site = tmp_path / "site"
    release(site, "1")
    write(site, {"index.html": "2", "sub/x.html": "2"})
    assert release(site, "2") == []
    assert "index.html.kept" not in tree(site)


def test_a_folder_of_ours_that_becomes_a_file_gives_way_with_what_is_foreign_in_it(tmp_path: Path) -> None:
    site = tmp_path / "site"
    release(site, "1", place__ours="x")
    write(site, {"place/mine": "m"})
    assert release(site, "2", place="a file now") == [("place/mine", "place.kept/mine")]
    assert (site / "place.kept/mine").read_text() == "m"


def test_a_worktree_of_an_empty_branch_keeps_its_files(tmp_path: Path) -> None:
    site = write(tmp_path / "site", {".git": "gitdir: elsewhere", "CNAME": "x"})
    release(site, "1")
    assert (site / ".git").read_text() == "gitdir: elsewhere"
    assert (site / "CNAME").read_text() == "x"


names = st.sampled_from(["a", "b", "index.html", "sub", "x.html", ".git", "CNAME", "manifest", "a.kept", "ü ä", "-"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)


@settings(max_examples=60)
@given(
    foreign=st.dictionaries(paths, st.binary(max_size=3).map(lambda data: b"\xff" + data), max_size=8),
    pages=st.lists(st.dictionaries(paths, st.text("xy", max_size=2), max_size=4), min_size=1, max_size=3),
)
def test_not_one_foreign_byte_is_lost(
    tmp_path_factory: pytest.TempPathFactory, foreign: dict[str, bytes], pages: list[dict[str, str]]
) -> None:
    site = tmp_path_factory.mktemp("p") / "site"
    release(site, "1")
    for name, data in foreign.items():
        target = site / name
        if all(not parent.is_file() for parent in target.parents) and not target.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        else:
            foreign[name] = b""
    wanted = sorted(path.read_bytes() for path in site.rglob("*") if path.is_file() and path.relative_to(site).as_posix() in foreign)
    for number, more in enumerate(pages):
        with workplace(site) as work:
            new = work / "learner"
            rendered(new, str(number))
            (new / "manifest.json").unlink()
            for name, text in more.items():
                target = new / name
                if all(not parent.is_file() for parent in target.parents) and not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(text)
            from site_builder.publish.manifest import write_manifest

            write_manifest(new, "s")
            ours = {name: value for name, value in tree(new).items() if value is not None}
            publish(new, site)
        there = tree(site)
        assert {name: there[name] for name in ours} == ours
    held = sorted(value for value in there.values() if isinstance(value, bytes))
    for data in wanted:
        assert data in held
    assert beside(site) == []


@posix
@pytest.mark.parametrize("system_exchanges", [True, False])
def test_a_kill_at_any_step_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system_exchanges: bool) -> None:
    """The n-th change of the file system is the last one of a process; the next build finds the site and everything foreign whole."""
    if not system_exchanges:
        monkeypatch.setattr(folders, "_exchange", lambda first, second: False)
    finished = 0
    for last in range(40):
        site = tmp_path / str(last) / "site"
        release(site, "1")
        write(site, {**FOREIGN, "index.html": "edited"})
        child = os.fork()
        if not child:
            _die_after(last)
            release(site, "2", CNAME="ours")
            os._exit(0)
        died = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        finished += died == 0
        recover(site)
        assert beside(site) == [], last
        there = tree(site)
        assert there["index.html"] in (b"edited", b"2"), last
        if there["index.html"] == b"2":
            assert there["index.html.kept"] == b"edited"
            assert there["CNAME.kept"] == b"lesson.example.org"
        for name in set(FOREIGN) - {"CNAME"}:
            assert there[name] == FOREIGN[name].encode(), (last, name)
        release(site, "3")
        assert tree(site)["index.html"] == b"3"
        assert b"edited" in tree(site).values()
    assert 0 < finished < 40


def _die_after(count: int) -> None:
    """Let this process end without any clean-up when it renames, removes or exchanges for the n-th time."""
    left = count

    def counted(function):  # type: ignore[no-untyped-def]
        def call(*arguments, **options):  # type: ignore[no-untyped-def]
            nonlocal left
            if left == 0:
                os._exit(9)
            left -= 1
            return function(*arguments, **options)

        return call

    for name in ("rename", "unlink", "rmdir", "replace", "mkdir"):
        setattr(os, name, counted(getattr(os, name)))
    folders._exchange = counted(folders._exchange)  # type: ignore[attr-defined]


def test_a_build_that_is_going_on_is_left_alone(tmp_path: Path) -> None:
    site = tmp_path / "site"
    release(site, "1")
    with workplace(site) as work:
        (work / "learner").mkdir()
        recover(site)
        assert (work / "learner").is_dir()


def test_folders_of_others_beside_a_site_are_left_alone(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write(tmp_path / ".site.backup", {"thesis.tex": "x", JOURNAL: "{}"})
    recover(site)
    assert (tmp_path / ".site.backup/thesis.tex").read_text() == "x"
    write(tmp_path / ".site.old", {LOCK: "", JOURNAL: "{}", "thesis.tex": "x"})
    write(tmp_path / "elsewhere", {LOCK: "", "thesis.tex": "x"})
    (tmp_path / ".site.linked00").symlink_to("elsewhere")
    before = tree(tmp_path)
    recover(site)
    assert tree(tmp_path) == before
    write(tmp_path / ".site.dead0000", {LOCK: "", "learner/index.html": "half"})
    recover(site)
    assert tree(tmp_path) == before


def test_what_a_killed_build_left_belongs_to_the_site_whose_whole_name_it_bears(tmp_path: Path) -> None:
    """Versions beside each other: ``.v1.2.XXXXXXXX`` begins as a workplace of ``v1`` would."""
    one, other = tmp_path / "v1", tmp_path / "v1.2"
    release(one, "1")
    write(tmp_path / ".v1.2.dead0000", {LOCK: "", JOURNAL: '{"tree": "learner"}', "learner/CNAME": "x"})
    release(other, "1")
    recover(one)
    assert not (one / "CNAME").exists()
    recover(other)
    assert (other / "CNAME").read_text() == "x"


@pytest.mark.parametrize("name", ["../mine", "{}/mine", "..", "", 7, "linked", "a\0b"])
def test_a_journal_that_leads_elsewhere_moves_nothing(tmp_path: Path, name: object) -> None:
    """A lesson from elsewhere can bring such a folder along."""
    site = tmp_path / "site"
    release(site, "1")
    mine = write(tmp_path / "mine", {"thesis.tex": "x"})
    named = name.format(tmp_path) if isinstance(name, str) else name
    work = write(tmp_path / ".site.hostile0", {LOCK: "", JOURNAL: json.dumps({"tree": named})})
    (work / "linked").symlink_to(mine)
    recover(site)
    assert tree(mine) == {"thesis.tex": b"x"}
    assert not (site / "thesis.tex").exists()


def test_what_cannot_be_moved_stays_until_it_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    release(site, "1")
    write(site, {"CNAME": "x"})
    rename = os.rename

    def refuse(source: Path, target: Path) -> None:
        if Path(source).name == "CNAME":
            raise PermissionError(13, "Permission denied")
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(MachineError, match="Permission denied") as caught:
        release(site, "2")
    (left,) = beside(site)
    assert left in caught.value.hint
    monkeypatch.undo()
    recover(site)
    assert (site / "CNAME").read_text() == "x"
    assert beside(site) == []


@posix
def test_folders_that_may_only_be_read_move_and_stay_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    release(site, "1")
    write(site, {"own/x": "precious"})
    os.chmod(site / "own", 0o500)
    rename = os.rename

    def as_a_user(source: Path, target: Path) -> None:
        """Root may rename what others may not."""
        if Path(source).is_dir() and not Path(source).stat().st_mode & 0o200:
            raise PermissionError(13, "Permission denied")
        rename(source, target)

    monkeypatch.setattr(os, "rename", as_a_user)
    release(site, "2")
    assert (site / "own/x").read_text() == "precious"
    assert (site / "own").stat().st_mode & 0o777 == 0o500
    assert beside(site) == []


def test_an_exchange_that_fails_leaves_the_site_and_no_litter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site"
    release(site, "1")

    def refuse(new: Path, old: Path) -> None:
        raise MachineError("no")

    monkeypatch.setattr(files, "exchange_folders", refuse)
    with pytest.raises(MachineError):
        release(site, "2")
    assert (site / "index.html").read_text() == "1"
    assert beside(site) == []
