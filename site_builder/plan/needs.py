"""Episodes that need files of others: their order, their keys, and what runs because of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from site_builder.plan.differences import with_obstacle
from site_builder.plan.model import Action, Plan, Request, Step
from site_builder.records.model import KeyParts


def in_order(needs: Mapping[str, Collection[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the episodes so that each comes after those it needs, and the cycle that prevents it (empty if there is none)."""
    sorter = TopologicalSorter({name: [other for other in others if other in needs] for name, others in needs.items()})
    try:
        return tuple(sorter.static_order()), ()
    except CycleError as error:
        return tuple(needs), tuple(error.args[1])


def with_needed(parts: KeyParts, needed: Iterable[tuple[str, KeyParts]]) -> KeyParts:
    """Return key parts that change with the code or inputs of a needed episode, since its files may then differ."""
    return replace(parts, inputs=tuple(sorted((*parts.inputs, *((f"needs {name}", other.code) for name, other in needed)))))


def with_obstacles(request: Iterable[Request], kept: Collection[str]) -> tuple[Request, ...]:
    """Return the requests in order; one whose needed episode cannot run here, and left no files, cannot run either."""
    known = {item.slug: item for item in request}
    order, _ = in_order({slug: item.needs for slug, item in known.items()})
    for slug in order:
        item = known[slug]
        lost = [name for name in item.needs if name in known and known[name].obstacle and name not in kept]
        if lost and not item.obstacle:
            known[slug] = replace(
                item, obstacle=f"It needs the files of {' and '.join(lost)}, which cannot run here.", runnable=frozenset()
            )
    return tuple(known.values())


def run_what_is_overtaken(plan: Plan) -> Plan:
    """Return the plan in which every episode runs again that needs one which runs again, or whose record is newer than its own.

    One that cannot run here keeps its record, of which this is said, as is what its record takes over from those of the episodes it needs.
    """
    steps = {step.request.slug: step for step in plan.steps}
    order, _ = in_order({slug: step.request.needs for slug, step in steps.items()})
    for slug in order:
        step = steps[slug]
        if step.action in (Action.REUSE, Action.BORROW):
            needed = [steps[name] for name in step.request.needs if name in steps]
            reasons = [reason for other in needed if (reason := _overtaken(step, other))]
            if reasons and not step.request.obstacle:
                steps[slug] = Step(step.request, Action.RUN, reasons[0])
            else:
                steps[slug] = _with_taken_over(step, (*reasons, *(words for other in needed if (words := _taken_over(other)))))
    return Plan(tuple(steps.values()))


def _taken_over(needed: Step) -> str:
    """Return in what the files of a needed episode were made otherwise than today, going by the record that it shows."""
    changes = (*needed.record.outdated, *needed.record.differs) if needed.record else ()
    return f"files of {needed.request.slug} ({', '.join(changes)})" if changes else ""


def _with_taken_over(step: Step, changes: tuple[str, ...]) -> Step:
    if not changes or step.record is None:
        return step
    record = replace(step.record, differs=(*step.record.differs, *changes))
    return Step(step.request, Action.BORROW, with_obstacle(step.request.obstacle, record), record)


def _overtaken(step: Step, needed: Step) -> str:
    if needed.action is Action.RUN:
        return f"{needed.request.slug} runs again"
    newer = needed.record is not None and step.record is not None and needed.record.provenance.started > step.record.provenance.started
    return f"{needed.request.slug} ran later" if newer else ""


def run_what_is_needed(plan: Plan, kept: Collection[str]) -> Plan:
    """Return the plan in which every episode runs whose files another running one needs and that are not kept from an earlier run."""
    steps = {step.request.slug: step for step in plan.steps}
    waiting = [step for step in plan.steps if step.action is Action.RUN]
    while waiting:
        step = waiting.pop()
        for name in step.request.needs:
            other = steps.get(name)
            if other is not None and other.action is not Action.RUN and name not in kept:
                steps[name] = Step(other.request, Action.RUN, f"{step.request.slug} needs its files", other.record)
                waiting.append(steps[name])
    return Plan(tuple(steps.values()))


def with_what_they_need(chosen: Iterable[str], plan: Plan, kept: Collection[str]) -> frozenset[str]:
    """Return chosen episodes together with those whose files they need and that are not kept."""
    steps = {step.request.slug: step for step in plan.steps}
    found: set[str] = set()
    waiting = list(chosen)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [other for other in steps[name].request.needs if other in steps and other not in kept]
    return frozenset(found)
