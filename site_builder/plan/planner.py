"""Decide for each episode whether it runs or which record it shows, and why. Pure: no clock, no disk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from site_builder.environments.base import Package, PackageSet
from site_builder.lesson.inputs import ALL_NAMES, NAMES
from site_builder.plan.choosing import changed_reads, choose, outranks
from site_builder.plan.differences import NAMED_CHANGES, changed_variables, counted, with_obstacle
from site_builder.plan.model import Action, Plan, Request, Step
from site_builder.plan.needs import run_what_is_needed, run_what_is_overtaken, with_obstacles
from site_builder.records.model import EpisodeRecord

LOCKED_REASON = "made in the locked environment"


def plan(request: Iterable[Request], records: Sequence[EpisodeRecord], kept: Collection[str] = ()) -> Plan:
    """Return one step for each episode, in the order given; ``kept`` names those whose files for others exist from an earlier run."""
    able = with_obstacles(request, kept)
    steps = (_step(item, [record for record in records if record.episode == item.slug]) for item in able)
    return run_what_is_needed(run_what_is_overtaken(Plan(tuple(steps))), kept)


def _step(request: Request, records: Sequence[EpisodeRecord]) -> Step:
    best = choose(request, records)
    equal = [
        record
        for record in records
        if record.parts.key == request.parts.key and request.runnable <= record.ran and not changed_reads(request, record)
    ]
    if equal and best is not None:
        if best.parts.key == request.parts.key:
            return Step(request, Action.REUSE, "nothing changed", best)
        return Step(request, Action.BORROW, _advantage(best, max(len(record.ran) for record in equal)), best)
    if request.obstacle:
        if best is None:
            return Step(request, Action.SKIP, request.obstacle)
        return Step(request, Action.BORROW, with_obstacle(request.obstacle, best), best)
    enough = best is not None and best.provenance.locked and not request.locked and request.runnable <= best.ran
    if best is not None and (enough or outranks(best, request)):
        return Step(request, Action.BORROW, _advantage(best, len(request.runnable)), best)
    return Step(request, Action.RUN, why(request, records))


def _advantage(record: EpisodeRecord, here: int) -> str:
    """Say why a record is shown in place of one in which as many cells ran as do here, and in what it differs from today."""
    more = [f"more of it ran on {record.provenance.machine}"] if len(record.ran) > here else []
    return ", ".join([*more, *filter(None, (record.otherwise,))]) or LOCKED_REASON


def why(request: Request, records: Sequence[EpisodeRecord]) -> str:
    """Describe what differs from the newest record of the episode: cells, inputs, packages, or that there is none."""
    if not records:
        return "no record yet"
    equal = [record for record in records if record.parts.code == request.parts.code]
    last = max(equal or records, key=lambda record: record.provenance.started)
    changes = [
        *_changed_cells(request, last),
        *_changed_inputs(dict(last.parts.inputs), dict(request.parts.inputs)),
        *_changed_reads(request, last),
        *changed_variables(dict(last.parts.variables), dict(request.parts.variables)),
        *changed_packages(last.provenance.packages, request.packages),
    ]
    return ", ".join(changes) or f"{counted(len(request.runnable - last.ran), 'cell')} can run here and did not before"


def _changed_cells(request: Request, last: EpisodeRecord) -> list[str]:
    before, after = last.parts.cells, request.parts.cells
    if len(before) != len(after):
        return [f"{counted(len(after), 'cell')}, {len(before)} before"]
    changed = [str(number) for number, (old, new) in enumerate(zip(before, after, strict=True), 1) if old != new]
    if not changed:
        return []
    named = ", ".join(changed[:NAMED_CHANGES]) + (f" and {len(changed) - NAMED_CHANGES} more" if len(changed) > NAMED_CHANGES else "")
    return [f"cell{'s' if len(changed) > 1 else ''} {named} changed"]


def _changed_inputs(before: dict[str, str], after: dict[str, str]) -> list[str]:
    added = [f"{path} added" for path in after if path not in before]
    removed = [f"{path} no longer an input" for path in before if path not in after]
    return added + removed + [f"{path} changed" for path in after if path in before and before[path] != after[path]]


def _changed_reads(request: Request, last: EpisodeRecord) -> list[str]:
    """Differences in what was read without being declared."""
    before, found = dict(last.provenance.read), changed_reads(request, last)
    lines = [
        f"{name} {'changed' if before[name] and name in request.present else 'added' if name in request.present else 'removed'}"
        for name in found
        if name not in (NAMES, ALL_NAMES)
    ]
    if lines or not found:
        return lines[:NAMED_CHANGES] + ([counted(len(lines) - NAMED_CHANGES, "more file")] if len(lines) > NAMED_CHANGES else [])
    return ["a file was added to the working folder, or removed from it"]


def changed_packages(before: PackageSet, after: PackageSet, first: Collection[str] = ()) -> list[str]:
    """Return the differences between two package sets, a few by name (``numpy 2.4.1 -> 2.5.0``) and the rest counted.

    The packages in ``first``, such as those that an episode imports, are named first, then changed ones, then added and removed ones.
    """
    if before.digest == after.digest:
        return []
    if before.platform != after.platform:
        return [f"platform {before.platform} -> {after.platform}"]
    old, new = _by_name(before), _by_name(after)
    different = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    names = sorted(different, key=lambda name: (name not in first, not (name in old and name in new)))
    lines = [_changed_package(name, old.get(name, ()), new.get(name, ())) for name in names[:NAMED_CHANGES]]
    return lines + ([counted(len(names) - NAMED_CHANGES, "more package")] if len(names) > NAMED_CHANGES else [])


def _by_name(packages: PackageSet) -> dict[str, tuple[Package, ...]]:
    """Return the packages by name; an interpreter can have one distribution twice."""
    found: dict[str, tuple[Package, ...]] = {}
    for package in sorted(packages.packages):
        found[package.name] = (*found.get(package.name, ()), package)
    return found


def _changed_package(name: str, before: tuple[Package, ...], after: tuple[Package, ...]) -> str:
    if not before or not after:
        return f"{name} {'removed' if before else 'added'}"
    old, new = (" and ".join(package.version for package in packages) for packages in (before, after))
    return f"{name} {old}: other build" if old == new else f"{name} {old} -> {new}"
