"""Publish a site as one commit on top of a branch, without a checkout.

The commit is built from Git's objects with an index of its own. The branch moves in one step, and only if it is still where it was read
(`git update-ref` with the old value); the working tree, the index and HEAD stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from site_builder import files
from site_builder.errors import ConfigError, MachineError, OutputRefused
from site_builder.publish.git import EXECUTABLE, FILE, PATIENCE, Blob, Git
from site_builder.publish.manifest import MANIFEST, Identity, SiteManifest, manifest_from
from site_builder.publish.merging import Changes, Merging, changes_of, merged
from site_builder.publish.targets import SITE, other_lesson, refuse_unknown
from site_builder.publish.versions import LIST, PAGE, Version, check_free, check_name, list_files, not_a_file, read_list, with_version
from site_builder.weave.translations import ENGLISH, Phrases

NO_JEKYLL = ".nojekyll"
"""Tells GitHub Pages to publish a branch as it is (https://docs.github.com/pages/getting-started-with-github-pages/about-github-pages)."""

TRAILER = "Source-Commit"
MODIFIED = "Source-Modified"
SHOWN = 3
ELSEWHERE = "name another branch with --branch"


@dataclass(frozen=True, slots=True)
class Source:
    """What a site was built from: the commit, and whether files differ from it."""

    commit: str
    modified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Base:
    """Where a branch is: its commit here, and the commit to build on, which a remote may have; empty where there is none."""

    here: str = ""
    commit: str = ""


def source_of(root: Path) -> Source:
    """Return the commit of a lesson, and what differs from it: changed files of the repository, new ones of the lesson.

    Raises:
        ConfigError: the lesson is in no Git repository, or there is no commit yet.
        MachineError: Git is missing, or fails.
    """
    git = Git(root)
    inside = git.ask("rev-parse", "--is-inside-work-tree")
    if inside.status == 127:
        git.text("version")  # raises
    if inside.status or inside.output.strip() != b"true":
        said = inside.errors.strip().removeprefix("fatal: ").splitlines()
        raise ConfigError(f"{root} is in no Git repository: {said[0] if said else 'no working tree'}", hint="publish to a folder with --to")
    commit = git.commit("HEAD")
    if not commit:
        raise ConfigError("the repository has no commit yet, so a published site could not name its source", hint="commit the lesson first")
    changed = git.text("status", "--porcelain", "-z", "--no-renames", "--untracked-files=no", "--ignore-submodules=none").split("\0")
    new = git.text("ls-files", "--others", "--exclude-standard", "-z", "--", ".", f":(exclude){SITE}").split("\0")
    return Source(commit, tuple(line[3:] if place == 0 else line for place, part in enumerate((changed, new)) for line in part if line))


def refuse_modified(source: Source) -> None:
    """Refuse a source that differs from its commit.

    Raises:
        OutputRefused: the message names what differs.
    """
    if source.modified:
        shown = ", ".join(source.modified[:SHOWN]) + (" …" if len(source.modified) > SHOWN else "")
        raise OutputRefused(
            f"the lesson differs from its commit {source.commit[:7]}: {shown}",
            hint="commit the changes, or publish with --dirty, which the commit will say",
        )


def base_of(root: Path, branch: str, remote: str = "") -> Base:
    """Return what a branch is at; of a ``remote`` that it is to be pushed to, what that has is fetched and counts.

    Raises:
        ConfigError: it is no name of a branch.
        OutputRefused: it is checked out somewhere, or here and at the remote it went two ways.
        MachineError: the remote cannot be asked.
    """
    git, reference = Git(root), f"refs/heads/{branch}"
    if git.ask("check-ref-format", "--branch", branch).status or branch.startswith("-") or branch == "HEAD":
        raise ConfigError(f"{branch!r} is no name of a branch", hint="write --branch gh-pages")
    if folder := _checked_out(git, reference):
        raise OutputRefused(
            f"the branch {branch} is checked out in {folder}, whose files would no longer fit it",
            hint=f"publish with --to {folder}, or {ELSEWHERE}",
        )
    here = git.commit(reference)
    if remote:
        return Base(here, _newer(git, branch, here, _fetched(git, remote, reference)))
    return Base(here, here or _tracked(git, branch))


def _checked_out(git: Git, reference: str) -> str:
    folder = ""
    for line in git.text("worktree", "list", "--porcelain").splitlines():
        folder = line.removeprefix("worktree ") if line.startswith("worktree ") else folder
        if line == f"branch {reference}":
            return folder
    return ""


def _fetched(git: Git, remote: str, reference: str) -> str:
    """Return the commit that a remote's branch is at, fetched; a shallow clone stays shallow and gets that commit alone."""
    listed = git.text("ls-remote", "--heads", "--", remote, reference, patience=PATIENCE)
    commit = next((line.split("\t")[0] for line in listed.splitlines() if line.endswith(f"\t{reference}")), "")
    if commit and not git.commit(commit):
        shallow = git.text("rev-parse", "--is-shallow-repository") == "true"
        git.output("fetch", "--quiet", "--no-tags", *(("--depth=1",) if shallow else ()), "--", remote, reference, patience=PATIENCE)
    return commit


def _newer(git: Git, branch: str, here: str, there: str) -> str:
    if not here or not there or here == there:
        return there or here
    if git.ask("merge-base", "--is-ancestor", here, there).status == 0:
        return there
    if git.ask("merge-base", "--is-ancestor", there, here).status == 0:
        return here
    raise OutputRefused(
        f"the branch {branch} went two ways: {here[:7]} here, {there[:7]} at the remote",
        hint=f"to publish on top of what the remote has: git branch -f {branch} {there[:12]}",
    )


def _tracked(git: Git, branch: str) -> str:
    """Return the commit of the only remote branch of this name that a clone knows, that of `origin` first."""
    listed = git.text("for-each-ref", "--format=%(refname) %(objectname)", f"refs/remotes/*/{branch}").splitlines()
    known = dict(line.rsplit(" ", 1) for line in listed)
    return known.get(f"refs/remotes/origin/{branch}") or (next(iter(known.values())) if len(known) == 1 else "")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What publishing on a branch does: its base, the files afterwards, and the changes."""

    base: Base
    entries: Mapping[str, Blob]
    changes: Changes


def prepare(
    root: Path, branch: str, base: Base, site: Path, manifest: SiteManifest, *, store: bool, version: Version | None = None,
    words: Phrases = ENGLISH,
) -> Prepared:  # fmt: skip
    """Merge a built site with the files of a branch, by the rule of what publishing may remove; as a ``version``, in its folder.

    Raises:
        ConfigError: a version cannot have its name.
        OutputRefused: the branch has files of others and no site, or the site of another lesson; or it can have no versions.
        MachineError: a file cannot be read, or Git fails.
    """
    git = Git(root)
    there = git.tree(base.commit) if base.commit else {}
    known = _manifest_in(git, there)
    _check(f"the branch {branch}", there, known, manifest.identity)
    names = (*manifest.files, MANIFEST)
    new = dict(zip(names, git.files((site / name for name in names), store=store), strict=True))
    if version is None:
        result = _merged(git, there, known, new)
        return Prepared(base, result.files, result.changes)
    check_name(version.name, manifest)
    check_free(f"the branch {branch}", known, manifest)
    prefix = f"{version.name}/"
    within = {path.removeprefix(prefix): blob for path, blob in there.items() if path.startswith(prefix)}
    copied = _manifest_in(git, within)
    _check(f"{version.name} on the branch {branch}", {version.name: there[version.name]} if version.name in there else within, copied,
           manifest.identity)  # fmt: skip
    result = _merged(git, within, copied, new)
    entries = {path: blob for path, blob in there.items() if not path.startswith(prefix)}
    entries |= {prefix + path: blob for path, blob in result.files.items()}
    for name in (LIST, PAGE):
        if any(path.startswith(f"{name}/") for path in there) or (name in there and there[name].mode not in (FILE, EXECUTABLE)):
            raise not_a_file(name)
    data, page = (_content(git, there.get(name)) for name in (LIST, PAGE))
    listed = read_list(data, page)
    if result.changes or not listed.has(version.name):
        versions = with_version(listed, version, lambda name: f"{name}/{MANIFEST}" in entries)
        title = manifest.identity.title if manifest.identity else ""
        entries |= {name: git.file(made, store=store) for name, made in list_files(title, versions, words).items()}
    return Prepared(base, entries, changes_of(there, entries, result.changes.within(version.name).kept))


def _manifest_in(git: Git, there: Mapping[str, Blob]) -> SiteManifest | None:
    content = _content(git, there.get(MANIFEST))
    return None if content is None else manifest_from(content)


def _content(git: Git, blob: Blob | None) -> bytes | None:
    """Return a file's bytes, None where there is no regular file."""
    return git.contents([blob])[blob.name] if blob and blob.mode in (FILE, EXECUTABLE) else None


def _merged(git: Git, there: Mapping[str, Blob], known: SiteManifest | None, new: Mapping[str, Blob]) -> Merging[Blob]:
    listed = {path: blob for path, blob in there.items() if known and path in known.files and blob.mode in (FILE, EXECUTABLE)}
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in git.contents(listed.values()).items()}
    return merged(there, known, new, lambda blob: digests.get(blob.name, "") if blob.mode in (FILE, EXECUTABLE) else "")


