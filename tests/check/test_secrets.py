"""Secrets in outputs: each shape is found and located, and its value is printed nowhere."""

from __future__ import annotations

import base64
import json
import time
import urllib.parse
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.check.secrets import SecretPlace, find_secrets, secret_values, secrets_of_record
from site_builder.environments.base import PackageSet
from site_builder.records.model import CellRecord, Display, EpisodeRecord, KeyParts, Output, Provenance, Raised, Stream

A36 = "a1B2c3D4e5F6" * 3

# Put together at run time, so that nothing that looks for secrets in this repository finds one.
SHAPES = {
    "a GitHub token": "gh" + "p_" + A36,
    "a GitHub token of Actions": "gh" + "s_" + A36,
    "a fine-grained GitHub token": "github" + "_pat_" + A36,
    "an AWS access key": "AKI" + "A" + "ABCDEFGH12345678",
    "a private key": "-----BEGIN OPENSSH " + "PRIVATE KEY-----",
    "a JSON Web Token": "ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLWhlcmU",
    "a GitLab token": "gl" + "pat-" + A36[:20],
    "a Slack token": "xo" + "xb-1234567890-abcdef",
    "a Google API key": "AI" + "za" + A36[:35],
    "a Hugging Face token": "h" + "f_" + A36[:34],
    "a PyPI token": "pypi" + "-AgE" + A36,
    "an npm token": "np" + "m_" + A36,
    "an API key": "s" + "k-" + A36,
    "a live key of a payment service": "s" + "k_live_" + A36[:24],
    "a conda channel token": "https://conda.example.org/t/" + "qx-" + "0123456789abcdef01234",
    "a password in an address": "https://me:" + "hunter22@example.org/x.git",
    "a bearer token": "Authorization: " + "Bearer " + A36,
}


def record(*outputs: Output) -> EpisodeRecord:
    packages = PackageSet("default", "linux-64", ())
    made = Provenance("lesson 0", "host", packages, False, "", "Linux", "3.13", "2026-01-01T00:00:00+00:00", 1.0)
    return EpisodeRecord("a", KeyParts((), (), packages.digest), (CellRecord("leak", "python", "1", outputs),), made)


def found(*outputs: Output, values: dict[str, str] | None = None) -> list[str]:
    problems = secrets_of_record(record(*outputs), PurePosixPath("episodes/a.md"), {"leak": 12}, values or {})
    assert all(problem.code == "LS851" and str(problem.location) == "episodes/a.md:12" for problem in problems)
    return [problem.message for problem in problems]


@pytest.mark.parametrize("secret", SHAPES.values(), ids=SHAPES.keys())
class TestEachShape:
    def test_is_found_wherever_a_cell_can_print_it_and_never_repeated(self, secret: str) -> None:
        for output in (
            Stream("stdout", f"token={secret}\n"),
            Stream("stderr", f"'{secret}'"),
            Display({"text/plain": f"{{'key': '{secret}'}}"}, True),
            Display({"text/html": f"<td>{secret}</td>"}),
            Display({"application/json": f'{{"key": "{secret}"}}'}),
            Display({"application/vnd.example.json": f'{{"key": "{secret}"}}'}),
            Display({"image/svg+xml": f"<text>{secret}</text>"}),
            Raised("ValueError", f"bad {secret}"),
            Raised("ValueError", "bad", (f"   1 login({secret!r})",)),
        ):
            messages = found(output)
            assert len(messages) == 1
            assert secret not in messages[0]
            assert secret[-12:] not in messages[0]

    def test_colours_do_not_hide_it(self, secret: str) -> None:
        half = len(secret) // 2
        assert len(found(Stream("stdout", f"\x1b[31m{secret[:half]}\x1b[0m{secret[half:]}"))) == 1

    def test_as_the_value_of_a_variable_it_is_found_too(self, secret: str) -> None:
        assert any("the variable MY_TOKEN" in message for message in found(Stream("stdout", secret), values={"MY_TOKEN": secret}))


