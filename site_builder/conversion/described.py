"""What a lesson's own lists of packages ask for: ``environment.yml``, ``requirements.txt``, ``DESCRIPTION``. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from site_builder.conversion.manifest import NO_VERSION, Requirement
from site_builder.conversion.packages import PYPI, R_BASE, conda_of_pypi, conda_of_r, normalised
from site_builder.settings.yaml_reading import NotYaml, read_yaml

SPEC = re.compile(r"(?:[\w.-]+::)?(?P<name>[A-Za-z0-9_.-]+)(?:\[[^\]]*\])?\s*(?P<spec>[=<>!~ ].*)?$")
R_ASKED = re.compile(r"(?P<name>[A-Za-z][\w.]*)\s*(?:\(\s*(?P<spec>[<>=!]+\s*[\w.-]+)\s*\))?")
FIELDS = re.compile(r"^(?:Imports|Depends|Suggests):\s*(?P<value>(?:.|\n[ \t])*)", re.MULTILINE)


def of_environment(text: str, mapping: Mapping[str, str] | None = None) -> tuple[list[Requirement], list[str]]:
    """Return what a conda environment file asks for, and its channels; nothing of one that cannot be read."""
    try:
        value = read_yaml(text).value
    except NotYaml:
        return [], []
    read = value if isinstance(value, dict) else {}
    channels = [str(each) for each in read.get("channels") or () if str(each) not in ("defaults", "nodefaults")]
    found: list[Requirement] = []
    for each in read.get("dependencies") or ():
        if isinstance(each, dict):
            found += [requirement for line in each.get("pip") or () for requirement in _pip(str(line), "environment.yml, pip", mapping)]
        elif (match := SPEC.match(str(each).strip())) is not None:
            found.append(Requirement(match["name"].lower(), _spec(match["spec"]), "environment.yml"))
    return found, channels


def of_requirements(text: str, mapping: Mapping[str, str] | None = None) -> list[Requirement]:
    """Return what a requirements file of pip asks for, under the names of conda packages; what conda-forge does not have, by ``mapping``,
    comes from the Python Package Index.
    """
    return [requirement for line in text.splitlines() for requirement in _pip(line, "requirements.txt", mapping)]


def of_description(text: str) -> list[Requirement]:
    """Return what the ``DESCRIPTION`` of R asks for, with its versions: imports, dependencies and suggestions."""
    listed = [name for field in FIELDS.finditer(text) for name in field["value"].split(",")]
    asked = [(match["name"], match["spec"] or "") for name in listed if (match := R_ASKED.match(name.strip()))]
    return [
        Requirement("r-base" if name == "R" else conda_of_r(name), _spec(spec.replace("-", "_")), "DESCRIPTION")
        for name, spec in asked if name not in R_BASE and (name != "R" or spec)
    ]  # fmt: skip


def not_taken(text: str, name: str) -> list[str]:
    """Return what a requirements file, or the list for pip in a conda environment file, asks for and has no name of a package.

    Those are options, addresses and folders. Of an environment file that cannot be read, it is the file itself.
    """
    if name == "requirements.txt":
        lines = [re.split(r"\s#", line)[0].strip() for line in text.splitlines()]
    else:
        try:
            value = read_yaml(text).value
        except NotYaml:
            return [name]
        asked = value.get("dependencies") or () if isinstance(value, dict) else ()
        lines = [str(line).strip() for each in asked if isinstance(each, dict) for line in each.get("pip") or ()]
    return [line for line in lines if line and not line.startswith("#") and not [*_pip(line, "", None)]]


def _pip(line: str, reason: str, mapping: Mapping[str, str] | None) -> Iterator[Requirement]:
    plain = re.split(r"\s#|;", line)[0].strip()
    if plain and not plain.startswith(("#", "-", ".", "/")) and "://" not in plain and (match := SPEC.match(plain)):
        plain = normalised(match["name"])
        foreign = bool(mapping) and plain not in (mapping or {}) and plain not in PYPI
        yield Requirement(plain if foreign else conda_of_pypi(match["name"], mapping), _spec(match["spec"]), reason, pypi=foreign)


def _spec(written: str | None) -> str:
    """Return a version spec as Pixi has it: conda's ``=1.2=build`` and ``1.2`` become ``1.2.*``, spaces go."""
    spec = re.sub(r"\s+", "", written or "")
    if found := re.fullmatch(r"=([\w.]+)(?:=[\w.*]+)?", spec):
        return f"{found[1]}.*" if not found[1].endswith("*") else found[1]
    return spec or NO_VERSION
