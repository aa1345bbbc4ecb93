"""The facts of a release. Each has one place; one that is not decided yet is empty, and nothing is invented for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import site_builder

DISTRIBUTION = "lesson-site-builder"
"""The name under which pip, uv and Pixi install the command ``lesson``: `name` in ``pyproject.toml``."""

ADDRESS_LABEL = "Repository"
"""The label in ``[project.urls]`` of ``pyproject.toml`` that holds the repository's address."""

COMMIT = Path(__file__).with_name("commit.txt")
"""The commit that a release was built from. The release workflow writes it; a checkout has no such file."""

HOST = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?")
"""The address of a repository on GitHub: where files have addresses that are known, and workflows can be called."""

DIGEST = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Release:
    """The repository's address without a trailing slash, and the 40 hexadecimal digits of a release's commit; empty where unknown."""

    address: str = ""
    commit: str = ""


def this_release() -> Release:
    """Return the facts of the running builder, from its installed metadata."""
    return Release(_address(), _commit(COMMIT))


def document_address(release: Release, page: str) -> str:
    """Return the address of a file of the repository on its host, in the running version; empty where the repository has no address."""
    if not HOST.fullmatch(release.address):
        return ""
    version = release.commit or f"v{site_builder.__version__}"
    return f"{release.address.removesuffix('.git')}/blob/{version}/{page}"


def _address() -> str:
    import importlib.metadata  # imports the e-mail parser

    try:
        entries = importlib.metadata.metadata(DISTRIBUTION).get_all("Project-URL") or []
    except importlib.metadata.PackageNotFoundError:  # run from a checkout, as in the locked environments
        return ""
    pairs = (entry.partition(", ") for entry in entries)
    return next((url.strip().rstrip("/") for label, _, url in pairs if label == ADDRESS_LABEL), "")


def _commit(path: Path) -> str:
    text = path.read_text(encoding="ascii").strip() if path.is_file() else ""
    return text if DIGEST.fullmatch(text) else ""


def install_commands(specifiers: str) -> str:
    """Return, on one line, how pip, uv and Pixi install a version of the builder; specifiers as in ``>=1,<2`` (PEP 440)."""
    wanted = f'"{DISTRIBUTION}{specifiers.replace(" ", "")}"'
    return f"pip: `python -m pip install {wanted}`; uv: `uvx --from {wanted} lesson build`; Pixi: `pixi global install {wanted}`"
