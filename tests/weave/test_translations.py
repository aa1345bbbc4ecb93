"""The interface's words: complete in every language, and every text that the code shows is among them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

import site_builder
from site_builder.boxes import ACCORDIONS, LABELS
from site_builder.problems import Location, Severity
from site_builder.weave.interface_texts import SHOWN_BY_SCRIPTS, SHOWN_BY_TEMPLATES
from site_builder.weave.translations import CATALOGUES, LANGUAGES, Phrases, catalogue, phrases, unknown_language

LOCATION = PurePosixPath("config.yaml")
CODE = Path(site_builder.__file__).parent
CALLED = {"words", "phrases", "_words", "phrase_title", "_phrases"}
"""Names under which code calls the words of a language."""


def read(name: str) -> Catalog:
    with (CATALOGUES / name).open(encoding="utf-8") as file:
        return read_po(file)


TEMPLATE = {str(message.id) for message in read("lesson.pot") if message.id}


def test_there_are_the_languages_that_the_workbench_knows() -> None:
    assert LANGUAGES == ("de", "es", "fr", "it", "ja", "uk")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_a_translation_with_the_same_names_to_fill(language: str) -> None:
    found = catalogue(language)
    assert set(found) == TEMPLATE
    for english, words in found.items():
        assert words.strip()
        assert set(re.findall(r"{\w+}", words)) == set(re.findall(r"{\w+}", english)), english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_doubtful_or_left_over(language: str) -> None:
    messages = read(f"{language}.po")
    assert not [message.id for message in messages if message.id and message.fuzzy]
    assert not messages.obsolete
    assert [list(message.check(messages)) for message in messages if message.id and list(message.check(messages))] == []


def shown_by_code() -> Iterator[tuple[str, str]]:
    for path in sorted((*CODE.joinpath("weave").rglob("*.py"), *CODE.joinpath("render").rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
                first = node.args[0]
                if name in CALLED and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield path.name, first.value


def test_every_text_that_is_shown_is_in_the_catalogues() -> None:
    shown = list(shown_by_code())
    assert len(shown) > 40
    assert [text for text in shown if text[1] not in TEMPLATE] == []
    assert not {*SHOWN_BY_SCRIPTS, *SHOWN_BY_TEMPLATES} - TEMPLATE
    assert not {*LABELS, *(box.title for box in ACCORDIONS.values())} - TEMPLATE


def test_labels_are_those_that_lessons_know() -> None:
    labels = {language: words("Overview") for language in LANGUAGES if (words := phrases(language))}
    assert labels == {"de": "Übersicht", "es": "Hoja de ruta", "fr": "Vue d'ensemble", "it": "Panoramica", "ja": "概要", "uk": "Огляд"}


def test_a_region_does_not_matter() -> None:
    found = phrases("fr-CA")
    assert found is not None
    assert found("Figure {number}", number=3) == "Figure 3"
    assert found.language == "fr"


def test_an_unknown_phrase_stays() -> None:
    assert Phrases()("PYTHON") == "PYTHON"


def test_an_unknown_language_is_a_warning_with_advice() -> None:
    assert phrases("dee") is None
    problem = unknown_language("dee", Location(LOCATION, 2))
    assert (problem.code, problem.severity, problem.hint) == ("LS601", Severity.WARNING, "did you mean 'de'?")
    assert "known languages: en, de" in unknown_language("tlh", Location(LOCATION)).hint
