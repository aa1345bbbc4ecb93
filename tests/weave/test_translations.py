"""The interface's words."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from site_builder.problems import Location, Severity
from site_builder.weave.phrases import LANGUAGES
from site_builder.weave.translations import ALL, Phrases, phrases, unknown_language

LOCATION = PurePosixPath("config.yaml")


@pytest.mark.parametrize("english", ALL)
def test_every_phrase_has_every_language_and_the_same_names_to_fill(english: str) -> None:
    names = set(re.findall(r"{\w+}", english))
    assert len(ALL[english]) == len(LANGUAGES)
    assert all(words.strip() and set(re.findall(r"{\w+}", words)) == names for words in ALL[english])


def test_labels_are_those_that_lessons_know() -> None:
    labels = {language: words("Overview") for language in LANGUAGES if (words := phrases(language))}
    assert labels == {"de": "Übersicht", "es": "Hoja de ruta", "fr": "Vue d'ensemble", "it": "Panoramica", "ja": "概要", "uk": "Огляд"}


def test_a_region_does_not_matter() -> None:
    phrases_for = phrases("fr-CA")
    assert phrases_for is not None and phrases_for("Figure {number}", number=3) == "Figure 3" and phrases_for.language == "fr"


def test_an_unknown_phrase_stays() -> None:
    assert Phrases()("PYTHON") == "PYTHON"


def test_an_unknown_language_is_a_warning_with_advice() -> None:
    assert phrases("dee") is None
    problem = unknown_language("dee", Location(LOCATION, 2))
    assert (problem.code, problem.severity, problem.hint) == ("LS601", Severity.WARNING, "did you mean 'de'?")
    assert "known languages: en, de" in unknown_language("tlh", Location(LOCATION)).hint
