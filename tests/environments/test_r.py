"""R's packages: what an environment lacks for a document, how to get it, and a digest that changes with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.environments import r
from site_builder.environments.base import Package, PackageSet

LOCKED = PackageSet("default", "linux-64", (Package("r-knitr", "1.42"), Package("r-base", "4.3")))


def test_a_locked_environment_has_what_its_lock_names() -> None:
    assert r.lacking_packages(r.needed_for(["r", "bash"]), LOCKED, shared=False) == ()
    assert r.lacking_packages(r.needed_for(["r", "python", "julia"]), LOCKED, shared=False) == ("JuliaCall", "reticulate")


def test_without_r_everything_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert r.lacking_packages(("knitr",), LOCKED, shared=True) == ("knitr",)
    assert r.library_digest() == ""


def test_every_way_to_install_is_named() -> None:
    assert r.installing(("knitr",)) == '`pixi add r-knitr`; on Debian `apt install r-cran-knitr`; in R `install.packages("knitr")`'
    assert 'install.packages(c("A", "b"))' in r.installing(("A", "b"))


def test_the_personal_library_is_that_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert r.variables({}) == {"R_LIBS_USER": f"{tmp_path}/R/%p-library/%v"}
    assert r.variables({"R_LIBS": "/a", "R_LIBS_USER": "/b", "SECRET": "x"}) == {"R_LIBS": "/a", "R_LIBS_USER": "/b"}
