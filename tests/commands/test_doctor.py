"""``lesson doctor``: what it reports about a lesson on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from site_builder.commands.main import group
from site_builder.environments import diagnosis, machine, r
from site_builder.environments.base import Gpu
from site_builder.environments.diagnosis import Finding, State
from site_builder.environments.pixi_errors import Concern, Explanation
from site_builder.environments.workspace import freshness
from site_builder.operations import doctor

LESSON = {"config.yaml": "title: L\n", "episodes/a.md": "---\ntitle: A\n---\n\nText.\n"}
MANIFEST = '[workspace]\nplatforms = ["linux-64"]\n'
ENVIRONMENT = """  {name}:
    channels:
    - url: https://conda.example.org/conda-forge/
    packages:
      {platform}:
{rows}
"""


def lock(**environments: tuple[str, list[str]]) -> str:
    """Return a lock with environments: platform and package addresses."""
    text = "version: 6\nenvironments:\n"
    for name, (platform, rows) in environments.items():
        text += ENVIRONMENT.format(name=name, platform=platform, rows="\n".join(f"      - {row}" for row in rows))
    text += "packages:\n"
    for row in dict.fromkeys(row for _, rows in environments.values() for row in rows):
        text += f"- {row}\n" + (f"  sha256: {'a1' * 32}\n" if row.startswith("conda") else "  name: tinylib\n  version: '1.0'\n")
    return text


PYTHON = "conda: https://conda.example.org/conda-forge/noarch/python-3.13.1-b_0.conda"
CUDA = "conda: https://conda.example.org/conda-forge/noarch/cuda-version-13.0-b_0.conda"
WHEEL = "pypi: https://files.example/tinylib-1.0-py3-none-any.whl"


@pytest.fixture(autouse=True)
def good_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine itself has its own tests: here it is good, and has neither Pixi nor a GPU."""
    monkeypatch.setattr(doctor, "machine_findings", lambda folder: (Finding("Machine", State.OK, str(folder)),))
    monkeypatch.setattr(doctor.shutil, "which", lambda name: None)
    monkeypatch.setattr(machine, "gpu", lambda: None)
    monkeypatch.setattr(r, "installation", lambda: None)


