"""The ``lesson`` command: arguments to the pipeline, outcomes to text and exit codes."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, ClassVar

import click

import site_builder
from site_builder.commands import inherited
from site_builder.commands.shared import INTERRUPTED, CommandGroup, shared_options, wrong_usage
from site_builder.garbage_collection import collect_seldom

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class LessonGroup(CommandGroup):
    """Loads a command's module only when that command is called, so that ``--help`` stays fast."""

    MODULES: ClassVar[dict[str, str]] = {
        "batch": "batch",
        "container": "container",
        "data": "data",
        "doctor": "doctor",
        "environment": "environment",
        "build": "build",
        "plan": "plan",
        "publish": "publish",
        "review": "review",
        "run": "run",
        "serve": "serve",
        "records": "records",
        "check": "check",
        "convert": "convert",
        "verify": "verify",
        "verify-site": "verify_site",
        "workflow": "workflow",
        "new": "new",
        "notebook": "notebook",
        "pdf": "pdf",
        "zip": "zip",
    }

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(self.MODULES)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import one command."""
        from importlib import import_module

        if name not in self.MODULES:
            return None
        command: click.Command = import_module(f"site_builder.commands.{self.MODULES[name]}").command
        return command


SUMMARIES = {
    "batch": "Send episodes to Slurm, HTCondor, GitHub or Snakemake.",
    "data": "Fetch and verify data that the lesson does not hold itself.",
    "container": "Write files that build an image of an environment.",
    "doctor": "Check whether this machine can build a lesson.",
    "environment": "Install, show, export and compare locked environments.",
    "build": "Build the lesson's site.",
    "check": "Report problems of the lesson; build nothing.",
    "convert": "Turn typed outputs into executed ones.",
    "new": "Make a lesson or an episode.",
    "notebook": "Export an episode as a notebook or script.",
    "pdf": "Print all episodes into one PDF.",
    "plan": "Show which episodes would run, and why.",
    "publish": "Publish the site in a folder or on a branch.",
    "records": "List, save, merge, compare and prune records.",
    "review": "Compare outputs and pages with an earlier copy of the lesson.",
    "run": "Execute episodes and save their records.",
    "serve": "Show the lesson in a browser that follows its files.",
    "verify": "Run the code again and compare with what the pages show.",
    "verify-site": "Compare a copy of a site with the manifest of its build.",
    "workflow": "Print a GitHub workflow for lessons, with this version pinned.",
    "zip": "Pack the site into a ZIP file that needs no server.",
}


RUNS_CELLS = frozenset(("build", "run", "serve", "verify", "convert", "publish"))
"""Commands that run cells."""


class _Group(LessonGroup):
    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete the names of commands without importing them."""
        from click.shell_completion import CompletionItem

        names = (name for name in self.list_commands(ctx) if name.startswith(incomplete))
        return [*(CompletionItem(name, help=SUMMARIES[name]) for name in names), *click.Command.shell_complete(self, ctx, incomplete)]

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:  # fmt: skip
        """Read what stands before the command; wrong usage is told to machines too."""
        given = [*args]
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            wrong_usage(error.ctx or click.Context(self), error, given)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; wrong usage is told to machines too."""
        held = vars(ctx)  # the attribute has another name before Click 8.2, and the old name warns there
        given = [*held.get("_protected_args", held.get("protected_args", ())), *ctx.args]
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            wrong_usage(ctx, error, given)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, SUMMARIES[name]) for name in self.list_commands(context)])


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(site_builder.__version__, prog_name="lesson")
@shared_options
def group() -> None:
    """Build Carpentries-style lessons whose code really runs."""


def main() -> None:
    """Run the command and exit with its code; characters that the terminal's encoding lacks are escaped."""
    inherited.put_right()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as Python does for standard error
    collect_seldom()
    if RUNS_CELLS.intersection(sys.argv[1:]):
        try:
            from site_builder import withheld
            from site_builder.check.secrets import secret_values

            withheld.withhold(secret_values)
        except KeyboardInterrupt:  # before the command has begun, which says it otherwise
            sys.exit(INTERRUPTED)
    group()
