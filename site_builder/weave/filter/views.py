"""The two views of one text: learners do not see instructor notes; the instructors' copy is one folder down."""

from __future__ import annotations

from collections.abc import Sequence

from site_builder.kept_results import KeptResults
from site_builder.markdown.tree import Element, Node, elements, transform
from site_builder.weave.filter.targets import instructor_targets
from site_builder.weave.model import View
from site_builder.weave.parts import PagePart, derived


def body_for(view: View, nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return a page's text as one view shows it; ids and numbers are the same in both."""
    if view is View.INSTRUCTOR:
        return instructor_targets(nodes)
    return transform(nodes, lambda node: () if _for_instructors(node) else None)


def seen_part(view: View, part: PagePart, kept: KeptResults) -> PagePart:
    """Return what one view shows of a finished text; where it has nothing for instructors alone, that is all for learners."""
    if view is View.LEARNER and not kept.result("for instructors", lambda: part.digest, lambda: _has_notes(part.nodes)):
        return part
    return derived(kept, "view", lambda: (view.value, part.digest), lambda: body_for(view, part.nodes))


def _has_notes(nodes: Sequence[Node]) -> bool:
    """Tell whether learners do not see all of a text."""
    return any(_for_instructors(node) for node in elements(nodes, "div", "details"))


def _for_instructors(node: Node) -> bool:
    return isinstance(node, Element) and node.tag in ("div", "details") and "instructor" in node.classes
