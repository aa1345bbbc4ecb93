"""``lesson environment``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.options import folder_option, guarded
from site_builder.commands.progress import InstallationProgress
from site_builder.environments.workspace import exports
from site_builder.environments.workspace.artifacts import Artifact
from site_builder.operations import environments
from site_builder.operations.environments import Change
from site_builder.pipeline.model import shared_environments

DIGITS = 12
"""Hexadecimal digits of a digest in a table; JSON and exports have the full digest."""


@click.group("environment")
def command() -> None:
    """Install, show, export and compare the locked environments of a lesson."""


lesson_option = click.option("--lesson", "path", type=click.Path(path_type=Path), default=Path(), help="The lesson's folder.")
platform_option = click.option("--platform", help="A platform such as linux-64 (default: this machine's).")
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@command.command("install", short_help="Install locked environments without Pixi.")
@click.argument("names", nargs=-1, required=True)
@click.option("--verify", is_flag=True, help="Compare the files of what is installed with its packages, by size, and repair it.")
@click.option("--digests", is_flag=True, help="With --verify, compare every file's SHA-256 too (slow).")
@lesson_option
@folder_option
@guarded
def install(console: Console, names: tuple[str, ...], verify: bool, digests: bool, path: Path, environments_folder: Path | None) -> None:
    """Install the environments NAMES of the lesson's pixi.lock into .lesson/envs, for machines without Pixi; every digest is checked."""
    folder = environments_folder or shared_environments()
    for difference in environments.stale(path):
        console.tell(f"warning: pixi.lock does not match the manifest: {difference}")
    with InstallationProgress(quiet=console.quiet) as progress:
        done = [(name, *environments.install(path, name, progress, folder)) for name in names]
        wanted = names if verify or digests else ()
        repaired = {name: environments.restore(path, name, progress, digests=digests, folder=folder) for name in wanted}
    for name, prefix, changed in done:
        console.result(f"{name} {'installed' if changed else 'already installed'}: {prefix}")
        for damage in repaired.get(name, ()):
            console.result(f"  repaired: {damage}")
        if name in repaired and not repaired[name]:
            console.result(f"  every file has the {'digest' if digests else 'size'} of its package")


@command.command("show", short_help="List the packages of an environment.")
@click.argument("name", default="default")
@lesson_option
@platform_option
@json_option
@guarded
def show(console: Console, name: str, path: Path, platform: str | None, as_json: bool) -> None:
    """List the locked packages of the environment NAME (default: default) with version, build and digest; install nothing."""
    solution, _ = environments.solution(path, name, platform)
    packages = solution.packages
    if as_json:
        console.data({
            "environment": packages.environment, "platform": packages.platform, "virtual_packages": list(solution.demands),
            "digest": packages.digest, "packages": [_row(item) for item in solution.artifacts],
        })  # fmt: skip
        return
    width = max((len(item.package.name) for item in solution.artifacts), default=0)
    for item in solution.artifacts:
        package = item.package
        digest = package.digest[:DIGITS] or "no digest"
        console.result(f"{package.name:<{width}}  {package.version:<16} {package.build or 'pypi':<28} {digest}")
    count = len(solution.artifacts)
    console.result(f"{count} package{'' if count == 1 else 's'} on {packages.platform}, digest {packages.digest}")


@command.command("export", short_help="Write an environment in another tool's format.")
@click.argument("name", default="default")
@click.option("--format", "kind", type=click.Choice(["explicit", "conda", "cyclonedx"]), default="explicit", show_default=True,
              help="conda's list of locked URLs, its environment.yml (what the manifest asks for), or a CycloneDX bill.")  # fmt: skip
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file (default: standard output).")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@lesson_option
@platform_option
@guarded
def export(console: Console, name: str, kind: str, output: Path | None, force: bool, path: Path, platform: str | None) -> None:
    """Write the environment NAME (default: default) in the format of another tool."""
    if kind == "conda":
        text = environments.requested(path, name, platform)
    else:
        solution, title = environments.solution(path, name, platform)
        bill = json.dumps(exports.cyclonedx(solution, title), indent=1, ensure_ascii=False) + "\n" if kind == "cyclonedx" else ""
        text = bill or exports.explicit(solution)
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
@json_option
@guarded
def diff(console: Console, old: Path, new: Path | None, path: Path, platform: str | None, as_json: bool) -> None:
    """Show which episodes run again when the lock OLD becomes NEW (default: the lesson's pixi.lock), and because of which packages."""
    changes = environments.compare(path, old, new, platform)
    again = sorted({episode for change in changes for episode in change.episodes})
    if as_json:
        console.data({"episodes": again, "changes": [_change(change) for change in changes]})
        return
    for change in changes:
        users = ", ".join(change.episodes) or "no episode"
        console.result(f"{change.environment} on {change.platform}: {', '.join(change.changes)} ({users})")
    count = f"{len(again)} episode{'' if len(again) == 1 else 's'}"
    console.result(f"{count} will run again: {', '.join(again)}" if again else "no episode will run again")


def _row(item: Artifact) -> dict[str, object]:
    package = item.package
    return {
        "name": package.name, "version": package.version, "build": package.build, "kind": item.kind, "url": item.address,
        "sha256": package.digest, "md5": item.md5, "size": item.size, "license": item.license, "depends": list(item.depends),
    }  # fmt: skip


def _change(change: Change) -> dict[str, object]:
    return {
        "environment": change.environment, "platform": change.platform, "changes": list(change.changes), "episodes": list(change.episodes),
    }  # fmt: skip
