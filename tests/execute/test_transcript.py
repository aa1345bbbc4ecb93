"""No message of a kernel breaks the reading of its outputs, and right ones add up to what a front end shows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from site_builder.execute.local.transcript import Transcript
from site_builder.records.model import Display, Output, Raised, Stream
from site_builder.records.notebook import notebook_output
from tests.execute.talk import message, shown

VIEW = "application/vnd.jupyter.widget-view+json"


def heard(*messages: Any) -> tuple[Output, ...]:
    transcript = Transcript()
    transcript.begin("r1")
    for each in messages:
        transcript.hear(each)
    return shown(transcript)


def opened(name: str, kind: str, **state: Any) -> dict[str, Any]:
    return message("comm_open", comm_id=name, target_name="jupyter.widget", data={"state": {"_model_name": kind, **state}})


def displayed(name: str) -> dict[str, Any]:
    return message("display_data", data={VIEW: {"model_id": name}, "text/plain": "<widget>"}, metadata={})


ODD: dict[str, tuple[Any, tuple[Output, ...]]] = {
    "a number as text": (message("display_data", data={"text/plain": 5}), (Display({"text/plain": "5"}),)),
    "null as text": (message("display_data", data={"text/plain": None}), ()),
    "no data": (message("display_data", data=None, metadata=None), ()),
    "a stream of an unknown name": (message("stream", name="log", text="a"), (Stream("stdout", "a"),)),
    "a stream without text": (message("stream", name="stdout"), ()),
    "a number as a stream's text": (message("stream", name="stderr", text=3), (Stream("stderr", "3"),)),
    "an error without traceback": (message("error", ename="E", evalue=None, traceback=None), (Raised("E", "", ()),)),
    "an object as metadata": (message("display_data", data={"text/plain": "a"}, metadata=[1]), (Display({"text/plain": "a"}),)),
    "a display that is updated before it exists": (
        message("update_display_data", data={"text/plain": "a"}, transient={"display_id": "x"}),
        (),
    ),
    "a comm without a name": (message("comm_open", data={}), ()),
    "an unknown kind": (message("nonsense", data={"text/plain": "a"}), ()),
    "another request's": (message("stream", parent="r9", name="stdout", text="a"), ()),
    "a text": ("text", ()),
    "nothing": (None, ()),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_message_is_read_for_what_it_says(name: str) -> None:
    odd, right = ODD[name]
    assert heard(odd, message("stream", name="stdout", text="after")) == (
        (*right[:-1], Stream("stdout", "aafter")) if right == (Stream("stdout", "a"),) else (*right, Stream("stdout", "after"))
    )


def test_clearing_waits_for_the_next_output_if_it_is_told_to() -> None:
    first, clear = message("stream", name="stdout", text="1"), message("clear_output", wait=True)
    assert heard(first, clear) == (Stream("stdout", "1"),)
    assert heard(first, clear, message("stream", name="stdout", text="2")) == (Stream("stdout", "2"),)
    assert heard(first, message("clear_output", wait=False)) == ()


def test_an_output_widget_takes_what_is_displayed_while_it_is_active_and_shows_it_once() -> None:
    captured = (
        opened("w", "OutputModel", outputs=[]), message("comm_msg", comm_id="w", data={"state": {"msg_id": "r1"}}),
        message("stream", name="stdout", text="inside"), message("comm_msg", comm_id="w", data={"state": {"msg_id": ""}}),
    )  # fmt: skip
    assert heard(*captured, message("stream", name="stdout", text="outside")) == (Stream("stdout", "outside"),)
    assert heard(*captured, displayed("w"), displayed("w")) == (Stream("stdout", "inside"),)


def test_the_kernel_learns_what_an_output_widget_took() -> None:
    sent: list[Any] = []
    transcript = Transcript(lambda name, state, parent: sent.append((name, len(state["outputs"]), parent["msg_id"])))
    transcript.begin("r1")
    for each in (opened("w", "OutputModel"), message("comm_msg", comm_id="w", data={"state": {"msg_id": "r1"}}),
                 message("stream", name="stdout", text="a")):  # fmt: skip
        transcript.hear(each)
    assert sent == [("w", 1, "r1")]


def test_widgets_show_their_values_and_name_what_readers_cannot_use() -> None:
    box = (
        opened("a", "IntSliderModel", description="n", value=3), opened("b", "HTMLModel", value="<b>bold</b>"),
        opened("c", "DropdownModel", _options_labels=["x", "y"], index=1, description="pick"),
        opened("d", "VBoxModel", children=["IPY_MODEL_a", "IPY_MODEL_b", "IPY_MODEL_c"]), displayed("d"),
    )  # fmt: skip
    (found,) = heard(*box)
    assert isinstance(found, Display)
    assert found.data["text/plain"] == "n: 3\nbold\npick: y"
    assert found.data["text/html"] == "<span>n: 3</span> <b>bold</b> <span>pick: y</span>"
    assert found.metadata == {"text/html": {"controls": "IntSlider, Dropdown"}}


def test_a_progress_bar_shows_its_last_state_and_no_control() -> None:
    (found,) = heard(
        opened("l", "HTMLModel", value="0%"), opened("m", "FloatProgressModel", value=0, max=3), opened("r", "HTMLModel", value="0/3"),
        opened("h", "HBoxModel", children=["IPY_MODEL_l", "IPY_MODEL_m", "IPY_MODEL_r"]), displayed("h"),
        message("comm_msg", comm_id="l", data={"state": {"value": "100%"}}), message("comm_msg", comm_id="r", data={"state": {"value": "3/3"}}),
    )  # fmt: skip
    assert isinstance(found, Display)
    assert (found.data["text/plain"], found.metadata) == ("100%\n3/3", {})


def test_a_widget_that_nothing_is_known_of_shows_its_text() -> None:
    assert heard(displayed("x")) == (Display({"text/plain": "<widget>"}),)


def test_a_closed_or_hidden_widget_shows_nothing() -> None:
    bar = (opened("h", "HBoxModel", children=["IPY_MODEL_l"], layout="IPY_MODEL_y"), opened("l", "LabelModel", value="0%"),
           opened("y", "LayoutModel"), displayed("h"))  # fmt: skip
    assert len(heard(*bar)) == 1
    assert heard(*bar, message("comm_close", comm_id="h")) == ()
    assert heard(*bar, message("comm_msg", comm_id="y", data={"state": {"visibility": "hidden"}})) == ()
    assert heard(*bar, message("comm_msg", comm_id="y", data={"state": {"display": "none"}})) == ()


def test_a_widget_of_another_library_is_named_as_missing() -> None:
    (chart,) = heard(opened("m", "LeafletMapModel", _model_module="jupyter-leaflet"), displayed("m"))
    assert chart == Display({"text/plain": "[LeafletMap]"}, metadata={"text/plain": {"missing": "LeafletMap"}})
    (own,) = heard(opened("m", "AnyModel", _model_module="anywidget", _anywidget_id="lesson.Counter"), displayed("m"))
    assert own == Display({"text/plain": "[Counter]"}, metadata={"text/plain": {"missing": "Counter"}})
    (valued,) = heard(opened("m", "AnyModel", _model_module="anywidget", _anywidget_id="lesson.Counter", value=3), displayed("m"))
    assert valued == Display({"text/plain": "3"}, metadata={"text/plain": {"controls": "Counter"}})
    (beside,) = heard(opened("m", "LeafletMapModel", _model_module="jupyter-leaflet"), opened("l", "LabelModel", value="a map:"),
                      opened("b", "VBoxModel", children=["IPY_MODEL_l", "IPY_MODEL_m"]), displayed("b"))  # fmt: skip
    assert beside == Display({"text/plain": "a map:\n[LeafletMap]"}, metadata={"text/plain": {"missing": "LeafletMap"}})


def test_a_picture_that_a_widget_of_another_library_offers_is_shown() -> None:
    view = message("display_data", data={VIEW: {"model_id": "c"}, "image/png": "iVBORw0KGgo=", "text/plain": "Canvas()"}, metadata={})
    canvas = opened("c", "MPLCanvasModel", _model_module="jupyter-matplotlib", _figure_label="Figure 1")
    right = (Display({"image/png": "iVBORw0KGgo=", "text/plain": "Canvas()"}),)
    assert heard(canvas, view) == right
    assert heard(canvas, view, message("comm_close", comm_id="c")) == right


def test_a_widget_that_holds_a_file_shows_it() -> None:
    def of(kind: str, **state: Any) -> tuple[Output, ...]:
        begun = opened("f", kind, _model_module="@jupyter-widgets/controls", **state)
        begun["content"]["data"]["buffer_paths"] = [["value"]]
        return heard({**begun, "buffers": [memoryview(b"bytes")]}, displayed("f"))

    picture = {"image/png": "Ynl0ZXM="}
    assert of("ImageModel", format="png", width="") == (Display(picture),)
    assert of("ImageModel", format="png", width="50") == (Display(picture, metadata={"image/png": {"width": 50}}),)
    assert of("ImageModel", format="svg+xml") == (Display({"image/svg+xml": "bytes"}),)
    (sound,) = of("AudioModel", format="wav")
    assert isinstance(sound, Display)
    assert sound.data["text/html"] == '<audio controls src="data:audio/wav;base64,Ynl0ZXM="></audio>'


def test_a_widget_that_contains_itself_ends() -> None:
    assert heard(opened("a", "VBoxModel", children=["IPY_MODEL_a", "IPY_MODEL_a"]), displayed("a")) == ()


def test_later_cells_change_earlier_outputs_and_say_so() -> None:
    transcript = Transcript()
    transcript.begin("r1")
    transcript.hear(message("display_data", data={"text/plain": "old"}, transient={"display_id": "d"}))
    assert transcript.hear(message("status", execution_state="idle"))
    transcript.begin("r2")
    transcript.hear(message("update_display_data", parent="r2", data={"text/plain": "new"}, transient={"display_id": "d"}))
    transcript.hear(message("stream", parent="r1", name="stdout", text="late"))
    assert not transcript.hear(message("status", execution_state="idle"))
    assert transcript.changed == (0,)
    assert shown(transcript) == (Display({"text/plain": "new"}), Stream("stdout", "late"))


KINDS = (
    "stream", "display_data", "execute_result", "update_display_data", "error", "status", "clear_output", "comm_open", "comm_msg",
    "comm_close", "execute_input", "debug_event", "",
)  # fmt: skip
WORDS = st.sampled_from(("a", "w", "r1", "text/plain", VIEW, "image/png", "OutputModel", "VBoxModel", "IPY_MODEL_a", "", "\ud800"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3), max_leaves=6,
)  # fmt: skip
STATE = st.fixed_dictionaries({}, optional={
    "_model_name": WORDS | VALUES, "children": st.lists(WORDS, max_size=3) | VALUES, "outputs": VALUES, "msg_id": WORDS | VALUES,
    "value": VALUES, "index": VALUES, "_options_labels": VALUES, "titles": VALUES, "description": VALUES, "max": VALUES,
})  # fmt: skip
CONTENT = st.fixed_dictionaries({}, optional={
    "name": WORDS | VALUES, "text": VALUES, "metadata": VALUES, "traceback": VALUES, "ename": VALUES, "evalue": VALUES, "wait": VALUES,
    "data": st.dictionaries(WORDS, VALUES, max_size=3) | st.fixed_dictionaries({"state": STATE | VALUES, "buffer_paths": VALUES}) | VALUES,
    "execution_state": st.sampled_from(("idle", "busy")) | VALUES, "comm_id": WORDS | VALUES, "target_name": VALUES,
    "transient": st.fixed_dictionaries({"display_id": WORDS | VALUES}) | VALUES, "execution_count": VALUES,
})  # fmt: skip
MESSAGES = st.fixed_dictionaries({}, optional={
    "msg_type": st.sampled_from(KINDS) | VALUES, "header": VALUES, "content": CONTENT | VALUES, "buffers": VALUES,
    "parent_header": st.fixed_dictionaries({"msg_id": st.sampled_from(("r1", "r2"))}) | VALUES,
}) | VALUES  # fmt: skip


def read_odd(messages: list[Any], answer: Any) -> None:
    """Read any messages in two cells, and give back only outputs that a record can hold."""
    transcript = Transcript()
    for number, request in enumerate(("r1", "r2")):
        transcript.begin(request)
        for each in messages:
            transcript.hear(each)
        for output in shown(transcript, number, answer):
            assert json.dumps(notebook_output(output, 1), ensure_ascii=False, sort_keys=True).encode()


@given(st.lists(MESSAGES, max_size=6), VALUES | st.fixed_dictionaries({"content": CONTENT}))
@settings(max_examples=200, deadline=None)
def test_no_message_breaks_the_reading(messages: list[Any], answer: Any) -> None:
    read_odd(messages, answer)


@pytest.mark.slow
@given(st.lists(MESSAGES, max_size=6), VALUES | st.fixed_dictionaries({"content": CONTENT}))
@settings(max_examples=10_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_ten_thousand_messages_break_nothing(messages: list[Any], answer: Any) -> None:
    read_odd(messages, answer)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("UsageError: no %x.\n", []),
        ("before\nUsageError: no %x.\n", ["before"]),
        ("UsageError: no %x. Or so\n", ["UsageError: no %x. Or so"]),
    ],
)
def test_an_error_that_a_kernel_only_prints_is_shown_once(said: str, left: list[str]) -> None:
    transcript = Transcript()
    transcript.begin("r1")
    transcript.hear(message("stream", name="stderr", text=said))
    found = shown(transcript, answer={"content": {"status": "error", "ename": "UsageError", "evalue": "no %x.", "traceback": []}})
    assert [output.text.strip() for output in found if isinstance(output, Stream)] == left
    assert [(output.name, output.value) for output in found if isinstance(output, Raised)] == [("UsageError", "no %x.")]
