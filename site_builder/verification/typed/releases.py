"""Differences that a release of a program explains: what it prints is another text for the same value."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrintChange:
    """A change in how something is printed: what is said of it, and what it makes of a text so that old and new are equal."""

    words: str
    without: Callable[[str], str]


def _replacing(*pairs: tuple[str, str]) -> Callable[[str], str]:
    compiled = [(re.compile(pattern, re.MULTILINE), replacement) for pattern, replacement in pairs]

    def change(text: str) -> str:
        for pattern, replacement in compiled:
            text = pattern.sub(replacement, text)
        return text

    return change


RELEASES = (
    # https://numpy.org/doc/stable/release/2.0.0-notes.html, "Representation of NumPy scalars changed"
    PrintChange(
        "numpy 2 prints np.float64(…)",
        _replacing((r"\bnp\.(?:float|int|uint|complex|longdouble|str|bytes)\w*\(([^()]*)\)", r"\1"), (r"\bnp\.(True|False)_?\b", r"\1")),
    ),
    # https://numpy.org/doc/stable/release/2.2.0-notes.html, "NumPy repr: show shape"
    PrintChange("numpy 2 adds the shape to an array that it shortens", _replacing((r", shape=\([\d, ]*\)", ""))),
    # https://pandas.pydata.org/docs/whatsnew/v2.0.0.html, "value_counts sets the resulting name to count"
    PrintChange(
        "pandas 2 calls what `value_counts` returns `count`",
        _replacing((r"\A *[\w ]+\n(?=\S.* \d+$)", ""), (r"^Name: \w+, dtype", "Name: count, dtype"), (r"\A *[\w ]+\n(?=\S.* \d+\n)", "")),
    ),
    # https://pandas.pydata.org/docs/whatsnew/v3.0.0.html, "Dedicated string data type by default"
    PrintChange(
        "pandas 3 calls the type of text `str`",
        _replacing(
            (r"(dtype(?:=|: )'?)(?:object|str|string)\b", r"\1str"),
            (r"^(.*\S\s+)(?:object|str)$", r"\1str"),
            (r"\b(?:object|str)\((\d+)\)", r"str(\1)"),
        ),
    ),
    PrintChange("pandas 3 shortens the names of its classes", _replacing((r"\bpandas\.core\.(?:\w+\.)*", "pandas."))),
    # https://matplotlib.org/stable/api/prev_api_changes/api_changes_3.7.0.html, "Axes subclasses"; repr(Axes) since 3.6
    PrintChange(
        "matplotlib prints its axes in another way",
        _replacing((r"<matplotlib\.axes\._subplots\.AxesSubplot[^>]*>|<Axes(?:Subplot)?:?[^>]*>|AxesSubplot\([^)]*\)", "<Axes>")),
    ),
    PrintChange("whole numbers have 32 bits on some systems", _replacing((r"\bu?int(?:32|64)\b", "int"))),
    # https://docs.python.org/3/whatsnew/3.12.html and 3.11: the class is named with its module
    PrintChange("classes are printed with their module", _replacing((r"<class '(?:__main__\.)?(\w+)'>", r"<class '\1'>"))),
    PrintChange("R 4 reads text as text, not as factors", _replacing((r"\bstringsAsFactors\b", ""), (r"<fctr>|<chr>|<fct>", "<text>"))),
)
"""Changes of releases that lessons show most."""
