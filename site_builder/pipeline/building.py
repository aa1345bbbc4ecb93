"""Build a lesson's site, or say at once that nothing changed."""

from __future__ import annotations

from pathlib import Path

from site_builder import files
from site_builder.lesson.root import WORK, find_root
from site_builder.pipeline import unchanged
from site_builder.pipeline.ahead import server_ahead
from site_builder.pipeline.model import Built, Options, Told


def build(path: Path, output: Path | None, options: Options, tell: Told = lambda line: None) -> Built:
    """Build the site of the lesson at ``path`` into ``output`` (default: ``site/`` in the lesson).

    Raises:
        SiteBuilderError: each with its exit code; see `site_builder.errors`.
    """
    root = find_root(path)
    site = (output or root / "site").resolve()
    with files.build_lock(root / WORK / "lock"):
        known = None if options.force else unchanged.recall(root, unchanged.fingerprint(root, options, site))
        if known is not None:
            return known
        with server_ahead(root, options, unchanged.last_code(root)) as ready:
            from site_builder.pipeline.assembling import assemble  # half a second of imports that an unchanged lesson does not need

            built, requirements = assemble(root, site, ready, tell)
        unchanged.remember(root, unchanged.fingerprint(root, options, site), built, requirements)
        return built
