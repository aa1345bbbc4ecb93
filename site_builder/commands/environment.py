"""``lesson environment``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from site_builder.commands.completion import environment_names
from site_builder.commands.console import Console
from site_builder.commands.documents.environments import (
    ChangeEntry,
    EnvironmentDiffDocument,
    EnvironmentExportDocument,
    EnvironmentInstallDocument,
    EnvironmentShowDocument,
    InstalledEntry,
    PackageEntry,
)
from site_builder.commands.options import folder_option, guarded
from site_builder.commands.progress import InstallationProgress
from site_builder.commands.shared import Choice, CommandGroup, json_option, lesson_option, shared_options
from site_builder.environments.installation.integrity import Damage
from site_builder.environments.workspace import exports
from site_builder.environments.workspace.artifacts import Artifact
from site_builder.operations import environments
from site_builder.pipeline.model import shared_environments

DIGITS = 12
"""Hexadecimal digits of a digest in a table; JSON and exports have the full digest."""


@click.group("environment", cls=CommandGroup)
@shared_options
def command() -> None:
    """Install, show, export and compare the locked environments of a lesson."""


platform_option = click.option("--platform", help="A platform such as linux-64 (default: this machine's).")


@command.command("install", short_help="Install locked environments without Pixi.")
@click.argument("names", nargs=-1, required=True, shell_complete=environment_names)
@click.option("--verify", is_flag=True, help="Compare the files of what is installed with its packages, by size, and repair it.")
@click.option("--digests", is_flag=True, help="With --verify, compare every file's SHA-256 too (slow).")
@lesson_option
@folder_option
@json_option(EnvironmentInstallDocument)
@guarded
def install(console: Console, names: tuple[str, ...], verify: bool, digests: bool, path: Path, environments_folder: Path | None) -> None:
    """Install the environments NAMES of the lesson's pixi.lock into .lesson/envs, for machines without Pixi; every digest is checked."""
    folder = environments_folder or shared_environments()
    stale = environments.stale(path)
    for difference in stale:
        console.tell(f"warning: pixi.lock does not match the manifest: {difference}")
    with InstallationProgress(quiet=console.quiet) as progress:
        done = [(name, *environments.install(path, name, progress, folder)) for name in names]
        wanted = names if verify or digests else ()
        repaired = {name: environments.restore(path, name, progress, digests=digests, folder=folder) for name in wanted}
    console.data(EnvironmentInstallDocument(
        tuple(InstalledEntry(name, str(prefix), changed, _repairs(repaired.get(name))) for name, prefix, changed in done), stale
    ))  # fmt: skip
    for name, prefix, changed in done:
        console.result(f"{name} {'installed' if changed else 'already installed'}: {prefix}")
        for damage in repaired.get(name, ()):
            console.result(f"  repaired: {damage}")
        if name in repaired and not repaired[name]:
            console.result(f"  every file has the {'digest' if digests else 'size'} of its package")


@command.command("show", short_help="List the packages of an environment.")
@click.argument("name", default="default", shell_complete=environment_names)
@lesson_option
@platform_option
@json_option(EnvironmentShowDocument)
@guarded
def show(console: Console, name: str, path: Path, platform: str | None) -> None:
    """List the locked packages of the environment NAME (default: default) with version, build and digest; install nothing."""
    solution, _ = environments.solution(path, name, platform)
    packages = solution.packages
    rows = tuple(_row(item) for item in solution.artifacts)
    console.data(EnvironmentShowDocument(packages.environment, packages.platform, solution.demands, packages.digest, rows))
    width = max((len(item.package.name) for item in solution.artifacts), default=0)
    for item in solution.artifacts:
        package = item.package
        digest = package.digest[:DIGITS] or "no digest"
        console.result(f"{package.name:<{width}}  {package.version:<16} {package.build or 'pypi':<28} {digest}")
    count = len(solution.artifacts)
    console.result(f"{count} package{'' if count == 1 else 's'} on {packages.platform}, digest {packages.digest}")


@command.command("export", short_help="Write an environment in another tool's format.")
@click.argument("name", default="default", shell_complete=environment_names)
@click.option("--format", "kind", type=Choice(["explicit", "conda", "cyclonedx"]), default="explicit", show_default=True,
              help="conda's list of locked URLs, its environment.yml (what the manifest asks for), or a CycloneDX bill.")  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file (default: standard output).")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@lesson_option
@platform_option
@json_option(EnvironmentExportDocument)
@guarded
def export(console: Console, name: str, kind: str, output: Path | None, force: bool, path: Path, platform: str | None) -> None:
    """Write the environment NAME (default: default) in the format of another tool."""
    if kind == "conda":
        text = environments.requested(path, name, platform)
    else:
        solution, title = environments.solution(path, name, platform)
        bill = json.dumps(exports.cyclonedx(solution, title), indent=1, ensure_ascii=False) + "\n" if kind == "cyclonedx" else ""
        text = bill or exports.explicit(solution)
    console.data(EnvironmentExportDocument(name, kind, str(output) if output else None, text))
    if output is None:
        console.result(text.rstrip("\n"))
    else:
        environments.write(path, output, text, force=force)
        console.tell(f"wrote {output}")


@command.command("diff", short_help="Show which episodes run again because the lock changed.")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path), required=False)
@lesson_option
@click.option("--platform", help="Only this platform, such as linux-64 (default: all that are locked).")
@json_option(EnvironmentDiffDocument)
@guarded
def diff(console: Console, old: Path, new: Path | None, path: Path, platform: str | None) -> None:
    """Show which episodes run again when the lock OLD becomes NEW (default: the lesson's pixi.lock), and because of which packages."""
    changes = environments.compare(path, old, new, platform)
    again = sorted({episode for change in changes for episode in change.episodes})
    rows = (ChangeEntry(change.environment, change.platform, change.changes, change.episodes) for change in changes)
    console.data(EnvironmentDiffDocument(tuple(again), tuple(rows)))
    for change in changes:
        users = ", ".join(change.episodes) or "no episode"
        console.result(f"{change.environment} on {change.platform}: {', '.join(change.changes)} ({users})")
    count = f"{len(again)} episode{'' if len(again) == 1 else 's'}"
    console.result(f"{count} will run again: {', '.join(again)}" if again else "no episode will run again")


def _repairs(damages: tuple[Damage, ...] | None) -> tuple[str, ...] | None:
    return None if damages is None else tuple(map(str, damages))


def _row(item: Artifact) -> PackageEntry:
    package = item.package
    return PackageEntry(
        package.name, package.version, package.build, item.kind, item.address, package.digest, item.md5, item.size, item.license,
        item.depends,
    )  # fmt: skip
