"""Cell options, written in the ``#|`` lines of a cell or in the header of its fence."""

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
    """How one cell runs and what it shows, with the names that Quarto and knitr use; None means the episode's value or the default.

    With ``error`` the cell must raise an error. With ``may_raise`` it may: the cell does not set ``error``, and the lesson continues
    after errors, as the Workbench does with R Markdown.
    """

    label: Annotated[str, Key(TEXT, "Name of the cell, used in the file names of its figures.", default="`cell-N`")] = ""
    echo: Annotated[bool, Key(SWITCH, "Show the code.")] = True
    evaluate: Annotated[bool, Key(SWITCH, "Run the cell.", name="eval")] = True
    output: Annotated[bool, Key(SWITCH, "Show the output.")] = True
    include: Annotated[bool, Key(SWITCH, "Show the cell on the page: code and output. The cell runs either way.")] = True
    error: Annotated[
        bool,
        Key(
            SWITCH,
            "The cell must raise an error. In `.Rmd` episodes, a cell without this option may raise one, unless the settings have "
            "`fail_on_error: true`.",
        ),
    ] = False
    may_raise: bool = False
    warning: Annotated[bool, Key(SWITCH, "Show what the cell writes to standard error.")] = True
    stdout: Annotated[bool, Key(SWITCH, "Show what the cell writes to standard output.")] = True
    code_fold: Annotated[bool, Key(SWITCH, "Show the code in a collapsed block that readers can open.", name="code-fold")] = False
    output_fold: Annotated[
        bool, Key(SWITCH, "Show the output in a collapsed block; with `code-fold`, code and output in one.", name="output-fold")
    ] = False
    output_scroll: Annotated[
        bool | None,
        Key(
            SWITCH,
            "Show the output in an area that scrolls (true), or every text in it whole (false).",
            name="output-scroll",
            default="texts of more than 25 lines scroll",
        ),
    ] = None
    tags: Annotated[
        tuple[str, ...],
        Key(
            WORDS,
            "Jupyter's tags of the cell, such as `hide-output` ([Notebooks](#notebooks)); the options above win over them.",
        ),
    ] = ()
    prompt: Annotated[
        bool, Key(SWITCH, "Show the code with the prompts of a session, in Bash (`$`) and Python (`>>>`); it runs without them.")
    ] = False
    timeout: Annotated[float | None, Key(SECONDS, "Time limit of the cell, in seconds.", default="120, or the value in the settings")] = (
        None
    )
    max_lines: Annotated[int | None, Key(COUNT, "Maximum number of output lines that are shown.", name="max-lines", default="all")] = None
    figure_caption: Annotated[str, Key(TEXT, "Caption of the cell's figures.", name="fig-cap")] = ""
    figure_alt: Annotated[
        str | None,
        Key(
            ALTERNATIVE,
            "Alternative text of the cell's figures; empty for decorative figures. If it is missing, `--strict` fails.",
            name="fig-alt",
            default="none",
        ),
    ] = None
    answers: Annotated[
        tuple[str, ...],
        Key(
            WORDS,
            "What is typed when the cell asks for input, one answer a question: for `input()` and commands of `!` in Python, for `read` in "
            "Bash. The answers of `input()` are shown after the questions, as in a terminal.",
            name="input",
            default="none: a question is an error",
        ),
    ] = ()
    requires: Annotated[
        tuple[str, ...],
        Key(
            WORDS,
            "What the cell requires of the machine: `pixi network cuda docker apptainer slurm htcondor-pool`; of the environment: "
            "`torch scikit-learn htcondor`; or of either: `hadolint actionlint shellcheck zizmor`.",
        ),
    ] = ()
    errexit: Annotated[
        bool | None,
        Key(
            SWITCH,
            "A Bash cell ends at its first command that fails, also inside a pipe (`set -e -o pipefail`). Without it, Bash goes on, as in "
            "a terminal, and the status of the last command counts.",
            default="`true` for cells with `requires: [pixi]`, else `false`",
        ),
    ] = None
    html: Annotated[
        str,
        Key(
            TREATMENT,
            "How HTML output is shown: `clean` keeps the tables and text that an allow-list permits; `sandbox` shows it unchanged, "
            "scripts included, in a frame that can access neither the page nor its address; `fig-alt` is the title of the frame.",
            default="`clean`",
        ),
    ] = ""
    normalise: Annotated[
        tuple[str, ...],
        Key(
            WORDS,
            "Differences that `lesson verify` accepts when it runs the cell again: `times float host`; `none` accepts no difference "
            "([verification.md](verification.md)).",
            default="no further differences",
        ),
    ] = ()


PIXI = "pixi"
"""The capability of cells in which a failing command must not be hidden by what follows it: their outputs would say so as a result."""


def ends_at_failure(options: CellOptions) -> bool:
    """Tell whether a Bash cell with these options ends at its first failing command."""
    return PIXI in options.requires if options.errexit is None else options.errexit


RULES = Rules(
    subject="cell option ",
    syntax="LS301",
    shape="LS302",
    repeated="LS309",
    unknown=("LS303", Severity.ERROR),
    value="LS304",
    lenient="LS304",
)
