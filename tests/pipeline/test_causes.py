"""The words of an error tell which file or package was not there, and what would bring it."""

from __future__ import annotations

import pytest

from site_builder.pipeline.causes import bringing, bringing_program, missing_file, missing_package, missing_program


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (
            "cannot open the connection Warning in file(con, \"r\"): cannot open file 'results/made.txt': No such file or\ndirectory",
            "results/made.txt",
        ),
        ("cannot open compressed file 'a b.rds', probable reason 'No such file or directory'", "a b.rds"),
        ('Cannot find the file(s): "fig/a.png"', "fig/a.png"),
        ("Error: 'a.csv' does not exist in current working directory ('/lesson').", "a.csv"),
        ("File 'a.csv' does not exist or is non-readable.", "a.csv"),
        ("`path` does not exist: ‘a.xlsx’", "a.xlsx"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'a.csv'", "a.csv"),
        ("cat: a.csv: No such file or directory", "a.csv"),
        ("object 'a.csv' not found", ""),
    ],
)
def test_a_file_that_was_not_there(words: str, name: str) -> None:
    assert missing_file(words) == name


@pytest.mark.parametrize("quotes", ["‘’", "''", "“”"])
def test_a_package_that_was_not_there(quotes: str) -> None:
    assert missing_package(f"Error in library(sf): there is no package called {quotes[0]}sf{quotes[1]}") == "sf"
    assert missing_package("Error: nothing of that kind") == ""


def test_what_would_bring_a_file() -> None:
    known = ("data/sites.csv", "files/a.R")
    assert bringing("sites.csv", known) == "sites.csv is data/sites.csv in this lesson"
    assert bringing("data/site.csv", known) == (
        "put the file at episodes/data/site.csv, or write it in an earlier episode (did you mean 'data/sites.csv'?)"
    )
    assert bringing("/home/me/other.csv", known) == "put other.csv into episodes/data and read it from `data/`"
    assert bringing("../other.csv", known) == "put other.csv into episodes/data and read it from `data/`"
    assert bringing("results/x.csv", ()) == "put the file at episodes/results/x.csv, or write it in an earlier episode"


TRACEBACK = "Popen._execute_child(self, args, executable)\n   1950 raise\nFileNotFoundError: [Errno 2] No such file or directory: '{}'"


@pytest.mark.parametrize(("name", "program", "file"), [("dot", "dot", ""), ("./bin/dot", "", "./bin/dot")])
def test_a_program_that_was_not_there(name: str, program: str, file: str) -> None:
    words = TRACEBACK.format(name)
    assert (missing_program(words), missing_file(words)) == (program, file)
    assert missing_program("FileNotFoundError: [Errno 2] No such file or directory: 'dot'") == ""
    assert bringing_program(words).startswith("add the package that brings the program `dot`" if program else "")
    assert (
        bringing_program("Error: there is no program called 'ruby'") == "add the package that brings the program `ruby` to the environment"
    )


def test_a_compiled_library_that_was_not_there_is_no_file_of_the_lesson() -> None:
    words = "ImportError: libGL.so.1: cannot open shared object file: No such file or directory"
    assert missing_file(words) == ""
    assert bringing_program(words) == "add the package that brings the library `libGL.so.1` to the environment"
    own = "unable to load shared object '/lesson/f1.so':\n  /lesson/f1.so: cannot open shared object file: No such file or directory"
    assert missing_file(own) == bringing_program(own) == ""
