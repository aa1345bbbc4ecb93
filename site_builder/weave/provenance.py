"""The line below an output that says where, when and with which packages it was made."""

from __future__ import annotations

from site_builder.environments import cuda
from site_builder.markdown.tree import Element, element
from site_builder.records.model import CellRecord, EpisodeRecord

DIGEST_LENGTH = 12
"""Hexadecimal digits of a digest that a page shows; the record holds all of them."""


def summary(record: EpisodeRecord, cell: CellRecord) -> str:
    """Return the short form: environment, date, seconds; that it was not the locked environment is always in sight."""
    provenance = record.provenance
    when = f"on {provenance.started[:10]}, {_seconds(cell.seconds)}"
    if provenance.locked:
        return f"Ran in {provenance.packages.environment} {when}"
    instead = f", in place of the locked {provenance.packages.environment}," if provenance.lock else ""
    return f"Ran with the machine’s own packages{instead} {when}"


def facts(record: EpisodeRecord) -> tuple[tuple[str, str], ...]:
    """Return name and value of everything that a reader may want to know, in reading order."""
    provenance = record.provenance
    kept = "the locked packages, digest by digest" if provenance.locked else "the packages of this machine's Python, not the locked ones"
    rows = [
        ("Environment", f"{provenance.packages.environment}, provided by {provenance.provider}: {kept}"),
        ("Packages", f"{len(provenance.packages.packages)}, digest {provenance.packages.digest[:DIGEST_LENGTH]}"),
        ("Lock", f"digest {provenance.lock[:DIGEST_LENGTH]}" if provenance.lock else "none for this environment and platform"),
        ("Machine", f"{provenance.machine} ({provenance.packages.platform})"),
        ("GPU", f"{provenance.gpu.name}, driver {provenance.gpu.driver}, CUDA {provenance.gpu.cuda}" if provenance.gpu else ""),
        ("CUDA packages", cuda.described(provenance.packages) if provenance.gpu else ""),
        ("Python", provenance.python),
        ("Started", f"{provenance.started} (the whole episode took {_seconds(provenance.seconds)})"),
        ("Commit", provenance.commit[:DIGEST_LENGTH]),
        ("Made with", provenance.tool),
    ]
    return tuple((name, value) for name, value in rows if value)


def note(record: EpisodeRecord, cell: CellRecord) -> Element:
    """Return the line as a disclosure that works without JavaScript: summary first, all facts inside."""
    rows = [part for name, value in facts(record) for part in (element("dt", name), element("dd", value))]
    return element("details", element("summary", summary(record, cell)), element("dl", *rows), class_="provenance", data_chrome="")


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 0.05 else "under 0.1 s"
