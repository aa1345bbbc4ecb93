"""A site as one commit on top of a branch: what stays, what is refused, and that nothing else of the repository changes."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from site_builder.errors import ConfigError, MachineError, OutputRefused
from site_builder.publish import branch as branches
from site_builder.publish.branch import Base, Source, base_of, commit, prepare, refuse_modified, source_of
from site_builder.publish.git import Git
from site_builder.publish.manifest import MANIFEST, Identity, read_manifest, write_manifest
from tests.publish.sites import rendered, write

PAGES = "gh-pages"


@pytest.fixture(autouse=True)
def identity(monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "somebody@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)
    return os.fsdecode(done.stdout).strip()


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    root = write(tmp_path / "le ssön", {"index.md": "Hello.\n", ".gitignore": "site/\n.lesson/\n"})
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")
    return root


def publish(root: Path, site: Path, *, remote: str = "", dirty: bool = False) -> str:
    manifest = read_manifest(site)
    assert manifest is not None
    source, base = source_of(root), base_of(root, PAGES, remote)
    if not dirty:
        refuse_modified(source)
    return commit(root, PAGES, prepare(root, PAGES, base, site, manifest, store=True), source, remote)


def on_branch(root: Path, name: str = PAGES) -> dict[str, str]:
    return {line.partition("\t")[2]: line.split(" ")[0] for line in git(root, "ls-tree", "-r", "-z", name).split("\0") if line}


def everything(root: Path) -> dict[str, bytes]:
    """Return the working tree, the index and HEAD."""
    found = {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file() and ".git" not in path.parts
    }
    return found | {name: (root / ".git" / name).read_bytes() for name in ("HEAD", "index")}


def test_the_first_commit_has_the_site_and_names_its_source(lesson: Path, tmp_path: Path) -> None:
    before = everything(lesson)
    made = publish(lesson, rendered(tmp_path / "site"))
    assert set(on_branch(lesson)) == {"index.html", "sub/x.html", MANIFEST, ".nojekyll"}
    assert everything(lesson) == before
    assert git(lesson, "rev-list", "--count", PAGES) == "1"
    head = git(lesson, "rev-parse", "HEAD")
    assert git(lesson, "log", "-1", "--format=%s", PAGES) == f"Publish the site of {head[:7]}"
    assert git(lesson, "log", "-1", "--format=%(trailers:key=Source-Commit,valueonly)", PAGES) == head
    assert git(lesson, "rev-parse", PAGES) == made


def test_the_next_one_is_on_top_and_keeps_what_is_not_the_builders(lesson: Path, tmp_path: Path) -> None:
    publish(lesson, rendered(tmp_path / "1", gone_html="old"))
    other = tmp_path / "checkout"
    git(lesson, "worktree", "add", "-q", str(other), PAGES)
    write(
        other,
        {"CNAME": "example.org\n", "tool.sh": "#!/bin/sh\n", "google123.html": "x", "talk/index.html": "slides", "n\u00fc\n.txt": "odd"},
    )
    (other / "tool.sh").chmod(0o755)
    (other / "link").symlink_to("CNAME")
    (other / os.fsdecode(b"latin\xfc")).write_text("bytes")
    (other / "index.html").write_text("edited by hand")
    git(other, "add", "-A")
    git(other, "commit", "-q", "-m", "by hand")
    git(lesson, "worktree", "remove", "--force", str(other))
    publish(lesson, rendered(tmp_path / "2", "2", new_html="new"))
    found = on_branch(lesson)
    assert "gone.html" not in found
    assert {"CNAME", "google123.html", "talk/index.html", "new.html", ".nojekyll", "index.html.kept", "n\u00fc\n.txt"} <= set(found)
    assert (found["tool.sh"], found["link"]) == ("100755", "120000")
    assert git(lesson, "show", f"{PAGES}:index.html.kept") == "edited by hand"
    assert git(lesson, "show", f"{PAGES}:index.html") == "2"
    assert b"latin\xfc" in subprocess.run(["git", "-C", lesson, "ls-tree", "-z", PAGES], capture_output=True, check=True).stdout
    assert git(lesson, "rev-list", "--count", PAGES) == "3"


def test_bytes_are_those_of_the_site_whatever_git_is_set_to(lesson: Path, tmp_path: Path) -> None:
    git(lesson, "config", "core.autocrlf", "true")
    (lesson / ".gitattributes").write_text("* text=auto eol=crlf\n*.html ident\n")
    git(lesson, "add", "-A")
    git(lesson, "commit", "-q", "-m", "attributes")
    site = tmp_path / "s"
    write(site, {"a.html": "1\r\n2\n$Id$\r\n"})
    write_manifest(site, "s", identity=Identity("L"))
    publish(lesson, site)
    raw = subprocess.run(["git", "-C", lesson, "cat-file", "blob", f"{PAGES}:a.html"], capture_output=True, check=True).stdout
    assert hashlib.sha256(raw).hexdigest() == read_manifest(site).files["a.html"]  # type: ignore[union-attr]


def test_a_source_that_differs_from_its_commit_is_refused_unless_told(lesson: Path, tmp_path: Path) -> None:
    (lesson / "index.md").write_text("changed\n")
    (lesson / "new.md").write_text("new\n")
    write(lesson, {"site/index.html": "built"})
    source = source_of(lesson)
    assert source.modified == ("index.md", "new.md")
    with pytest.raises(OutputRefused, match=r"differs from its commit .*: index.md, new.md"):
        refuse_modified(source)
    publish(lesson, rendered(tmp_path / "s"), dirty=True)
    assert git(lesson, "log", "-1", "--format=%(trailers:key=Source-Modified,valueonly)", PAGES) == "yes"


def test_a_site_folder_that_git_does_not_ignore_is_no_difference(lesson: Path) -> None:
    (lesson / ".gitignore").unlink()
    git(lesson, "add", "-A")
    git(lesson, "commit", "-q", "-m", "no ignore")
    write(lesson, {"site/index.html": "built"})
    assert source_of(lesson).modified == ()


def test_a_branch_with_files_of_others_or_another_lesson_is_refused(lesson: Path, tmp_path: Path) -> None:
    site = rendered(tmp_path / "s")
    manifest = read_manifest(site)
    assert manifest is not None
    git(lesson, "branch", PAGES)
    with pytest.raises(OutputRefused, match=r"contains files that no build made \(index.md\)"):
        prepare(lesson, PAGES, base_of(lesson, PAGES), site, manifest, store=False)
    git(lesson, "branch", "-D", PAGES)
    other = rendered(tmp_path / "o")
    write_manifest(other, "s", identity=Identity("Another"))
    publish(lesson, other)
    with pytest.raises(OutputRefused, match="site of another lesson “Another”"):
        publish(lesson, site)


def test_an_empty_branch_with_a_domain_is_free(lesson: Path, tmp_path: Path) -> None:
    empty = git(lesson, "hash-object", "-w", "-t", "blob", os.devnull)
    listed = subprocess.run(
        ["git", "-C", lesson, "mktree"], input=f"100644 blob {empty}\tCNAME\n", capture_output=True, text=True, check=True
    )
    made = git(lesson, "commit-tree", listed.stdout.strip(), "-m", "domain")
    git(lesson, "update-ref", f"refs/heads/{PAGES}", made)
    publish(lesson, rendered(tmp_path / "s"))
    assert {"CNAME", "index.html"} <= set(on_branch(lesson))


@pytest.mark.parametrize("name", ["", "-x", "a b", "HEAD", "a..b", "x.lock", "@{-1}"])
def test_bad_names_of_branches(lesson: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="no name of a branch"):
        base_of(lesson, name)


def test_a_branch_that_is_checked_out_is_refused(lesson: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputRefused, match="is checked out in"):
        base_of(lesson, "main")
    git(lesson, "worktree", "add", "-q", "-b", PAGES, str(tmp_path / "w"))
    with pytest.raises(OutputRefused, match="is checked out in"):
        base_of(lesson, PAGES)


def test_no_repository_no_commit_and_no_git(tmp_path: Path, lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    bare = write(tmp_path / "bare", {"a": "1"})
    with pytest.raises(ConfigError, match="is in no Git repository"):
        source_of(bare)
    git(bare, "init", "-q")
    with pytest.raises(ConfigError, match="no commit yet"):
        source_of(bare)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineError, match="Git is not installed"):
        source_of(lesson)


def test_a_branch_that_moved_meanwhile_stays_where_it_is(lesson: Path, tmp_path: Path) -> None:
    first = publish(lesson, rendered(tmp_path / "1"))
    site = rendered(tmp_path / "2", "2")
    manifest = read_manifest(site)
    assert manifest is not None
    prepared = prepare(lesson, PAGES, base_of(lesson, PAGES), site, manifest, store=True)
    second = publish(lesson, rendered(tmp_path / "3", "3"))
    with pytest.raises(MachineError, match="has moved meanwhile"):
        commit(lesson, PAGES, prepared, source_of(lesson))
    assert git(lesson, "rev-parse", PAGES) == second != first
    never = prepare(lesson, "other", Base(), site, manifest, store=True)
    git(lesson, "branch", "other", second)
    with pytest.raises(MachineError, match="has moved meanwhile"):
        commit(lesson, "other", never, source_of(lesson))


def test_a_dry_run_stores_nothing(lesson: Path, tmp_path: Path) -> None:
    objects = git(lesson, "count-objects")
    site = rendered(tmp_path / "s")
    manifest = read_manifest(site)
    assert manifest is not None
    changes = prepare(lesson, PAGES, base_of(lesson, PAGES), site, manifest, store=False).changes
    assert changes.added == ("index.html", MANIFEST, "sub/x.html")
    assert git(lesson, "count-objects") == objects


def test_nobody_to_name_as_the_publisher(lesson: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.delenv(f"GIT_{role}_NAME")
        monkeypatch.delenv(f"GIT_{role}_EMAIL")
    git(lesson, "config", "user.useConfigOnly", "true")
    with pytest.raises(MachineError) as failed:
        publish(lesson, rendered(tmp_path / "s"))
    assert "git config user.name" in failed.value.hint
    assert Git(lesson).commit(f"refs/heads/{PAGES}") == ""


@pytest.fixture
def remote(lesson: Path, tmp_path: Path) -> Path:
    place = tmp_path / "remote.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(lesson), str(place)], check=True)
    git(lesson, "remote", "add", "origin", str(place))
    return place


def test_a_push_goes_on_top_of_what_the_remote_has(lesson: Path, remote: Path, tmp_path: Path) -> None:
    publish(lesson, rendered(tmp_path / "1"), remote="origin")
    elsewhere = tmp_path / "elsewhere"
    git(tmp_path, "clone", "-q", str(remote), str(elsewhere))
    there = publish(elsewhere, rendered(tmp_path / "2", "2"), remote="origin")  # its clone knows the branch as the remote's alone
    here = publish(lesson, rendered(tmp_path / "3", "3"), remote="origin")
    assert git(remote, "rev-parse", PAGES) == here
    assert git(lesson, "rev-parse", f"{PAGES}~1") == there


def test_a_clone_builds_on_the_branch_that_it_knows_of_its_remote(lesson: Path, remote: Path, tmp_path: Path) -> None:
    first = publish(lesson, rendered(tmp_path / "1"), remote="origin")
    git(tmp_path, "clone", "-q", str(remote), "clone")
    publish(tmp_path / "clone", rendered(tmp_path / "2", "2"))
    assert git(tmp_path / "clone", "rev-parse", f"{PAGES}~1") == first
    assert git(remote, "rev-parse", PAGES) == first


def test_a_shallow_clone_publishes_and_stays_shallow(lesson: Path, remote: Path, tmp_path: Path) -> None:
    publish(lesson, rendered(tmp_path / "1"), remote="origin")
    git(lesson, "commit", "-q", "--allow-empty", "-m", "two")
    git(lesson, "push", "-q", "origin", "main")
    last = publish(lesson, rendered(tmp_path / "2", "2"), remote="origin")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{remote}", "shallow")
    shallow = tmp_path / "shallow"
    made = publish(shallow, rendered(tmp_path / "3", "3"), remote="origin")
    assert git(remote, "rev-parse", PAGES) == made
    assert git(remote, "rev-parse", f"{PAGES}~1") == last
    assert git(remote, "rev-list", "--count", PAGES) == "3"
    assert git(shallow, "rev-list", "--count", "HEAD") == "1"


def test_two_ways_and_a_remote_that_refuses(lesson: Path, remote: Path, tmp_path: Path) -> None:
    publish(lesson, rendered(tmp_path / "1"), remote="origin")
    git(tmp_path, "clone", "-q", str(remote), "clone")
    there = publish(tmp_path / "clone", rendered(tmp_path / "2", "2"), remote="origin")
    here = publish(lesson, rendered(tmp_path / "3", "3"))
    with pytest.raises(OutputRefused, match="went two ways"):
        base_of(lesson, PAGES, "origin")
    assert (git(lesson, "rev-parse", PAGES), git(remote, "rev-parse", PAGES)) == (here, there)
    git(lesson, "update-ref", f"refs/heads/{PAGES}", there)
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho protected >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(MachineError, match="git push failed"):
        publish(lesson, rendered(tmp_path / "4", "4"), remote="origin")
    assert git(lesson, "rev-parse", PAGES) == git(remote, "rev-parse", PAGES) == there


def test_a_remote_that_is_not_there(lesson: Path) -> None:
    with pytest.raises(MachineError, match="git ls-remote failed"):
        base_of(lesson, PAGES, "nowhere")


def test_a_lesson_in_a_subfolder_and_a_detached_head(lesson: Path, tmp_path: Path) -> None:
    write(lesson, {"course/index.md": "x\n"})
    git(lesson, "add", "-A")
    git(lesson, "commit", "-q", "-m", "course")
    git(lesson, "checkout", "-q", "--detach")
    write(lesson, {"beside.txt": "not of the lesson\n", "course/site/index.html": "built"})
    assert source_of(lesson / "course").modified == ()
    publish(lesson / "course", rendered(tmp_path / "s"))
    assert "index.html" in on_branch(lesson)


def test_variables_of_a_hook_do_not_lead_elsewhere(lesson: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "other-index"))
    assert source_of(lesson).modified == ()
    manifest = read_manifest(site := rendered(tmp_path / "s"))
    assert manifest is not None
    commit(lesson, PAGES, prepare(lesson, PAGES, Base(), site, manifest, store=True), Source("0" * 40))
    assert not (tmp_path / "other-index").exists()


def test_the_files_that_tell_what_was_published_are_removed_by_digest_only(lesson: Path, tmp_path: Path) -> None:
    """A manifest that lists a file of somebody else, with another digest, gives no right to remove it."""
    site = rendered(tmp_path / "1")
    (site / MANIFEST).write_text((site / MANIFEST).read_text().replace('"index.html": "', '"index.html": "0'))
    manifest = read_manifest(site)
    assert manifest is not None
    commit(lesson, PAGES, prepare(lesson, PAGES, Base(), site, manifest, store=True), source_of(lesson))
    publish(lesson, rendered(tmp_path / "2", "2"))
    assert git(lesson, "show", f"{PAGES}:index.html.kept") == "1"
    assert branches.NO_JEKYLL in on_branch(lesson)
