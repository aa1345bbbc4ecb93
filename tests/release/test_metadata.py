"""Metadata for package indexes: true, complete where the facts are known, and each fact from one place."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import site_builder
from site_builder.release.facts import ADDRESS_LABEL, DISTRIBUTION
from tests.conftest import checker

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED = [Requirement(text) for text in PROJECT["dependencies"]]
INDEX_PAGE = (ROOT / PROJECT["readme"]).read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)\s]+)\)")
RECIPE = ROOT / "recipe" / "recipe.yaml"
CONDA_NAMES = {"jupyter-client": "jupyter_client"}
"""Where conda-forge spells a name in another way than the Python package index."""


def test_name_version_and_address_come_from_one_place() -> None:
    assert PROJECT["name"] == DISTRIBUTION
    assert (PROJECT["dynamic"], "version" in PROJECT) == (["version"], False)
    assert PROJECT["scripts"] == {"lesson": "site_builder.commands.main:main"}
    assert set(PROJECT.get("urls", {})) <= {ADDRESS_LABEL, "Documentation", "Changelog", "Issues"}
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"] == site_builder.__version__


def test_no_address_is_made_up() -> None:
    """An undecided fact is left out, and the guide says where it goes."""
    assert all(address.startswith("https://") and "example" not in address for address in PROJECT.get("urls", {}).values())
    assert "[project.urls]" in CONTRIBUTING and ADDRESS_LABEL in CONTRIBUTING


def test_every_supported_python_has_its_classifier() -> None:
    versions = [line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)]
    assert versions == ["3.11", "3.12", "3.13", "3.14"]
    assert PROJECT["requires-python"] == f">={versions[0]}"


def test_links_of_the_page_on_the_index_lead_somewhere_from_there() -> None:
    links = LINK.findall(INDEX_PAGE)
    assert links
    assert [link for link in links if not link.startswith("https://")] == []


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/pinning.md"])
def test_links_of_the_repositorys_pages_lead_to_files(page: str) -> None:
    links = [link for link in LINK.findall((ROOT / page).read_text(encoding="utf-8")) if "://" not in link and not link.startswith("#")]
    assert links
    assert [link for link in links if not ((ROOT / page).parent / link.partition("#")[0]).exists()] == []


@pytest.mark.parametrize("page", [README, INDEX_PAGE], ids=["README", "index"])
def test_both_pages_begin_with_the_command_that_needs_no_clone(page: str) -> None:
    first = next(
        line.strip() for line in page.splitlines() if line.strip().startswith(("uvx", "pipx", "python -m pip", "pixi", "git clone"))
    )
    assert first.startswith(f"uvx --from {DISTRIBUTION} lesson build")


def test_the_readme_names_every_way_in_its_order() -> None:
    ways = [
        f"uvx --from {DISTRIBUTION}",
        f"pipx install {DISTRIBUTION}",
        f"pip install {DISTRIBUTION}",
        f"pixi global install {DISTRIBUTION}",
        "git clone",
    ]
    places = [README.find(way) for way in ways]
    assert -1 not in places and places == sorted(places)


def test_the_changelog_has_the_form_and_knows_the_version() -> None:
    headings = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    released = [re.fullmatch(r"\[(\d\S*)\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:]]
    assert None not in released
    versions = [Version(found[1]) for found in released if found]
    assert versions == sorted(versions, reverse=True)
    assert not versions or Version(site_builder.__version__) >= versions[0]
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE)) <= kinds


READING = """
import json, sys
from rattler_build import SingleOutputRecipe, Stage0Recipe
recipe = Stage0Recipe.from_file(sys.argv[1])
assert isinstance(recipe, SingleOutputRecipe)
print(json.dumps([variant.recipe.to_dict() for variant in recipe.render()]))
"""


def read_recipe(tools: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Let rattler-build's own library parse and render a recipe."""
    return subprocess.run([str(tools / "python"), "-c", READING, str(path)], capture_output=True, text=True, check=False)


@pytest.mark.world("release")
def test_the_recipe_is_read_by_the_tool_that_builds_it_and_says_what_pyproject_says(tools: Path) -> None:
    done = read_recipe(tools, RECIPE)
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert (found["package"], found["build"]["noarch"]) == ({"name": DISTRIBUTION, "version": site_builder.__version__}, "python")
    assert found["build"]["python"]["entry_points"] == [f"{name} = {target}" for name, target in PROJECT["scripts"].items()]
    names = {canonicalize_name(need.name): set(str(need.specifier).split(",")) for need in NEEDED}
    wanted = {CONDA_NAMES.get(name, name): specifiers for name, specifiers in names.items()} | {"python": {PROJECT["requires-python"]}}
    assert {
        name: set(specifier.split(",")) for name, _, specifier in (line.partition(" ") for line in found["requirements"]["run"])
    } == wanted


@pytest.mark.world("release")
@pytest.mark.parametrize(
    ("right", "wrong"), [("noarch: python", "noarch: snake"), ("requirements:", "requirement:"), ("  number: 0", "  number: x")]
)
def test_a_broken_recipe_is_not_read(tmp_path: Path, tools: Path, right: str, wrong: str) -> None:
    text = RECIPE.read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "recipe.yaml").write_text(text.replace(right, wrong), encoding="utf-8")
    assert read_recipe(tools, tmp_path / "recipe.yaml").returncode != 0


def test_the_package_says_that_it_is_typed() -> None:
    assert (ROOT / "site_builder" / "py.typed").is_file()
    assert "Typing :: Typed" in PROJECT["classifiers"]


def test_images_are_made_of_digests_and_of_the_pinned_file() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert bases and all(re.fullmatch(r"python:[\w.-]+@sha256:[0-9a-f]{64}", base) for base in bases)
    assert len(set(bases)) == 1
    for line in re.findall(r"pip install .*", text):
        assert "--no-deps" in line and ("--require-hashes" in line or "/tmp/*.whl" in line)
    allowed = (ROOT / "Containerfile.dockerignore").read_text(encoding="utf-8").split("*\n", 1)[1].replace("!", "").split()
    assert re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE) == [
        name for name in ("requirements/lesson.txt", "dist/*.whl") if name in allowed
    ]


def test_the_image_file_is_sound() -> None:
    done = subprocess.run([checker("hadolint"), str(ROOT / "Containerfile")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_map_of_the_code_names_what_is_there() -> None:
    rows = [row.split("|")[1:4] for row in CONTRIBUTING.splitlines() if row.startswith("| `site_builder/")]
    named = {name.strip("`/ ") for row in rows for name in re.findall(r"`[^`]+`", row[0])}
    folders = {f"site_builder/{path.parent.name}" for path in (ROOT / "site_builder").glob("*/__init__.py")}
    short = {name if name.startswith("site_builder/") else f"site_builder/{name}" for name in named}
    assert folders <= short
    assert [name for name in short if not (ROOT / name).exists()] == []
    for folder, _, first in rows:
        for file in re.findall(r"`([\w/]+\.py)`", first):
            assert (ROOT / folder.strip().split("`")[1] / file).is_file(), file
