"""Locked environments in other tools' formats."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry, Resource

from site_builder.environments.base import Package, PackageSet
from site_builder.environments.workspace.artifacts import Artifact, Solution, read_solution
from site_builder.environments.workspace.exports import cyclonedx, explicit, in_order, purl
from site_builder.environments.workspace.lock import read_lock
from site_builder.errors import ConfigError, EnvironmentUnavailable

ROOT = Path(__file__).parents[2]
CIRCLES = ("pip", "python", "setuptools", "wheel", "python_abi")
"""Packages that need one another, one way or the other."""

FORGE = "https://conda.example.org/conda-forge"
NUMPY = Artifact(
    Package("numpy", "2.5.0", "py313_0", "a1" * 32), f"{FORGE}/linux-64/numpy-2.5.0-py313_0.conda", "b2" * 16, 9, "BSD-3-Clause",
    ("python >=3.13,<3.14.0a0", "libc-like", "python_abi 3.13.* *_cp313"), "linux-64",
)  # fmt: skip
PYTHON = Artifact(Package("python", "3.13.1", "b_0", "c3" * 32), f"{FORGE}/linux-64/python-3.13.1-b_0.tar.bz2", subdir="linux-64")
WHEEL = Artifact(
    Package("tiny-lib", "1.0+local"), "https://files.example/tiny_lib-1.0+local-py3-none-any.whl", depends=("numpy>=2 ; extra == 'x'",)
)


def solution(*artifacts: Artifact) -> Solution:
    return Solution(PackageSet("ml", "linux-64", tuple(item.package for item in artifacts)), ("__glibc=2.28",), artifacts)


def test_the_list_for_conda_names_each_file_with_the_digest_that_conda_checks() -> None:
    assert explicit(solution(NUMPY, PYTHON)).splitlines() == [
        "# environment: ml",
        "# platform: linux-64",
        "@EXPLICIT",
        f"{FORGE}/linux-64/python-3.13.1-b_0.tar.bz2",
        f"{FORGE}/linux-64/numpy-2.5.0-py313_0.conda#{'b2' * 16}",
    ]


def test_every_package_comes_after_those_that_it_needs_and_a_circle_ends() -> None:
    def made(name: str, *depends: str) -> Artifact:
        return Artifact(Package(name, "1", "0"), f"{FORGE}/noarch/{name}-1-0.conda", depends=depends)

    given = (made("a", "z >=1", "__glibc"), made("b", "c"), made("c", "d"), made("d", "b 1"), made("z", "m[version='>=1']"), made("m"))
    assert [item.package.name for item in in_order(given)] == ["m", "z", "a", "d", "c", "b"]
    chain = tuple(made(f"p{number}", f"p{number + 1}") for number in range(3000))
    assert in_order(chain)[0].package.name == "p2999"


def test_this_lessons_environments_are_listed_in_order() -> None:
    seen: set[str] = set()
    found = read_solution(ROOT / "pixi.lock", "default", "linux-64").artifacts
    names = {item.package.name for item in found}
    for item in in_order(found):
        needs = {need.split()[0] for need in item.depends} & names - {item.package.name}
        assert needs <= seen or item.package.name in CIRCLES
        seen.add(item.package.name)
    assert seen == names


def test_py_rattler_reads_the_list() -> None:
    from rattler.explicit_environment import ExplicitEnvironmentSpec

    read = ExplicitEnvironmentSpec.from_str(explicit(solution(NUMPY, PYTHON)))
    assert (str(read.platform), len(read.packages)) == ("linux-64", 2)


def test_a_list_for_conda_cannot_hold_packages_of_the_index() -> None:
    with pytest.raises(ConfigError, match="Python Package Index: tiny-lib"):
        explicit(solution(NUMPY, WHEEL))


def test_package_addresses() -> None:
    assert purl(NUMPY) == "pkg:conda/numpy@2.5.0?build=py313_0&channel=conda-forge&subdir=linux-64&type=conda"
    assert purl(PYTHON).endswith("&type=tar.bz2")
    assert purl(WHEEL) == "pkg:pypi/tiny-lib@1.0%2Blocal"


def test_package_addresses_are_read_by_the_reference_library() -> None:
    packageurl = pytest.importorskip("packageurl")
    for item in (NUMPY, PYTHON, WHEEL):
        assert packageurl.PackageURL.from_string(purl(item)).to_string() == purl(item)


def test_the_same_packages_give_the_same_bill() -> None:
    bill = cyclonedx(solution(NUMPY, PYTHON, WHEEL), "Lesson")
    assert bill == cyclonedx(solution(NUMPY, PYTHON, WHEEL), "Lesson")
    other = cyclonedx(solution(replace(NUMPY, package=replace(NUMPY.package, build="py313_1")), PYTHON, WHEEL), "Lesson")
    assert other["serialNumber"] != bill["serialNumber"]


def test_the_bill_says_what_each_package_is_and_needs() -> None:
    bill = cyclonedx(solution(NUMPY, PYTHON, WHEEL), "Lesson")
    numpy = bill["components"][0]
    assert numpy["hashes"] == [{"alg": "SHA-256", "content": "a1" * 32}, {"alg": "MD5", "content": "b2" * 16}]
    assert numpy["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    assert "licenses" not in bill["components"][1]
    needs = {row["ref"]: row["dependsOn"] for row in bill["dependencies"]}
    assert needs[purl(NUMPY)] == [purl(PYTHON)]
    assert needs[purl(WHEEL)] == [purl(NUMPY)]
    assert len(needs["Lesson/ml"]) == 3
    names = {row["name"]: row["value"] for row in bill["metadata"]["component"]["properties"]}
    assert names["pixi:packages-digest"] == solution(NUMPY, PYTHON, WHEEL).packages.digest
    assert names["pixi:virtual-package"] == "__glibc=2.28"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("mit", {"license": {"id": "MIT"}}),
        ("GPL-2.0-or-later OR Artistic-1.0-Perl", {"expression": "GPL-2.0-or-later OR Artistic-1.0-Perl"}),
        ("Apache-2.0 WITH LLVM-exception", {"expression": "Apache-2.0 WITH LLVM-exception"}),
        ("LicenseRef-Public-Domain", {"expression": "LicenseRef-Public-Domain"}),
        ("BSD 3-Clause", {"license": {"name": "BSD 3-Clause"}}),
        ("proprietary: ask us", {"license": {"name": "proprietary: ask us"}}),
    ],
)
def test_licences_are_spdx_expressions_where_they_can_be(written: str, found: dict[str, Any], validator: Any) -> None:
    bill = cyclonedx(solution(replace(NUMPY, license=written)), "Lesson")
    assert bill["components"][0]["licenses"] == [found]
    validator.validate(bill)


WRITTEN = """version: 6
environments:
  default:
    channels:
    - url: https://c.example/conda-forge/
    packages:
      linux-64:
      - conda: https://c.example/conda-forge/noarch/font-3.000-0.conda
      - conda: https://c.example/conda-forge/noarch/code-2.038-0.tar.bz2
      - pypi: https://files.example/certs-2026.1.4-py3-none-any.whl
