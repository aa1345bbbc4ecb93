"""The line below an output that shows where, when and with which packages it was made."""

from __future__ import annotations

from collections.abc import Sequence

from site_builder.environments import cuda
from site_builder.environments.base import PackageSet
from site_builder.markdown.tree import Element, element
from site_builder.records.model import CellRecord, EpisodeRecord
from site_builder.weave.translations import ENGLISH, Phrases

OWN_R = "{environment}, provided by {provider}: the packages of this machine's R, not the locked ones"
LOCKED = "{environment}, provided by {provider}: the locked packages, digest by digest"
LOCKED_PARTLY = "{environment}, provided by {provider}: the locked packages, digest by digest except {names}"
OWN = "{environment}, provided by {provider}: the packages of this machine's Python, not the locked ones"
IMAGE = "{environment}, run by {provider}: the packages of this image"
OLDER = "{environment}, provided by {provider}: the packages of another lock than today’s ({names})"
SHOWN = 5
"""Packages without a digest that a page names; the record has all of them."""

DIGEST_LENGTH = 12
"""Hexadecimal digits of a digest that a page shows; the record has all of them."""


def summary(record: EpisodeRecord, cell: CellRecord, words: Phrases = ENGLISH) -> str:
    """Return the short form: environment, date, seconds; it always shows if the environment was not the locked one."""
    provenance = record.provenance
    environment = provenance.packages.environment
    when = {"date": provenance.started[:10], "seconds": _seconds(cell.seconds, words)}
    if provenance.fixed:
        return words("Ran in {environment} on {date}, {seconds}", environment=environment, **when)
    if not provenance.lock:
        return words("Ran with the machine’s own packages on {date}, {seconds}", **when)
    instead = "Ran with the machine’s own packages, in place of the locked {environment}, on {date}, {seconds}"
    return words(instead, environment=environment, **when)


def facts(record: EpisodeRecord, words: Phrases = ENGLISH) -> tuple[tuple[str, str], ...]:
    """Return name and value of all facts for readers, in reading order."""
    provenance, gpu = record.provenance, record.provenance.gpu
    packages = provenance.packages
    r = next((package.version for package in provenance.loaded if package.name == "R"), "")
    loaded = ", ".join(f"{package.name} {package.version}" for package in provenance.loaded if package.name != "R")
    took = _seconds(provenance.seconds, words)
    digest, lock = packages.digest[:DIGEST_LENGTH], provenance.lock[:DIGEST_LENGTH]
    packed = words("{number}, digest {digest}", number=len(packages.packages), digest=digest) if provenance.locked or not loaded else ""
    locked = words("digest {digest}", digest=lock) if lock else words("none for this environment and platform")
    image = words("digest {digest}", digest=_image_digest(packages)[:DIGEST_LENGTH])
    origin = (("Image", image),) if provenance.contained else (("Packages", packed), ("Lock", locked))
    rows = [
        ("Environment", _where(record, words)),
        ("Otherwise than today", ", ".join(record.differs)),
        *origin,
        ("Machine", f"{provenance.machine} ({packages.platform})"),
        ("GPU", words("{name}, driver {driver}, CUDA {cuda}", name=gpu.name, driver=gpu.driver, cuda=gpu.cuda) if gpu else ""),
        ("CUDA packages", cuda.described(packages) if gpu else ""),
        ("R", r),
        ("R packages", loaded),
        ("Installed by the cells, outside the lock", ", ".join(provenance.installed)),
        ("Data", ", ".join(f"{each.path} ({each.sha256[:DIGEST_LENGTH]})" for each in provenance.data)),
        ("Job", provenance.job),
        ("Pixi", provenance.pixi),
        ("Python", provenance.python),
        ("Started", words("{started} (the whole episode took {seconds})", started=provenance.started, seconds=took)),
        ("Commit", provenance.commit[:DIGEST_LENGTH]),
        ("Made with", provenance.tool),
        ("Attested by" if record.signer.startswith("https://") else "Signed by", record.signer),
    ]
    return tuple((words(name), value) for name, value in rows if value)


def _image_digest(packages: PackageSet) -> str:
    return next((package.digest for package in packages.packages), "")


def _where(record: EpisodeRecord, words: Phrases) -> str:
    """Say which packages the cells had, of which environment."""
    provenance, packages = record.provenance, record.provenance.packages
    unchecked = [package.name for package in packages.packages if not package.digest]
    names = ", ".join(record.outdated) or _listed(unchecked)
    if provenance.contained:
        form = IMAGE
    elif record.outdated:
        form = OLDER
    elif provenance.locked:
        form = LOCKED_PARTLY if unchecked else LOCKED
    else:
        form = OWN_R if provenance.loaded else OWN
    return words(form, environment=packages.environment, provider=provenance.provider, names=names)


def _listed(names: Sequence[str]) -> str:
    return ", ".join([*names[:SHOWN], *(["…"] if len(names) > SHOWN else [])])


def note(record: EpisodeRecord, cell: CellRecord, words: Phrases = ENGLISH) -> Element:
    """Return the line as a disclosure that works without JavaScript: summary first, all facts inside."""
    rows = [part for name, value in facts(record, words) for part in (element("dt", name), element("dd", value))]
    head = element("summary", summary(record, cell, words))
    return element("details", head, element("dl", *rows), class_="provenance", data_chrome="")


def _seconds(seconds: float, words: Phrases) -> str:
    return words("{number} s", number=f"{seconds:.1f}") if seconds >= 0.05 else words("under 0.1 s")
