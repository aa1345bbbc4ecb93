"""Other languages run in whatever Jupyter kernel is installed for them: R through Debian's irkernel."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TypeGuard

import pytest

from site_builder.environments.base import PackageSet
from site_builder.environments.kernels import data_folders, has_kernel, kernel_command
from site_builder.environments.r import missing_packages
from site_builder.markdown.tree import Expression
from site_builder.records.model import Display, Output, Raised, Stream
from tests.execute.r_expressions import EXPRESSIONS
from tests.execute.test_episode import cell, outputs, run

R_KERNEL = has_kernel("r", PackageSet("default", "linux-64", ()), shared=True)
needs_r = pytest.mark.skipif(not R_KERNEL and not os.environ.get("LESSON_REQUIRE_R"), reason="no kernel for R (Debian: r-cran-irkernel)")


@needs_r
@pytest.mark.world("r")
def test_r_cells_share_a_session_and_give_text_figures_messages_and_errors(tmp_path: Path) -> None:
    result = run(
        tmp_path,
        cell("one", "x <- c(1, 2, 3)\nmean(x)", "r"),
        cell("two", "message('careful'); print(x)", "r"),
        cell("three", "plot(x)", "r"),
        cell("four", "stop('no')", "r", error=True),
        cell("five", "print(6 * 7)"),
        Expression("six", "r", "round(mean(x) / 3, 2)"),
    )
    assert result.failure is None
    shown = outputs(result)
    assert shown["one"] == (Display({"text/plain": "[1] 2"}),)
    message, printed = shown["two"]
    assert isinstance(message, Stream)
    assert (message.name, message.text.strip()) == ("stderr", "careful")
    assert printed == Stream("stdout", "[1] 1 2 3\n")
    assert any(isinstance(item, Display) and "image/png" in item.data for item in shown["three"])
    assert any(isinstance(item, Raised) and "no" in item.value for item in shown["four"])
    assert shown["five"] == (Stream("stdout", "42\n"),)
    assert shown["six"] == (Stream("stdout", "0.67"),)


def test_kernels_are_found_by_language_and_damaged_specifications_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "share/jupyter/kernels"
    for name, text in (("a", "not json"), ("b", '{"language": "R"}'), ("c", '{"language": "R", "argv": ["R", "{connection_file}"]}')):
        (folder / name).mkdir(parents=True)
        (folder / name / "kernel.json").write_text(text)
    folders = data_folders(tmp_path, shared=False)
    assert kernel_command("r", folders) == ("R", "{connection_file}")
    assert kernel_command("julia", folders) == ()


def test_a_locked_environment_has_the_kernels_of_its_packages() -> None:
    from site_builder.environments.base import Package

    packages = PackageSet("default", "linux-64", (Package("r-irkernel", "1.3"),))
    assert has_kernel("r", packages, shared=False)
    assert has_kernel("bash", PackageSet("default", "linux-64", ()), shared=False)
    assert not has_kernel("julia", packages, shared=False)


def test_r_packages_are_looked_for_in_r_s_libraries(tmp_path: Path) -> None:
    (tmp_path / "one/dplyr").mkdir(parents=True)
    (tmp_path / "one/dplyr/DESCRIPTION").write_text("Package: dplyr\n")
    assert missing_packages(("dplyr", "ggplot2"), (tmp_path / "none", tmp_path / "one")) == ("ggplot2",)
    assert missing_packages(("no.such.package.anywhere",)) == ("no.such.package.anywhere",)


@needs_r
@pytest.mark.world("r")
def test_r_cells_print_what_r_prints(tmp_path: Path) -> None:
    result = run(tmp_path, *(cell(f"c{number}", code, "r") for number, code in enumerate(EXPRESSIONS)))
    assert result.failure is None
    ours = [
        "".join(item.text if isinstance(item, Stream) else item.data["text/plain"] + "\n" for item in found if printed(item))
        for found in outputs(result).values()
    ]
    script = "options(keep.source = TRUE)\n" + "".join(f'cat("@{number}@\\n")\n{code}\n' for number, code in enumerate(EXPRESSIONS))
    (tmp_path / "all.R").write_text(script, encoding="utf-8")
    command = [
        "Rscript",
        "--no-init-file",
        "-e",
        'source("all.R", echo = FALSE, print.eval = TRUE, keep.source = TRUE, encoding = "UTF-8")',
    ]
    said = subprocess.run(command, cwd=tmp_path, env=os.environ | {"LC_ALL": "C.UTF-8"}, capture_output=True, check=True).stdout.decode()
    theirs = re.split(r"@\d+@\n", said)[1:]
    address = re.compile("0x[0-9a-f]+")
    found = [(address.sub("", one.rstrip()), address.sub("", two.rstrip())) for one, two in zip(ours, theirs, strict=True)]
    assert [(code, *pair) for code, pair in zip(EXPRESSIONS, found, strict=True) if pair[0] != pair[1]] == []


def printed(item: Output) -> TypeGuard[Stream | Display]:
    return isinstance(item, Display) or (isinstance(item, Stream) and item.name == "stdout")
