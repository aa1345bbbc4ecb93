"""The environment that is proposed: names of conda packages, and what a lesson's own lists ask for."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from site_builder.conversion.described import not_taken, of_description, of_environment, of_requirements
from site_builder.conversion.manifest import Requirement, manifest
from site_builder.conversion.packages import CONDA, conda_of_pypi, conda_of_r, conda_package

RECORDS = Path(__file__).parents[2].parent / "shared" / "conda-records"


@pytest.mark.parametrize(
    ("module", "package"),
    [("cv2", "opencv"), ("sklearn", "scikit-learn"), ("PIL", "pillow"), ("yaml", "pyyaml"), ("bs4", "beautifulsoup4"), ("numpy", "numpy"),
     ("plotnine", "plotnine"), ("some_thing", "some-thing"), ("typing_extensions", "typing_extensions")],
)  # fmt: skip
def test_the_package_of_a_module(module: str, package: str) -> None:
    assert conda_package(module) == package


def test_names_that_are_known_to_be_on_conda_forge() -> None:
    """Most names of the table are among the records; those that are not are of packages that none of the lessons there locks."""
    zstandard = pytest.importorskip("zstandard")
    if not RECORDS.is_dir():
        pytest.skip("no records of conda packages here")
    names: set[str] = set()
    for subdir in ("linux-64", "noarch"):
        with (RECORDS / subdir / "repodata.json.zst").open("rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as stream:
            read = json.loads(stream.read())
        names |= {record["name"] for kind in ("packages", "packages.conda") for record in read.get(kind, {}).values()}
    found = {package for package in CONDA.values() if package in names}
    print("not among the records:", sorted({*CONDA.values()} - found))
    assert len(found) >= 0.7 * len({*CONDA.values()})


def test_other_names() -> None:
    assert conda_of_pypi("opencv-python") == "opencv"
    assert conda_of_pypi("Flask_Login") == "flask-login"
    assert (conda_of_r("ggplot2"), conda_of_r("Biobase", "Bioconductor")) == ("r-ggplot2", "bioconductor-biobase")


def test_an_environment_file() -> None:
    text = "channels: [conda-forge, defaults]\ndependencies:\n- python=3.12\n- conda-forge::numpy>=2 ,<3\n- pip:\n  - opencv-python==4.1\n  - -e .\n"
    found, channels = of_environment(text)
    assert channels == ["conda-forge"]
    assert [(each.name, each.spec) for each in found] == [("python", "3.12.*"), ("numpy", ">=2,<3"), ("opencv", "==4.1")]
    assert of_environment("a: [") == ([], [])
    assert of_environment("- 1") == ([], [])


def test_a_requirements_file() -> None:
    text = "# c\nnumpy\npandas[all]>=2 # why\n-r x.txt\ngit+https://e.org/x\nPyYAML ; python_version < '3'\n./here\n"
    assert [(each.name, each.spec) for each in of_requirements(text)] == [("numpy", "*"), ("pandas", ">=2"), ("pyyaml", "*")]
    assert not_taken(text, "requirements.txt") == ["-r x.txt", "git+https://e.org/x", "./here"]


def test_what_an_environment_file_has_no_name_for_is_told() -> None:
    assert not_taken("dependencies:\n- pip:\n  - a==1\n  - -e ./b\n", "environment.yml") == ["-e ./b"]
    assert not_taken("a: [", "environment.yml") == ["environment.yml"]
    assert not_taken("- 1", "environment.yml") == []


def test_a_description() -> None:
    text = "Package: x\nDepends: R (>= 4.1), stats\nImports:\n    dplyr (>= 1.0),\n    ggplot2\nLicense: MIT\n"
    found = [(each.name, each.spec) for each in of_description(text.replace("1.0)", "1.0-5)"))]
    assert found == [("r-base", ">=4.1"), ("r-dplyr", ">=1.0_5"), ("r-ggplot2", "*")]


def test_the_manifest_is_toml_and_the_lessons_own_version_counts() -> None:
    text = manifest('My "Lesson"', [Requirement("numpy", ">=2", "environment.yml"), Requirement("numpy"), Requirement("a.b", pypi=True)])
    read = tomllib.loads(text)
    assert read["workspace"]["name"] == "my-lesson"
    assert read["dependencies"] == {"numpy": ">=2"}
    assert read["pypi-dependencies"] == {"a.b": "*"}
