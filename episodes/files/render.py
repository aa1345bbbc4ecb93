"""Fill the templates of a project, `*.j2`, for its environments.

    python render.py [--folder FOLDER]

writes `Dockerfile.default`, `Dockerfile.cuda`, `apptainer.default.def` and `apptainer.cuda.def` next to the templates. It needs Jinja2:
`pixi exec --spec python --spec jinja2 python render.py` brings it for the one call.
"""

import argparse
from pathlib import Path

from jinja2 import Environment, StrictUndefined

BASES = {
    "installer": "ghcr.io/prefix-dev/pixi:0.77.0",
    "base": "debian:12-slim",
}
ENVIRONMENTS = {
    "default": {"device": "cpu", "cuda": ""},
    "cuda": {"device": "cuda", "cuda": "12"},
}
"""What differs: the device that is trained on, and the CUDA version that the machines' driver supports, empty without one."""


def fill(template: str, environment: str) -> str:
    """Return a template filled for one environment; a name that nobody has set is an error."""
    engine = Environment(undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 (a recipe is not HTML)
    return engine.from_string(template).render(BASES | ENVIRONMENTS[environment] | {"environment": environment})


def render(template: Path, environment: str) -> str:
    """Return the template in a file, filled for one environment."""
    return fill(template.read_text(encoding="utf-8"), environment)


def main() -> None:
    """Write one file for each template and environment."""
    parser = argparse.ArgumentParser(description="Fill the templates of a project for its environments.")
    parser.add_argument("--folder", type=Path, default=Path(), help="where the templates are; without it, here")
    folder = parser.parse_args().folder
    for template in sorted(folder.glob("*.j2")):
        stem, ending = Path(template.stem).stem, Path(template.stem).suffix
        for environment in ENVIRONMENTS:
            target = folder / f"{stem}.{environment}{ending}"
            target.write_text(render(template, environment), encoding="utf-8")
            print(target)


if __name__ == "__main__":
    main()
