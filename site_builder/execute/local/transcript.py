"""What a kernel's messages add to the outputs of its cells, as a notebook's front end would show them. Pure; no message makes it fail.

Text may come for an earlier cell (a task that it started), displays are updated from later cells, and an Output widget takes what is
displayed while it is active (https://ipywidgets.readthedocs.io/en/stable/examples/Output%20Widget.html).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from site_builder.execute.local.kernel_messages import COMMS, output_of, parent_of, repaired
from site_builder.execute.local.widgets import CLOSED, MEDIA, OUTPUT_MODEL, flattened, note_shown
from site_builder.outputs.storage import WIDGET_VIEW

Item: TypeAlias = dict[str, Any]
"""One output as nbformat stores it, with every value of its data as text."""

Send: TypeAlias = Callable[[str, Mapping[str, Any], Mapping[str, Any]], None]
"""Sends new state of a widget to the kernel: the widget's name, the state, and the header of the request it belongs to."""


class _Sink:
    """A list of outputs that messages are written to: those of a cell (its number), or of an Output widget in one."""

    def __init__(self, owner: int, items: list[Item]) -> None:
        self.owner, self.items = owner, items
        self.clearing = False

    def clear(self, *, later: bool) -> None:
        self.clearing = later
        if not later:
            self.items.clear()

    def add(self, item: Item) -> None:
        if self.clearing:
            self.clear(later=False)
        self.items.append(item)


class Transcript:
    """The outputs of all cells that a kernel has run, by the number of the run."""

    def __init__(self, send: Send = lambda name, state, parent: None) -> None:
        """Begin without a cell."""
        self._send = send
        self._cells: list[_Sink] = []
        self._requests: dict[str, int] = {}
        self._displays: dict[str, list[tuple[int, Item]]] = {}
        self._widgets: dict[str, dict[str, Any]] = {}
        self._outputs: dict[str, _Sink] = {}
        self._active: dict[str, list[str]] = {}
        self._current = -1
        self._changed: set[int] = set()
        self._viewing: set[int] = set()

    def begin(self, request: str) -> None:
        """Open the next cell: its outputs are those that name ``request`` as their parent."""
        self._current = len(self._cells)
        self._requests[request] = self._current
        self._cells.append(_Sink(self._current, []))

    def hear(self, message: Any) -> bool:
        """Take in one message; tell whether it says that the current cell is done."""
        known = repaired(message)
        number = self._requests.get(parent_of(known)) if known else None
        if known is None or number is None:
            return False
        kind, content = known["msg_type"], known["content"]
        if kind == "status":
            return bool(content["execution_state"] == "idle") and number == self._current
        if kind in COMMS:
            self._comm(kind, content, number, known["buffers"])
            return False
        if kind == "update_display_data":
            self._update(content)
            return False
        sink = self._sink(known["parent_header"]["msg_id"], number)
        if kind == "clear_output":
            sink.clear(later=content["wait"])
        elif (item := output_of(kind, content)) is not None:
            self._add(sink, item, content, known["parent_header"])
        self._note(sink.owner)
        return False

    def outputs(self, number: int) -> list[Item]:
        """Return the outputs of a cell, with widgets as what they show now; an Output widget's content is shown once."""
        shown: set[str] = set()
        for before in sorted(self._viewing):
            for item in self._cells[before].items if before < number else ():
                note_shown(item, self._state, shown)
        return [part for item in self._cells[number].items for part in flattened(item, self._state, shown)]

    @property
    def changed(self) -> tuple[int, ...]:
        """The cells whose outputs changed after they were done."""
        return tuple(sorted(self._changed))

    def _state(self, name: str) -> Mapping[str, Any]:
        """Return what is known of a widget, with the outputs of an Output widget."""
        own = self._outputs.get(name)
        return {**self._widgets.get(name, {}), **({"outputs": own.items} if own else {})}

    def _sink(self, request: str, number: int) -> _Sink:
        active = self._active.get(request)
        return self._outputs[active[-1]] if active else self._cells[number]

    def _add(self, sink: _Sink, item: Item, content: Mapping[str, Any], parent: Mapping[str, Any]) -> None:
        sink.add(item)
        if WIDGET_VIEW in item.get("data", ()):
            self._viewing.add(sink.owner)
        name = content.get("transient", {}).get("display_id")
        if name:
            self._displays.setdefault(name, []).append((sink.owner, item))
        active = self._active.get(str(parent.get("msg_id")))
        if active:
            self._send(active[-1], {"outputs": sink.items}, parent)

    def _update(self, content: Mapping[str, Any]) -> None:
        for owner, item in self._displays.get(content["transient"].get("display_id", ""), ()):
            item["data"], item["metadata"] = content["data"], content["metadata"]
            self._note(owner)

    def _note(self, number: int) -> None:
        if number != self._current:
            self._changed.add(number)

    def _comm(self, kind: str, content: Mapping[str, Any], number: int, buffers: Sequence[Any]) -> None:
        name, state = content["comm_id"], content["data"].get("state", {})
        if kind == "comm_open":
            self._widgets[name] = dict(state)
            if state.get("_model_name") == OUTPUT_MODEL:
                self._outputs[name] = _Sink(number, [])
        elif name in self._widgets:
            self._widgets[name].update({CLOSED: True} if kind == "comm_close" else state)
        if self._widgets.get(name, {}).get("_model_name") in MEDIA:
            self._widgets[name].update(_files(content["data"].get("buffer_paths", ()), buffers))
        if kind != "comm_close" and name in self._outputs:
            self._output_widget(name, state)
        self._changed |= self._viewing - {self._current}

    def _output_widget(self, name: str, state: Mapping[str, Any]) -> None:
        """Take what was written to an Output widget's own state, and whether it now takes what a request displays."""
        if isinstance(state.get("outputs"), list):
            found = (output_of(item.get("output_type"), item) for item in state["outputs"] if isinstance(item, dict))
            self._outputs[name].items[:] = [item for item in found if item is not None]
        if "msg_id" in state:
            for active in self._active.values():
                if name in active:
                    active.remove(name)
            if isinstance(state["msg_id"], str) and state["msg_id"]:
                self._active.setdefault(state["msg_id"], []).append(name)


def _files(paths: Sequence[Any], buffers: Sequence[Any]) -> dict[str, bytes]:
    """Return the fields of a state that were sent as bytes beside it."""
    found = zip(paths, buffers, strict=False)
    return {
        path[0]: bytes(data) for path, data in found if len(path) == 1 and isinstance(path[0], str) and isinstance(data, bytes | memoryview)
    }
