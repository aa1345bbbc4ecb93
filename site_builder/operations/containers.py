"""Files that build an image of one of a lesson's locked environments."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePath, PurePosixPath

from site_builder import files
from site_builder.containers.apptainer import definition
from site_builder.containers.dockerfile import dockerfile, dockerignore
from site_builder.containers.model import BASE_IMAGE, PIXI_IMAGE, Image
from site_builder.environments.workspace.artifacts import Solution, read_solution
from site_builder.environments.workspace.manifest import read_manifest
from site_builder.errors import ConfigError
from site_builder.lesson.discover import discover
from site_builder.lesson.root import find_root
from site_builder.publish.targets import file_target, write_file

PLATFORM = "linux-64"
"""The default platform of images."""


def image(path: Path, environment: str, platform: str = PLATFORM, pixi_image: str = PIXI_IMAGE, base_image: str = BASE_IMAGE) -> Image:
    """Describe the image of an environment of a lesson.

    Raises:
        ConfigError: the lesson has no manifest or lock, the platform is no Linux, or a package is a local folder that the image would lack.
        EnvironmentUnavailable: the lock has no such environment or platform.
    """
    lesson = discover(find_root(path))[0]
    manifest, lock = lesson.manifest_file, lesson.lock_file
    if manifest is None or lock is None:
        raise ConfigError("an image needs the lesson's pixi.toml and pixi.lock", hint="run `pixi init` and `pixi lock` in the lesson")
    if not platform.startswith("linux-"):
        raise ConfigError(f"images are for Linux, not {platform}", hint="choose a platform such as linux-64")
    solution = read_solution(lock, environment, platform)
    _refuse_folders(solution)
    digest = hashlib.sha256(files.read_bytes(lock)).hexdigest()
    title = lesson.settings.title or lesson.root.name
    found = Image(
        title,
        environment,
        platform,
        solution.packages.digest,
        digest,
        _cuda(solution),
        (manifest.name, lock.name, *_scripts(manifest, environment, platform)),
    )
    return replace(found, pixi_image=pixi_image, base_image=base_image)


def root(path: Path) -> Path:
    """Return the folder of the lesson's manifest, in which images are built.

    Raises:
        ConfigError: there is no lesson.
    """
    lesson = discover(find_root(path))[0]
    return lesson.manifest_file.parent if lesson.manifest_file else lesson.root


def docker_files(described: Image, target: Path, folder: Path) -> Mapping[Path, str]:
    """Return the Dockerfile and the ignore file of its context (BuildKit reads ``NAME.dockerignore``); it is built in ``folder``."""
    text = dockerfile(described, _from(folder, target))
    return {target: text, target.with_name(f"{target.name}.dockerignore"): dockerignore(described)}


def apptainer_files(described: Image, target: Path, folder: Path) -> Mapping[Path, str]:
    """Return the definition file, which is built in ``folder``."""
    return {target: definition(described, _from(folder, target))}


def _from(folder: Path, target: Path) -> str:
    """Return how a file is named in the folder in which the image is built: the commands in it can be copied as they are."""
    try:
        return PurePath(os.path.relpath(target, folder)).as_posix()
    except ValueError:  # on another drive
        return str(target)


def write(made: Mapping[Path, str], path: Path, *, force: bool = False) -> tuple[tuple[Path, bool], ...]:
    """Write all these files, or none if one may not be replaced; return each with whether it changed.

    Raises:
        ConfigError: there is no lesson.
        OutputRefused: a file was made by somebody else.
        MachineError: a file cannot be written.
    """
    lesson = find_root(path)
    for file, text in made.items():
        file_target(file, lesson, text.encode(), force=force)
    return tuple((file, write_file(file, lesson, text.encode(), force=force)) for file, text in made.items())


def _cuda(solution: Solution) -> str:
    return next((demand.split("=")[1] for demand in solution.demands if demand.startswith("__cuda=")), "")


def _scripts(manifest: Path, environment: str, platform: str) -> tuple[str, ...]:
    """The manifest's activation scripts, relative to its folder."""
    scripts = read_manifest(manifest).scripts(environment, platform)
    for name in scripts:
        if files.safe_join(manifest.parent, name) is None:
            raise ConfigError(f"the activation script {name} is outside the folder of {manifest.name}", hint="copy it into that folder")
    return tuple(PurePosixPath(name).as_posix() for name in scripts)


def _refuse_folders(solution: Solution) -> None:
    local = [item.package.name for item in solution.artifacts if "://" not in item.address and not item.address.startswith("git+")]
    if local:
        message = f"environment `{solution.packages.environment}` has packages that are local folders: {', '.join(local)}"
        raise ConfigError(message, hint="publish them, or write the Dockerfile or definition by hand and copy them into the image")