def call(path: Path, *options: str, code: int = 0) -> Result:
    result = CliRunner().invoke(group, ["doctor", str(path), *options], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def findings(path: Path, code: int = 0) -> dict[str, dict[str, Any]]:
    data = json.loads(call(path, "--json", code=code).stdout)
    assert data["usable"] is (code == 0)
    return {item["name"]: item for item in data["findings"]}


def test_a_lesson_without_environments_is_fine(make_lesson) -> None:
    found = findings(make_lesson(LESSON))
    assert found["Lesson"]["message"].startswith("1 episode in ")
    assert (found["Lock"]["state"], found["Lock"]["hint"]) == ("absent", "run `pixi init` to pin what they import")


def test_languages_that_need_a_kernel_are_looked_for(make_lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "---\ntitle: A\n---\n\n```{r}\n1\n```\n\n```{python}\n1\n```\n"
    root = make_lesson({**LESSON, "episodes/a.md": text})
    monkeypatch.setattr(doctor, "has_kernel", lambda language, packages, shared: False)
    assert findings(root)["Kernel r"]["state"] == "absent"
    monkeypatch.setattr(doctor, "has_kernel", lambda language, packages, shared: True)
    assert findings(root)["Kernel r"]["state"] == "ok"
    assert "Kernel python" not in findings(root)


R_MARKDOWN = "---\ntitle: A\n---\n\n```{r}\nlibrary(dplyr)\n```\n"


def library(folder: Path, **versions: str) -> r.Installation:
    for name, version in versions.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "DESCRIPTION").write_text(f"Package: {name}\nVersion: {version}\n")
    return r.Installation("/usr/bin/Rscript", "4.3.1", (folder,))


def test_r_markdown_needs_packages_and_no_kernel(make_lesson, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/a.Rmd": R_MARKDOWN})
    found = findings(root)
    assert "Kernel r" not in found
    assert found["R packages"]["message"] == "this machine's R lacks knitr, dplyr"
    assert "`pixi add r-knitr r-dplyr`" in found["R packages"]["hint"] and "r-cran-dplyr" in found["R packages"]["hint"]
    there = library(tmp_path / "library", knitr="1.42", dplyr="1.1")
    monkeypatch.setattr(r, "installation", lambda: there)
    assert findings(root)["R packages"]["state"] == "ok"


def test_packages_of_renv_that_are_missing_are_named_with_every_way_to_get_them(
    make_lesson, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    packages = {"dplyr": {"Source": "Repository"}, "sf": {"Source": "Repository"}, "DESeq2": {"Source": "Bioconductor"}}
    root = make_lesson({
        "config.yaml": "title: L\n", "episodes/a.Rmd": R_MARKDOWN,
        "renv.lock": json.dumps({"R": {"Version": "4.3.1"}, "Packages": packages}),
    })  # fmt: skip
    there = library(tmp_path / "library", knitr="1.42", dplyr="1.1")
    monkeypatch.setattr(r, "installation", lambda: there)
    found = findings(root)["renv.lock"]
    assert found["message"] == "3 packages for R 4.3.1, of which this machine's R lacks sf, DESeq2"
    assert found["hint"] == (
        "install them: `pixi add r-sf bioconductor-deseq2`; on Debian `apt install r-cran-sf r-bioc-deseq2`; "
        'in R `renv::restore(lockfile = "renv.lock")`'
    )
    library(tmp_path / "library", sf="1", DESeq2="1")
    assert findings(root)["renv.lock"]["state"] == "ok"
    (root / "renv.lock").write_text("{")
    assert "it is no JSON" in findings(root)["renv.lock"]["message"]
    (root / "episodes/a.Rmd").write_text("---\ntitle: A\n---\n\n```{python}\n1\n```\n")
    assert "renv.lock" not in findings(root) and "R packages" not in findings(root)


def test_the_r_of_the_machine_and_its_knitr(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert (diagnosis.own_r().state, diagnosis.knitr().state) == (State.ABSENT, State.ABSENT)
    there = library(tmp_path / "library", knitr="1.41.9")
    monkeypatch.setattr(r, "installation", lambda: there)
    assert diagnosis.own_r().message == f"4.3.1 at /usr/bin/Rscript; packages in {tmp_path / 'library'}"
    assert diagnosis.knitr().message == "1.41.9 is too old to run R Markdown: 1.42 or newer is needed"
    library(tmp_path / "library", knitr="1.42")
    assert (diagnosis.knitr().state, diagnosis.knitr().message) == (State.OK, "1.42")


def test_lines_for_people_hold_the_hint_below(make_lesson) -> None:
    lines = call(make_lesson(LESSON)).output.splitlines()
    assert lines[0].startswith("ok       Machine  /")
    assert lines[-2:] == [
        "absent   Lock     the lesson has no pixi.toml: cells run in this Python",
        "                  -> run `pixi init` to pin what they import",
    ]


def test_no_lesson(tmp_path: Path) -> None:
    assert "no lesson found" in findings(tmp_path, code=3)["Lesson"]["message"]
    assert findings(tmp_path / "nowhere", code=3)["Machine"]["message"] == "."


def test_a_lesson_that_cannot_be_read(make_lesson) -> None:
    assert "config.yaml" in findings(make_lesson({**LESSON, "config.yaml": "title: [\n"}), code=3)["Lesson"]["message"]


def test_a_lesson_with_errors(make_lesson) -> None:
    found = findings(make_lesson({**LESSON, "config.yaml": "title: L\nepisodes: [gone.md]\n"}), code=3)["Lesson"]
    assert (found["state"], found["hint"]) == ("problem", "`lesson check` lists everything")


def test_a_missing_lock(make_lesson) -> None:
    assert findings(make_lesson({**LESSON, "pixi.toml": MANIFEST}), code=3)["Lock"]["hint"] == "run `pixi lock` and commit the lock"


def test_a_broken_lock(make_lesson) -> None:
    assert "cannot be read" in findings(make_lesson({**LESSON, "pixi.toml": MANIFEST, "pixi.lock": "x"}), code=3)["Lock"]["message"]


def test_a_stale_lock_is_told_with_its_reasons(make_lesson) -> None:
    manifest = MANIFEST + "[dependencies]\n" + "".join(f'p{number} = "*"\n' for number in range(7))
    root = make_lesson({**LESSON, "pixi.toml": manifest, "pixi.lock": lock(default=("linux-64", [PYTHON]))})
    message = findings(root, code=3)["Lock"]["message"]
    assert message.startswith("environment `default` on linux-64: p0 is not locked; ")
    assert message.endswith("p4 is not locked and 2 more")


NONE = ", neither ipykernel nor knitr among them, so that it runs no cells"


def test_each_environment_is_told_where_its_cells_run(make_lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    here = machine.subdir()
    manifest = MANIFEST + "[environments]\ncuda = []\nelsewhere = []\nweb = []\n"
    text = lock(default=(here, [PYTHON]), cuda=(here, [PYTHON, CUDA]), elsewhere=("linux-ppc64le", [PYTHON]), web=(here, [PYTHON, WHEEL]))
    root = make_lesson({**LESSON, "pixi.toml": manifest, "pixi.lock": text})
    found = findings(root)
    assert found["Lock"]["message"] == "pixi.lock matches pixi.toml as far as can be checked without Pixi"
    assert {name: (item["state"], item["message"]) for name, item in found.items() if name.startswith("Environment")} == {
        "Environment cuda": ("absent", "it needs an NVIDIA GPU with its driver"),
        "Environment default": ("absent", f"1 packages locked for {here}{NONE}, not installed: cells run in this Python"),
        "Environment elsewhere": ("absent", f"environment `elsewhere` is not locked for {here}"),
        "Environment web": (
            "absent",
            f"2 packages locked for {here}{NONE}, not installed: cells run in this Python",
        ),
    }  # fmt: skip
    assert found["Environment default"]["hint"] == "run `lesson environment install default`, or install Pixi"
    monkeypatch.setattr(machine, "gpu", lambda: Gpu("NVIDIA T", "1"))
    monkeypatch.setattr("site_builder.environments.providers.rattler.RattlerProvider.installed", lambda self, name: True)
    assert "installed in " in findings(root)["Environment cuda"]["message"]


def test_a_lock_without_a_manifest_still_has_environments(make_lesson) -> None:
    found = findings(make_lesson({**LESSON, "pixi.lock": lock(default=(machine.subdir(), [PYTHON]))}))
    assert (found["Lock"]["state"], "no pixi.toml to compare" in found["Lock"]["message"]) == ("absent", True)
    assert "not installed" in found["Environment default"]["message"]


def test_with_pixi_it_is_asked(make_lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "which", lambda name: "/bin/pixi")
    monkeypatch.setattr(freshness, "objection_of_pixi", lambda program, manifest: None)
    root = make_lesson({**LESSON, "pixi.toml": "a = {\n}\n", "pixi.lock": lock(default=(machine.subdir(), [PYTHON]))})
    found = findings(root)
    assert found["Lock"]["message"] == "pixi.lock matches pixi.toml (checked by Pixi)"
    assert "Pixi installs them" in found["Environment default"]["message"]


def test_a_manifest_that_only_pixi_reads_is_a_problem_without_it(make_lesson) -> None:
    root = make_lesson({**LESSON, "pixi.toml": "a = {\n}\n", "pixi.lock": lock(default=(machine.subdir(), [PYTHON]))})
    assert "install Pixi" in findings(root, code=3)["Lock"]["hint"]


def test_the_site_engine_that_the_lesson_asks_for_is_looked_for(make_lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Site engine" not in findings(make_lesson(LESSON))
    unknown = findings(make_lesson({"config.yaml": "title: L\nengine: zensicle\n"}), 3)["Site engine"]
    assert (unknown["state"], unknown["hint"]) == ("problem", "did you mean 'zensical'?")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    missing = findings(make_lesson({"config.yaml": "title: L\nengine: zensical\n"}), 3)["Site engine"]
    assert "lesson-site-builder[zensical]" in missing["hint"]


def test_what_pixi_objects_to_stands_at_its_place_with_its_own_hint(make_lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Explanation("'nmae' was not expected here", "did you mean 'name'?", Concern.MANIFEST, 3, 1)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: "/bin/pixi")
    monkeypatch.setattr(freshness, "objection_of_pixi", lambda program, manifest: told)
    root = make_lesson({**LESSON, "pixi.toml": "a = 1\n", "pixi.lock": lock(default=(machine.subdir(), [PYTHON]))})
    found = findings(root, code=3)["Lock"]
    assert (found["message"], found["hint"]) == ("pixi.toml:3:1: 'nmae' was not expected here", "did you mean 'name'?")


def test_a_lock_that_pixi_cannot_compare_without_a_network_is_no_problem(make_lesson, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Explanation("packages are missing and Pixi is in offline mode", "run it with a network", Concern.NETWORK)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: "/bin/pixi")
    monkeypatch.setattr(freshness, "objection_of_pixi", lambda program, manifest: told)
    root = make_lesson({**LESSON, "pixi.toml": "a = 1\n", "pixi.lock": lock(default=(machine.subdir(), [PYTHON]))})
    found = findings(root)["Lock"]
    assert (found["state"], "was not compared with pixi.toml" in found["message"]) == ("absent", True)
