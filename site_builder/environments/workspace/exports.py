"""A locked environment in the formats of other tools: conda's list of URLs, and a CycloneDX bill of materials."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import site_builder
from site_builder.environments.workspace.artifacts import Artifact, Solution
from site_builder.errors import ConfigError

NAMESPACE = uuid.UUID("5b3ad9a4-6c55-5d0b-9f0e-1f6f3f0c6c11")
"""Namespace of serial numbers: equal packages give an equal bill of materials."""


def explicit(solution: Solution) -> str:
    """Return the list that ``conda create --file`` and its relatives install unchanged: one URL a line, its MD5 after ``#``.

    Packages come after those that they need, because some installers link line by line.

    MD5 is the digest that all of them check; the bill of materials has the lock's SHA-256.

    Raises:
        ConfigError: there are packages from the Python Package Index, which such a list cannot contain.
    """
    refused = [item.package.name for item in solution.artifacts if item.kind == "pypi"]
    if refused:
        message = f"environment `{solution.packages.environment}` has packages from the Python Package Index: {', '.join(refused)}"
        raise ConfigError(message, hint="conda's list cannot contain them; use --format cyclonedx")
    head = [f"# environment: {solution.packages.environment}", f"# platform: {solution.packages.platform}", "@EXPLICIT"]
    rows = [f"{item.address}#{item.md5}" if item.md5 else item.address for item in in_order(solution.artifacts)]
    return "\n".join([*head, *rows, ""])


def in_order(artifacts: Sequence[Artifact]) -> tuple[Artifact, ...]:
    """Return packages in the order of their dependencies, by name where nothing decides; a circle is broken at its first name."""
    by_name = {item.package.name.lower(): item for item in artifacts}
    done: dict[str, Artifact] = {}
    entered: set[str] = set()
    for first in sorted(by_name):
        stack = [(first, False)]
        while stack:  # not recursive: chains of dependencies can be long
            name, whole = stack.pop()
            if whole:
                done[name] = by_name[name]
            elif name not in entered:
                entered.add(name)
                stack.append((name, True))
                stack += [(need, False) for need in sorted(_names(by_name[name]), reverse=True) if need in by_name]
    return tuple(done.values())


def cyclonedx(solution: Solution, lesson: str) -> dict[str, Any]:
    """Return a CycloneDX 1.6 bill of materials (https://cyclonedx.org/docs/1.6/json/); the same packages give the same bill."""
    packages = solution.packages
    references = {item.package.name: purl(item) for item in solution.artifacts}
    root = f"{lesson}/{packages.environment}"
    facts = [("environment", packages.environment), ("platform", packages.platform), ("packages-digest", packages.digest)]
    facts += [("virtual-package", item) for item in solution.demands]
    described = {"name": root, "properties": [{"name": f"pixi:{name}", "value": value} for name, value in facts]}
    tool = {"type": "application", "name": "lesson-site-builder", "version": site_builder.__version__}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, f'{root} {packages.platform} {packages.digest}')}",
        "version": 1,
        "metadata": {"tools": {"components": [tool]}, "component": {"type": "application", "bom-ref": root, **described}},
        "components": [_component(item) for item in solution.artifacts],
        "dependencies": [
            {"ref": root, "dependsOn": sorted(references.values())},
            *({"ref": purl(item), "dependsOn": _needs(item, references)} for item in solution.artifacts),
        ],
    }


def purl(item: Artifact) -> str:
    """Return the package URL (https://github.com/package-url/purl-spec, types conda and pypi)."""
    name, version = quote(item.package.name, safe=""), quote(item.package.version, safe=".")
    if item.kind == "pypi":
        return f"pkg:pypi/{name}@{version}"
    channel = item.address.rpartition("/")[0].rpartition("/")[0].rpartition("/")[2]
    kind = "conda" if item.address.endswith(".conda") else "tar.bz2"
    facts = {"build": item.package.build, "channel": channel, "subdir": item.subdir, "type": kind}
    return f"pkg:conda/{name}@{version}?" + "&".join(f"{key}={quote(value, safe='')}" for key, value in facts.items() if value)


def _component(item: Artifact) -> dict[str, Any]:
    digests = [("SHA-256", item.package.digest), ("MD5", item.md5)]
    found: dict[str, Any] = {
        "type": "library", "bom-ref": purl(item), "name": item.package.name, "version": item.package.version, "purl": purl(item),
        "hashes": [{"alg": name, "content": digest} for name, digest in digests if digest],
        "externalReferences": [{"type": "distribution", "url": quote(item.address, safe="/:%#?&=+~@!$'(),;*-._")}],
    }  # fmt: skip
    if item.license:
        found["licenses"] = [_licence(item.license)]
    return found


def _licence(words: str) -> dict[str, Any]:
    """Return a licence as CycloneDX has it: by its SPDX id, as an SPDX expression, or else by whatever name the lock has.

    Source: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/.
    """
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        expression = canonicalize_license_expression(words)
    except InvalidLicenseExpression:
        return {"license": {"name": words}}
    plain = " " not in expression and not expression.startswith("LicenseRef-") and not expression.endswith("+")
    return {"license": {"id": str(expression)}} if plain else {"expression": str(expression)}


def _needs(item: Artifact, references: Mapping[str, str]) -> Sequence[str]:
    return sorted({references[name] for name in _names(item) if name in references})


def _names(item: Artifact) -> set[str]:
    """Return the names of the packages that one depends on."""
    return {re.split(r"[\s<>=!~;\[(]", need, maxsplit=1)[0].lower() for need in item.depends}
