"""How images in which cells run are named, in front matter as the name of an environment."""

from __future__ import annotations

DOCKER, APPTAINER = "docker", "apptainer"
ENGINES = (DOCKER, APPTAINER)
"""What runs images; also the provider that the records of their cells name."""

PREFIX = "docker:"
SUFFIX = ".sif"


def is_image(environment: str) -> bool:
    """Tell whether the name of an environment is that of an image; no environment of Pixi has a colon or a dot."""
    return environment.startswith(PREFIX) or environment.endswith(SUFFIX)


def fault(name: str) -> tuple[str, str] | None:
    """Return what is wrong with the name of an image, and a hint; None where nothing is."""
    if name.startswith("docker://"):
        known = name.removeprefix("docker://")
        return "Apptainer's addresses are not run", f"write `{PREFIX}{known}`, or a {SUFFIX} file that you built from it"
    if not is_image(name) or name in (PREFIX, SUFFIX) or any(character.isspace() for character in name):
        return (
            f"it is neither `{PREFIX}NAME` nor a {SUFFIX} file",
            f"write `{PREFIX}python:3.13`, or the path of a {SUFFIX} file from the lesson's folder",
        )
    return None
