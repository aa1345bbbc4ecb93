"""R's packages: what an environment lacks for a document, how to get it, and a digest that changes with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder import processes
from site_builder.environments import r
from site_builder.environments.base import Package, PackageSet
from site_builder.environments.providers import host
from tests.r import needs_knitr

LOCKED = PackageSet("default", "linux-64", (Package("r-knitr", "1.42"), Package("r-base", "4.3")))


def test_a_locked_environment_has_what_its_lock_names() -> None:
    assert r.lacking_packages(r.needed_for(["r", "bash"]), LOCKED, shared=False) == ()
    assert r.lacking_packages(r.needed_for(["r", "python", "julia"]), LOCKED, shared=False) == ("JuliaCall", "reticulate")
    assert r.lacking_packages(r.needed_for(["r", "python", "julia"], kernel=True), LOCKED, shared=False) == ("JuliaCall",)


def test_without_r_everything_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert r.lacking_packages(("knitr",), LOCKED, shared=True) == ("knitr",)
    assert r.library_digest() == ""


def test_every_way_to_install_is_named() -> None:
    assert r.installing(("knitr",)) == '`pixi add r-knitr`; on Debian `apt install r-cran-knitr`; in R `install.packages("knitr")`'
    assert 'install.packages(c("A", "b"))' in r.installing(("A", "b"))


def test_bioconductor_has_names_of_its_own_and_a_lock_file_its_own_way() -> None:
    said = r.installing(("sf", "DESeq2"), {"DESeq2": "Bioconductor"})
    assert "`pixi add r-sf bioconductor-deseq2`" in said and "r-cran-sf r-bioc-deseq2" in said
    assert said.endswith('in R `install.packages("sf"); BiocManager::install("DESeq2")`')
    assert r.installing(("sf",), {}, "renv.lock").endswith('in R `renv::restore(lockfile = "renv.lock")`')
    locked = PackageSet("default", "linux-64", (Package("bioconductor-deseq2", "1.4"),))
    assert r.lacking_packages(("DESeq2", "sf"), locked, shared=False) == ("sf",)


def test_of_the_user_s_own_renviron_only_libraries_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    text = "TOKEN=secret\nR_LIBS_USER = '~/a:${HOME}/b'\n# R_LIBS=/c\nR_LIBS_SITE=${OTHER}/d\n"
    (tmp_path / ".Renviron").write_text(text)
    assert r.variables({}) == {"R_LIBS_USER": f"{tmp_path}/a:{tmp_path}/b"}
    assert r.variables({"R_LIBS_USER": "/e"}) == {"R_LIBS_USER": "/e"}
    (tmp_path / "other").write_text("R_LIBS=/f\n")
    assert r.variables({"R_ENVIRON_USER": str(tmp_path / "other")})["R_LIBS"] == "/f"


@needs_knitr
@pytest.mark.world("r")
def test_the_library_that_the_check_sees_is_the_one_that_cells_see(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    monkeypatch.setenv("R_LIBS", str(tmp_path / "more"))
    found = r.installation()
    assert found is not None and found.libraries[0] == tmp_path / "more"
    cells = {**host.variables(), "HOME": str(tmp_path)}
    said = processes.run((found.program, "--no-init-file", "-e", "cat(.libPaths(), sep = '\\n')"), environment=cells).output
    assert [str(folder) for folder in found.libraries] == said.splitlines()
    assert r.installed_version("knitr")
    assert r.own_packages("default").packages == (Package("R", found.version),)


def test_the_personal_library_is_that_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert r.variables({}) == {"R_LIBS_USER": f"{tmp_path}/R/%p-library/%v"}
    assert r.variables({"R_LIBS": "/a", "R_LIBS_USER": "/b", "SECRET": "x"}) == {"R_LIBS": "/a", "R_LIBS_USER": "/b"}


def test_no_r_is_started_where_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(r, "installation", lambda: pytest.fail("R was started"))
    assert r.missing_packages(()) == ()
    assert r.lacking_packages((), PackageSet("default", "", ()), shared=True) == ()
