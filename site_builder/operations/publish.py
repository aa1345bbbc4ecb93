"""Build the lesson's site and publish it: to a folder, or on a branch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from site_builder import files
from site_builder.errors import MachineError
from site_builder.lesson.config import read_settings
from site_builder.lesson.root import WORK, find_root
from site_builder.pipeline.build import build, kept_problems
from site_builder.pipeline.model import Built, OnProgress, Options
from site_builder.problems import Problem
from site_builder.publish import branch as branches
from site_builder.publish.exchange import publish, recover, workplace
from site_builder.publish.foreign import OWN_NAMES
from site_builder.publish.manifest import MANIFEST, Identity, SiteManifest, digests, is_whole, read_manifest
from site_builder.publish.merging import Changes, merged
from site_builder.publish.targets import check_site, mark_site, remember

TREE = "tree"


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did, or would do: the build, the changes, and the commit (empty for a folder, and where nothing changed).

    ``kept`` warns of files that could not keep their names.
    """

    built: Built
    changes: Changes
    commit: str = ""
    kept: tuple[Problem, ...] = ()


def publish_to_folder(path: Path, target: Path, options: Options, tell: OnProgress, *, dry_run: bool = False) -> Published:
    """Publish the site of the lesson at ``path`` in a folder, in one step; what is not the builder's stays.

    Raises:
        OutputRefused: the folder holds something else.
        SiteBuilderError: what building raises.
    """
    root, site = find_root(path), files.real_path(target)
    settings = read_settings(root)[0]
    identity = Identity(settings.title, settings.source, settings.url)
    check_site(site, root, identity)  # before anything is built
    built = build(path, None, options, tell)
    manifest = _manifest(built.site)
    if site == built.site:
        return Published(built, Changes())
    with files.build_lock(root / WORK / "lock"):
        moved = () if dry_run else recover(site)
        check_site(site, root, identity)
        before = read_manifest(site)
        there = _files(site) if before else {}
        new = {**manifest.files, MANIFEST: files.digest_of(built.site / MANIFEST)}
        changes = merged(there, before, new, lambda digest: digest).changes
        if changes and not dry_run:
            with workplace(site) as beside:
                for name in new:
                    files.place_copy(built.site / name, beside / TREE / name)
                mark_site(beside / TREE, site, root)
                moved += publish(beside / TREE, site)
            if not site.is_relative_to(root):
                remember(root, site / MANIFEST)
    return Published(built, changes, kept=kept_problems(site, changes.kept if dry_run else moved))


def _files(site: Path) -> dict[str, str]:
    """Return the digests of a site's files by path, without the note of which lesson made it."""
    found = {**digests(site), MANIFEST: files.digest_of(site / MANIFEST)}
    return {name: digest for name, digest in found.items() if name not in OWN_NAMES or name == MANIFEST}


def publish_on_branch(
    path: Path, branch: str, options: Options, tell: OnProgress, *, remote: str = "", dirty: bool = False, dry_run: bool = False
) -> Published:
    """Publish the site of the lesson at ``path`` as one commit on top of a branch, and push it to ``remote`` if one is named.

    Raises:
        ConfigError: the lesson is in no Git repository, or has no commit; the branch has no such name.
        OutputRefused: the lesson differs from its commit; the branch is checked out, or holds something else.
        MachineError: Git fails, or the commit changed while the site was built; the branch is where it was then.
        SiteBuilderError: what building raises.
    """
    root = find_root(path)
    source = branches.source_of(root)
    if not dirty:
        branches.refuse_modified(source)
    base = branches.base_of(root, branch, remote)
    built = build(path, None, options, tell)
    if branches.source_of(root) != source:
        raise MachineError("the lesson changed while its site was built; nothing was published", hint="publish again")
    manifest = _manifest(built.site)
    prepared = branches.prepare(root, branch, base, built.site, manifest, store=not dry_run)
    kept = kept_problems(Path(branch), prepared.changes.kept)
    if dry_run or not prepared.changes:
        return Published(built, prepared.changes, kept=kept)
    return Published(built, prepared.changes, branches.commit(root, branch, prepared, source, remote), kept)


def _manifest(site: Path) -> SiteManifest:
    manifest = read_manifest(site)
    if manifest is None or not is_whole(site, manifest):
        raise MachineError(f"{site} does not match its manifest", hint="build it again: lesson build --force")
    return manifest
