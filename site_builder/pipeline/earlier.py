"""The site that is there as something to go on with: what each page of it was made from, so that only what changed is rendered again.

What is kept is a note about one site, by the digest of its manifest. In any doubt there is no such site, and all is rendered.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from site_builder import files
from site_builder.changes.snapshot import builder_digest
from site_builder.lesson.root import WORK
from site_builder.publish.manifest import MANIFEST, SiteManifest, manifest_from
from site_builder.weave.model import View
from site_builder.weave.stage import PAGE

NOTES = WORK / "rendered"
"""A note for each folder that the lesson's site was built into, named by a digest of its path."""

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class RenderedView:
    """A rendered view: the digest of what each staged file depended on, and its rendered files with theirs, relative to the view."""

    staged: Mapping[str, str]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EarlierSite:
    """The site that is there: the digests of the parts that it was made from, and its views, where they can be gone on with."""

    site: Path
    parts: tuple[str, ...] = ()
    views: Mapping[View, RenderedView] = field(default_factory=dict)

    def changed(self, view: View, staged: Mapping[str, str]) -> frozenset[str] | None:
        """Return the staged files whose rendered ones differ from those that are there, or None if the whole view has to be rendered.

        ``staged`` has the digest of what each staged file depends on (`site_builder.render.base.Engine.page_digests`).
        """
        before = self.views.get(view)
        if before is None or before.staged.keys() != staged.keys():
            return None
        found = frozenset(name for name, digest in staged.items() if before.staged[name] != digest)
        return None if all(name in found for name in staged if name.endswith(PAGE)) else found

    def place(self, view: View, target: Path) -> bool:
        """Put the rendered files of a view into a new folder, as links that share their bytes; False if they are not as they were made.

        Raises:
            MachineError: they cannot be put there.
        """
        folder = self.site / _folder(view)
        rendered = self.views[view].files
        if any(files.known_digest_of(f"{folder}/{name}") != digest for name, digest in rendered.items()):
            return False
        files.place_links(folder, target, rendered)
        return True


def earlier_site(root: Path, site: Path) -> EarlierSite:
    """Return what is known of the site that is there; one that another builder made, or of which nothing is noted, has no views."""
    data = _bytes(site / MANIFEST)
    manifest = manifest_from(data)
    if manifest is None:
        return EarlierSite(site)
    return EarlierSite(site, manifest.parts, _views(files.read_json(_note(root, site)), manifest, hashlib.sha256(data).hexdigest()))


def keep(root: Path, site: Path, views: Mapping[View, tuple[Mapping[str, str], tuple[str, ...]]]) -> None:
    """Note of a published site what its views were made from: the digests of their staged files, and the names of the rendered ones.

    Raises:
        MachineError: it cannot be written.
    """
    made = {view.value: {"staged": dict(staged), "files": list(rendered)} for view, (staged, rendered) in views.items()}
    content = {"schema": SCHEMA, "builder": builder_digest(), "manifest": files.digest_of(site / MANIFEST), "views": made}
    files.write_text(_note(root, site), json.dumps(content))


def _note(root: Path, site: Path) -> Path:
    return root / NOTES / f"{hashlib.sha256(os.fsencode(site)).hexdigest()[:16]}.json"


def _bytes(path: Path) -> bytes:
    return files.read_bytes(path) if files.is_file(path) else b""


def _views(note: Any, manifest: SiteManifest, digest: str) -> dict[View, RenderedView]:
    try:
        if (note["schema"], note["builder"], note["manifest"]) != (SCHEMA, builder_digest(), digest):
            return {}
        return {View(name): _view(View(name), made, manifest) for name, made in note["views"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        return {}


def _view(view: View, made: Any, manifest: SiteManifest) -> RenderedView:
    """Return a noted view; one with files that the site has not is no view of it (`KeyError`)."""
    staged = {str(name): str(value) for name, value in made["staged"].items()}
    return RenderedView(staged, {str(name): manifest.files[(_folder(view) / str(name)).as_posix()] for name in made["files"]})


def _folder(view: View) -> Path:
    """Return where a view lies in the site."""
    return Path() if view is View.LEARNER else Path(view.value)
