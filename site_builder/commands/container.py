"""``lesson container``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.commands.completion import environment_names
from site_builder.commands.console import Console
from site_builder.commands.documents.authoring import ContainerDocument, ContainerFileEntry
from site_builder.commands.options import guarded
from site_builder.commands.shared import json_option, lesson_option
from site_builder.containers.model import BASE_IMAGE, PIXI_IMAGE
from site_builder.operations import containers


@click.command("container")
@click.argument("name", default="default", shell_complete=environment_names)
@click.option("--docker", "kinds", flag_value="docker", multiple=True, help="Write a Dockerfile.")
@click.option("--apptainer", "kinds", flag_value="apptainer", multiple=True, help="Write an Apptainer definition.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Output file (default: Dockerfile.NAME or NAME.def in the lesson).",
)
@lesson_option
@click.option("--platform", default=containers.PLATFORM, show_default=True, help="The Linux platform of the image.")
@click.option("--pixi-image", default=PIXI_IMAGE, show_default=True, help="Image of the build stage; add a digest to pin it.")
@click.option("--base-image", default=BASE_IMAGE, show_default=True, help="Base image of the result; add a digest to pin it.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@json_option(ContainerDocument)
@guarded
def command(
    console: Console, name: str, kinds: tuple[str, ...], output: Path | None, path: Path, platform: str, pixi_image: str, base_image: str,
    force: bool,
) -> None:  # fmt: skip
    """Write the file that builds an image of the locked environment NAME (default: default)."""
    if len(kinds) != 1:
        raise click.UsageError("pass --docker or --apptainer")
    image = containers.image(path, name, platform, pixi_image, base_image)
    folder = containers.root(path)
    if kinds[0] == "docker":
        made = containers.docker_files(image, output or folder / f"Dockerfile.{name}", folder)
    else:
        made = containers.apptainer_files(image, output or folder / f"{name}.def", folder)
    written = containers.write(made, path, force=force)
    console.data(ContainerDocument(name, platform, tuple(ContainerFileEntry(str(file), changed) for file, changed in written)))
    for file, changed in written:
        console.result(f"{'wrote' if changed else 'unchanged'} {file}")
