"""What `lesson check` reports about a lesson."""

from __future__ import annotations

import json

import pytest

from site_builder.environments import r
from site_builder.operations import check
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson


def test_a_head_that_cannot_be_read_is_told_once_and_not_as_missing_title_and_minutes(make_lesson: MakeLesson) -> None:
    root = make_lesson({
        "config.yaml": "title: L\nepisodes: [one.md, two.md]\n",
        "index.md": "Hello.\n",
        "episodes/one.md": "---\ntitle: A: B\n---\n\n::: questions\n- Q?\n:::\n\n::: objectives\n- O\n:::\n",
        "episodes/two.md": "---\nteaching: 1\n---\n\n::: questions\n- Q?\n:::\n\n::: objectives\n- O\n:::\n",
    })  # fmt: skip
    found = {(str(problem.location.path), problem.code) for problem in check.check(root, Options("host")).problems}
    assert {code for path, code in found if path == "episodes/one.md"} == {"LS103"}
    assert {code for path, code in found if path == "episodes/two.md"} == {"LS603", "LS605"}


def test_packages_of_renv_that_r_lacks_are_named_once_and_not_those_that_were_named_already(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = {"dplyr": {"Source": "Repository"}, "sf": {"Source": "Repository"}, "xfun": {"Source": "Repository"}}
    root = make_lesson({
        "config.yaml": "title: L\n",
        "index.md": "Hello.\n",
        "episodes/one.Rmd": "---\ntitle: A\n---\n\n```{r}\nlibrary(sf)\n```\n",
        "episodes/two.Rmd": "---\ntitle: B\n---\n\n```{r}\n1\n```\n",
        "renv.lock": json.dumps({"Packages": packages}, indent=1),
    })  # fmt: skip
    monkeypatch.setattr(r, "missing_packages", lambda names: tuple(name for name in names if name in ("sf", "dplyr")))
    found = [problem for problem in check.check(root, Options("host")).problems if problem.code in ("LS027", "LS028")]
    assert [(problem.code, str(problem.location)) for problem in found] == [("LS027", "episodes/one.Rmd:1"), ("LS028", "renv.lock:3")]
    assert "lacks sf" in found[0].message
    assert found[1].message == "1 of 3 packages are not there: dplyr"
    assert "r-dplyr" in found[1].hint and "r-cran-dplyr" in found[1].hint and "renv::restore" in found[1].hint
    assert "pip" not in found[1].hint
    (root / "renv.lock").write_text("{")
    (broken,) = [problem for problem in check.check(root, Options("host")).problems if problem.code == "LS028"]
    assert "it is no JSON" in broken.message
