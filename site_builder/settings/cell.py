"""The options of a cell, in its ``#|`` lines or in its fence's header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.problems import Severity
from site_builder.settings.forms import ALTERNATIVE, COUNT, SWITCH, TEXT, TREATMENT, WORDS
from site_builder.settings.keys import Key
from site_builder.settings.rules import Rules
from site_builder.settings.times import SECONDS


@dataclass(frozen=True, slots=True)
class CellOptions:
    """How one cell runs and shows, named as Quarto and knitr name them; None means: as the episode or the default says.

    With ``error`` the cell must raise. With ``may_raise`` it may: nobody said anything, and the lesson lets its cells go on, as the
    Workbench does with R Markdown.
    """

    label: Annotated[str, Key(TEXT, "The cell's name; part of the names of its figures.", default="`cell-N`")] = ""
    echo: Annotated[bool, Key(SWITCH, "Show the code.")] = True
    evaluate: Annotated[bool, Key(SWITCH, "Run it.", name="eval")] = True
    output: Annotated[bool, Key(SWITCH, "Show what it gave.")] = True
    include: Annotated[bool, Key(SWITCH, "Show anything at all; it runs either way.")] = True
    error: Annotated[
        bool,
        Key(
            SWITCH,
            "It is expected to raise, and must; in `.Rmd` episodes a cell that says nothing may raise, unless the settings have "
            "`fail_on_error: true`.",
        ),
    ] = False
    may_raise: bool = False
    warning: Annotated[bool, Key(SWITCH, "Show what it wrote to standard error.")] = True
    code_fold: Annotated[bool, Key(SWITCH, "Put the code behind a disclosure.", name="code-fold")] = False
    timeout: Annotated[float | None, Key(SECONDS, "Seconds it may take.", default="120, or that of the settings")] = None
    max_lines: Annotated[int | None, Key(COUNT, "Lines of output that are shown.", name="max-lines", default="all")] = None
    figure_caption: Annotated[str, Key(TEXT, "Caption of its figures.", name="fig-cap")] = ""
    figure_alt: Annotated[
        str | None,
        Key(
            ALTERNATIVE,
            "Alternative text of its figures, empty for decoration; a missing one fails `--strict`.",
            name="fig-alt",
            default="none",
        ),
    ] = None
    requires: Annotated[
        tuple[str, ...],
        Key(
            WORDS,
            "What the machine must have: `pixi cuda docker apptainer slurm`; the environment: `torch scikit-learn htcondor`; or either "
            "of the two: `hadolint actionlint shellcheck zizmor`.",
        ),
    ] = ()
    html: Annotated[
        str,
        Key(
            TREATMENT,
            "What becomes of HTML that a cell displays: `clean` keeps tables and text by an allow-list; `sandbox` shows it as it is, "
            "scripts included, in a frame that can reach neither the page nor its address; `fig-alt` is its title.",
            default="`clean`",
        ),
    ] = ""
    normalise: Annotated[
        tuple[str, ...],
        Key(
            WORDS,
            "What may differ when `lesson verify` runs it again: `times float host`; `none` for nothing at all "
            "([verification.md](verification.md)).",
            default="none more",
        ),
    ] = ()


RULES = Rules(
    subject="cell option ",
    syntax="LS301",
    shape="LS302",
    repeated="LS309",
    unknown=("LS303", Severity.ERROR),
    value="LS304",
    lenient="LS304",
)
