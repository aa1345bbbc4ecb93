"""Which modules an episode's cells need before they run."""

from __future__ import annotations

from site_builder.markdown.tree import Cell, Expression
from site_builder.plan.imports import imported_modules, named_modules
from site_builder.settings.cell import CellOptions


def test_direct_imports_of_python_cells_are_named_once_without_the_standard_library() -> None:
    cells = (
        Cell("a", "python", "import os, numpy as np\nfrom matplotlib.figure import Figure\nimport numpy.linalg"),
        Cell("b", "bash", "import this_is_not_python"),
        Cell("c", "python", "from . import sibling\n%matplotlib inline"),
        Cell("d", "python", "try:\n    import optional\nexcept ImportError:\n    pass"),
        Cell("e", "python", "import missing", CellOptions(error=True)),
        Cell("g", "python", "import shown_only", CellOptions(evaluate=False)),
        Expression("f", "python", "numpy.pi"),
    )
    assert imported_modules(cells) == ("matplotlib", "numpy")


def test_modules_that_the_lesson_brings_are_not_asked_of_the_environment() -> None:
    cells = (Cell("a", "python", "import digits, pandas\nfrom tools.shapes import circle"),)
    assert imported_modules(cells, ("files/digits.py", "tools/shapes.py", "files/pandas.csv")) == ("pandas",)


def test_files_that_cells_name_may_be_modules_when_they_are_imported() -> None:
    sources = (
        "%%writefile mymod.py\nx = 1",
        "cat > helper.py <<E\nE",
        "Path('lib/deep.py').write_text('')",
        "mkdir pkg; touch pkg/__init__.py",
    )
    cells = [Cell(f"c{number}", "python", source) for number, source in enumerate(sources)]
    assert named_modules(cells) == ("deep.py", "helper.py", "mymod.py", "pkg.py")
    importing = Cell("d", "python", "import mymod, helper, pkg, absent")
    assert imported_modules([*cells, importing], named_modules(cells)) == ("absent",)
