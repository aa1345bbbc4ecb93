"""Build a lesson's site, or report at once that nothing changed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.changes.snapshot import builder_digest
from site_builder.errors import Busy, MachineError
from site_builder.kept_results import KeptResults
from site_builder.lesson.root import WORK, find_root
from site_builder.pipeline import unchanged
from site_builder.pipeline.leftovers import remove_leftovers
from site_builder.pipeline.model import Built, OnProgress, Options
from site_builder.problems import Location, Problem, Severity
from site_builder.publish.exchange import recover
from site_builder.publish.foreign import Kept
from site_builder.publish.targets import SITE


def build(path: Path, output: Path | None, options: Options, tell: OnProgress = lambda line: None) -> Built:
    """Build the site of the lesson at ``path`` into ``output`` (default: ``site/`` in the lesson).

    Where nothing changed, nothing need be written: a lesson that is read-only, or a machine without room, is no error then.

    Raises:
        SiteBuilderError: each with its exit code; see `site_builder.errors`.
    """
    root = find_root(path)
    site = files.real_path(output or root / SITE)
    with ExitStack() as held:
        try:
            digests = files.scratch_folder(root) / "digests"
            held.enter_context(files.build_lock(root / WORK / "lock"))
        except Busy:
            raise
        except MachineError:
            known = None if options.force else unchanged.recall(root, unchanged.look(root, options, site))
            if known is None:
                raise
            return known
        files.recall_digests(digests)
        recovered = recover(site)
        remove_leftovers(root)
        known = None if options.force else unchanged.recall(root, unchanged.look(root, options, site))
        if known is not None:
            files.keep_digests(digests)
            return replace(known, kept=kept_problems(site, recovered))
        from site_builder.pipeline.engine import engine_ahead  # what an unchanged lesson does not need is not imported for it

        with engine_ahead(root, options) as engine_for:  # it loads while this process imports the rest
            from site_builder.pipeline.ahead import server_ahead

            last = unchanged.last_results(root)
            with server_ahead(root, options, last, everything=options.force or not last) as ready:
                from site_builder.pipeline.assemble import assemble  # a tenth of a second

                kept = KeptResults(None if options.force else files.scratch_folder(root), builder_digest())
                made = assemble(root, site, replace(ready, kept=kept), engine_for, tell)
                kept.save()
        seen = unchanged.look(root, options, site, made.further)
        unchanged.remember(root, seen, made.built, made.requirements, made.further)
        files.keep_digests(digests)
        return replace(made.built, kept=kept_problems(site, (*recovered, *made.kept)))


def kept_problems(site: Path, moved: Iterable[Kept]) -> tuple[Problem, ...]:
    """Return a warning for each file in the site that was not the builder's and could not keep its name."""
    place = PurePosixPath(site.as_posix())
    return tuple(
        Problem("LS702", "the site needs this name, and no build made what was there", Location(place / item.path),
                f"it is kept as {item.name}", Severity.WARNING)
        for item in moved
    )  # fmt: skip