def test_values_of_variables_with_secret_names_are_looked_for() -> None:
    variables = {
        "DB_PASSWORD": "correct horse", "API_KEY": "0123456789", "AUTH": "short", "PWD": "/home/someone/lesson", "LANG": "en_GB.UTF-8",
        "CLIENT_SECRET": "   padded value  ", "TOKEN": "",
    }  # fmt: skip
    values = secret_values(variables)
    assert set(values) == {"DB_PASSWORD", "API_KEY", "CLIENT_SECRET"}
    assert find_secrets("x correct horse\ny padded value", values) == (
        SecretPlace("the value of the variable DB_PASSWORD", 1, 3),
        SecretPlace("the value of the variable CLIENT_SECRET", 2, 3),
    )


def test_an_empty_value_is_nowhere() -> None:
    assert find_secrets("text", {"TOKEN": " "}) == ()


def test_a_place_is_line_and_column_and_one_kind_is_told_once_for_a_cell() -> None:
    token = SHAPES["a GitHub token"]
    assert find_secrets(f"one\n  {token}\n{token}", {}) == (SecretPlace("a GitHub token", 2, 3), SecretPlace("a GitHub token", 3, 1))
    (message,) = found(Stream("stdout", "fine\n"), Stream("stderr", f"one\n  {token} {token}"))
    assert message == "the output of cell `leak` contains a GitHub token (output 2, line 2, column 3)"


@pytest.mark.parametrize(
    "text",
    [
        "the prefix ghp_ begins a token", "AKIA", "sk-learn and sk-image", "https://example.org:8080/a@b", "-----BEGIN CERTIFICATE-----",
        "eyJ.eyJ.x", "git@github.com:a/b.git", "https://user:***@example.org", "Authorization: Bearer ***", "hf_model", "0x7ffa88ba71d0",
        "c0ffee" * 12, "pypi-AgE", "http://localhost:8888/tree", "postgres://host/db",
    ],
)  # fmt: skip
def test_what_only_looks_a_little_like_it_is_none(text: str) -> None:
    assert find_secrets(text, {}) == ()


def test_pictures_are_not_looked_into() -> None:
    assert found(Display({"image/png": SHAPES["a GitHub token"]})) == []


def test_a_cell_without_a_known_line_is_told_at_the_head_of_its_page() -> None:
    (problem,) = secrets_of_record(record(Stream("stdout", SHAPES["a GitHub token"])), PurePosixPath("a.md"), {}, {})
    assert problem.location.line == 1
    assert "replace the secret" in problem.hint


@given(st.text(max_size=80), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2))
def test_no_text_at_all_is_an_error_and_places_lie_inside(text: str, values: dict[str, str]) -> None:
    for place in find_secrets(text, values):
        assert 1 <= place.line <= text.count("\n") + 1
        assert place.column >= 1


@pytest.mark.parametrize("piece", ["a.", "eyJ-", "://a", "sk-", "gh" + "p_", "a:b@", "-", "x", "https://", "/t/", "glpat-"])
def test_a_hundred_thousand_characters_take_no_time(piece: str) -> None:
    started = time.perf_counter()
    find_secrets(piece * (100_000 // len(piece)), {"TOKEN": "a" * 40})
    assert time.perf_counter() - started < 5  # what is quadratic takes minutes


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=8, max_size=40),
    st.binary(max_size=5),
    st.binary(max_size=5),
)
def test_a_value_is_found_in_whatever_way_it_is_written(value: str, before: bytes, after: bytes) -> None:
    data = value.encode()
    written = [
        value, data.hex(), data.hex().upper(), urllib.parse.quote(value), urllib.parse.quote(value, safe=""), json.dumps(value),
        base64.b64encode(before + data + after).decode(), base64.urlsafe_b64encode(before + data + after).decode(), repr(value),
    ]  # fmt: skip
    for text in written:
        assert find_secrets(f"x = {text} and more", {"MY_TOKEN": value}), text
    assert not find_secrets("nothing of the kind", {"MY_TOKEN": value})