def _check(place: str, there: Mapping[str, Blob], known: SiteManifest | None, identity: Identity | None) -> None:
    if known is None:
        refuse_unknown(place, {path.partition("/")[0] for path in there}, ELSEWHERE)
    elif known.identity is not None and identity is not None and not known.identity.same_lesson(identity):
        raise other_lesson(place, known, ELSEWHERE)


def commit(root: Path, branch: str, prepared: Prepared, source: Source, remote: str = "") -> str:
    """Make the commit, push it if there is a remote, move the branch, and return the commit's name.

    Raises:
        MachineError: Git fails, the remote refuses, or the branch has moved meanwhile; the branch is where it was then.
    """
    with files.temporary_folder(files.scratch_folder(root), "index.") as folder:
        git = Git(root, folder / "index")
        entries = dict(prepared.entries)
        if NO_JEKYLL not in entries:
            entries[NO_JEKYLL] = git.file(b"", store=True)
        tree = git.stored_tree(entries)
    git = Git(root)
    parents = ("-p", prepared.base.commit) if prepared.base.commit else ()
    made = git.ask("commit-tree", tree, *parents, "-F", "-", given=_message(source).encode())
    if made.status:
        said = next((line for line in made.errors.splitlines() if line.startswith("fatal:")), "git commit-tree failed")
        hint = 'say who publishes: git config user.name "Name"; git config user.email name@example.org'
        raise MachineError(said.removeprefix("fatal: "), hint=hint)
    name = made.output.decode().strip()
    if remote:
        git.output("push", "--quiet", "--", remote, f"{name}:refs/heads/{branch}", patience=PATIENCE)
    moved = git.ask("update-ref", "-m", "lesson publish", f"refs/heads/{branch}", name, prepared.base.here)
    if moved.status:
        raise MachineError(f"the branch {branch} has moved meanwhile; nothing was published here", hint="publish again")
    return name


def _message(source: Source) -> str:
    said = f"Files differed from that commit when the site was built.\n\n{MODIFIED}: yes\n" if source.modified else ""
    return f"Publish the site of {source.commit[:7]}\n\n{said}{TRAILER}: {source.commit}\n"
