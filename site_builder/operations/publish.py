"""Build the lesson's site and publish it: to a folder, or on a branch."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
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
from site_builder.publish.foreign import OWN_NAMES, Kept
from site_builder.publish.manifest import MANIFEST, Identity, SiteManifest, digests, is_whole, read_manifest
from site_builder.publish.merging import Changes, merged
from site_builder.publish.targets import check_site, mark_site, remember
from site_builder.publish.versions import (
    LIST,
    PAGE,
    Listed,
    Version,
    check_free,
    check_name,
    list_files,
    not_a_file,
    read_list,
    with_version,
)
from site_builder.weave.translations import phrases_for

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


def publish_to_folder(
    path: Path, target: Path, options: Options, tell: OnProgress, *, version: Version | None = None, dry_run: bool = False
) -> Published:
    """Publish the site of the lesson at ``path`` in a folder, in one step; what is not the builder's stays.

    As a ``version`` it is published in its folder below, beside the newest site, and added to the list of versions.

    Raises:
        ConfigError: a version cannot have its name.
        OutputRefused: the folder holds something else, or can have no versions.
        SiteBuilderError: what building raises.
    """
    root, place = find_root(path), files.real_path(target)
    settings = read_settings(root)[0]
    identity = Identity(settings.title, settings.source, settings.url)
    check_site(place, root, identity)  # before anything is built
    built = build(path, None, options, tell)
    manifest = _manifest(built.site)
    if version:
        check_name(version.name, manifest)
        check_free(str(target), read_manifest(place), manifest)
    site = place / version.name if version else place
    if site == built.site:
        return Published(built, Changes())
    with files.build_lock(root / WORK / "lock"):
        moved = () if dry_run else recover(site)
        check_site(site, root, identity)
        listed = _listed(place) if version else Listed()  # refuses before anything is written
        before = read_manifest(site)
        there = _files(site) if before else {}
        new = {**manifest.files, MANIFEST: files.digest_of(built.site / MANIFEST)}
        changes = merged(there, before, new, lambda digest: digest).changes
        if changes and not dry_run:
            moved += _exchange(built.site, site, root, new)
        if version and not dry_run and (changes or not listed.has(version.name)):
            versions = with_version(listed, version, lambda name: files.is_file(place / name / MANIFEST))
            for name, content in list_files(settings.title, versions, phrases_for(settings.lang)).items():
                files.write_bytes(place / name, content)
    if version:
        changes = changes.within(version.name)
    return Published(built, changes, kept=kept_problems(place if version else site, changes.kept if dry_run else moved))


def _exchange(built: Path, site: Path, root: Path, names: Iterable[str]) -> tuple[Kept, ...]:
    with workplace(site) as beside:
        for name in names:
            files.place_copy(built / name, beside / TREE / name)
        mark_site(beside / TREE, site, root)
        moved = publish(beside / TREE, site)
    if not site.is_relative_to(root):
        remember(root, site / MANIFEST)
    return moved


def _listed(place: Path) -> Listed:
    """Return the list of versions in a folder."""
    for name in (LIST, PAGE):
        if os.path.lexists(place / name) and ((place / name).is_symlink() or not files.is_file(place / name)):
            raise not_a_file(name)
    data, page = (files.read_bytes(place / name) if files.is_file(place / name) else None for name in (LIST, PAGE))
    return read_list(data, page)


def _files(site: Path) -> dict[str, str]:
    """Return the digests of a site's files by path, without the note of which lesson made it."""
    found = {**digests(site), MANIFEST: files.digest_of(site / MANIFEST)}
    return {name: digest for name, digest in found.items() if name not in OWN_NAMES or name == MANIFEST}


def publish_on_branch(
    path: Path,
    branch: str,
    options: Options,
    tell: OnProgress,
    *,
    remote: str = "",
    dirty: bool = False,
    version: Version | None = None,
    dry_run: bool = False,
) -> Published:
    """Publish the site of the lesson at ``path`` as one commit on top of a branch, and push it to ``remote`` if one is named.

    A ``version`` is published as `publish_to_folder` does.

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
    settings = read_settings(root)[0]
    version = replace(version, commit=source.commit) if version else None
    words = phrases_for(settings.lang)
    prepared = branches.prepare(root, branch, base, built.site, manifest, store=not dry_run, version=version, words=words)
    kept = kept_problems(Path(branch), prepared.changes.kept)
    if dry_run or not prepared.changes:
        return Published(built, prepared.changes, kept=kept)
    return Published(built, prepared.changes, branches.commit(root, branch, prepared, source, remote), kept)


def _manifest(site: Path) -> SiteManifest:
    manifest = read_manifest(site)
    if manifest is None or not is_whole(site, manifest):
        raise MachineError(f"{site} does not match its manifest", hint="build it again: lesson build --force")
    return manifest