packages:
- conda: https://c.example/conda-forge/noarch/font-3.000-0.conda
  sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
- conda: https://c.example/conda-forge/noarch/code-2.038-0.tar.bz2
  sha256: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
- pypi: https://files.example/certs-2026.1.4-py3-none-any.whl
  name: certs
  version: 2026.01.04
  sha256: cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc
  requires_dist:
  - other>=1
  requires_python: '>=3.7'
"""


def test_versions_are_those_that_the_lock_has_written(tmp_path: Path) -> None:
    lock = tmp_path / "pixi.lock"
    lock.write_text(WRITTEN)
    found = read_solution(lock, "default", "linux-64")
    assert [(item.package.name, item.package.version) for item in found.artifacts] == [
        ("certs", "2026.01.04"), ("code", "2.038"), ("font", "3.000"),
    ]  # fmt: skip
    assert read_lock(lock).sets[0] == found.packages, "and so are the digests by which environments are compared"
    assert [purl(item).partition("?")[0] for item in found.artifacts] == [
        "pkg:pypi/certs@2026.01.04", "pkg:conda/code@2.038", "pkg:conda/font@3.000",
    ]  # fmt: skip
    assert {row["version"] for row in cyclonedx(found, "L")["components"]} == {"2026.01.04", "2.038", "3.000"}
    lock.write_text(WRITTEN.replace("version: 2026.01.04", "version: 2026.1.4"))
    assert read_lock(lock).sets[0].digest != found.packages.digest


@pytest.fixture(scope="module")
def validator() -> Any:
    """The official schema of CycloneDX 1.6, from its Python library."""
    found = importlib.util.find_spec("cyclonedx")
    if found is None or not found.submodule_search_locations:
        pytest.skip("cyclonedx-python-lib is not installed")
    folder = Path(found.submodule_search_locations[0]) / "schema" / "_res"
    schemas = {name: json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text()) for name in ("bom-1.6", "spdx", "jsf-0.82")}
    known = {schema["$id"]: schema for schema in schemas.values()}
    known |= {f"{schemas['bom-1.6']['$id'].rpartition('/')[0]}/{name}.SNAPSHOT.schema.json": schema for name, schema in schemas.items()}
    registry: Any = Registry().with_resources([(name, Resource.from_contents(schema)) for name, schema in known.items()])
    return jsonschema.Draft7Validator(schemas["bom-1.6"], registry=registry)


def test_the_bill_is_valid(validator: Any) -> None:
    validator.validate(cyclonedx(solution(NUMPY, PYTHON, WHEEL), "Lesson"))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(cyclonedx(solution(NUMPY), "Lesson") | {"serialNumber": "1"})


@pytest.mark.parametrize("environment", ["default", "cuda"])
def test_the_bill_of_this_lessons_environments_is_valid(validator: Any, environment: str) -> None:
    found = read_solution(ROOT / "pixi.lock", environment, "linux-64")
    bill = cyclonedx(found, "Lesson")
    validator.validate(bill)
    assert all(item["hashes"][0]["alg"] == "SHA-256" for item in bill["components"])
    if environment == "cuda":
        assert "__cuda=12" in found.demands


def test_what_is_not_locked_is_told_with_what_is() -> None:
    with pytest.raises(EnvironmentUnavailable, match="not locked for plan9-mips") as caught:
        read_solution(ROOT / "pixi.lock", "cuda", "plan9-mips")
    assert caught.value.hint == "locked for: linux-64, win-64"
    with pytest.raises(EnvironmentUnavailable, match="no environment `cud`") as caught:
        read_solution(ROOT / "pixi.lock", "cud", "linux-64")
    assert caught.value.hint == "did you mean 'cuda'?"


def test_rows_of_every_kind_are_read(tmp_path: Path) -> None:
    (tmp_path / "pixi.lock").write_text(
        "version: 6\nenvironments:\n  default:\n    channels:\n    - url: https://c.example/\n    packages:\n      linux-64:\n"
        "      - conda: https://c.example/noarch/tiny-1-0.conda\n      - pypi: ./mine\n"
        "packages:\n- conda: https://c.example/noarch/tiny-1-0.conda\n- pypi: ./mine\n  name: mine\n  version: '2'\n"
        "  requires_dist:\n  - tiny>=1\n"
    )
    mine, tiny = read_solution(tmp_path / "pixi.lock", "default", "linux-64").artifacts
    assert (mine.kind, mine.address, mine.md5, mine.depends) == ("pypi", "./mine", "", ("tiny>=1",))
    assert (tiny.kind, tiny.md5, tiny.size, tiny.license, tiny.subdir) == ("conda", "", 0, "", "noarch")
