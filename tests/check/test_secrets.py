"""Secrets in outputs: each shape is found and located, and its value is printed nowhere."""

from __future__ import annotations

import base64
import html
import importlib.metadata
import json
import re
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.check import secret_rules
from site_builder.check.secrets import SecretPlace, find_secrets, secret_values, secrets_of_record
from site_builder.environments.base import PackageSet
from site_builder.errors import MachineError
from site_builder.kept_results import KeptResults
from site_builder.records.model import CellRecord, Display, EpisodeRecord, KeyParts, Output, Provenance, Raised, Stream

A36 = "a1B2c3D4e5F6" * 3
HEX = "0123456789abcdef" * 4
LONG = A36 * 6

# Put together at run time, so that nothing that looks for secrets in this repository finds one.
SHAPES = {
    "a GitHub token": ("GitHub Token", "gh" + "p_" + A36),
    "a GitHub token of Actions": ("GitHub Token", "gh" + "s_" + A36),
    "a fine-grained GitHub token": ("GitHub Token", "github" + "_pat_" + A36),
    "an AWS access key": ("AWS Access Key", "AKI" + "A" + "ABCDEFGH12345678"),
    "an AWS secret key": ("AWS Secret Key", "aws_secret_access_key = " + A36 + "/+x0"),
    "an AWS secret key in JSON": ("AWS Secret Key", '"Secret' + 'AccessKey": "' + A36 + '/+x0"'),
    "an AWS session": ("AWS Session Token", "IQoJ" + "b3JpZ2lu" + LONG),
    "a private key": ("Private Key", "-----BEGIN OPENSSH " + "PRIVATE KEY-----"),
    "an encrypted private key": ("Private Key", "-----BEGIN ENCRYPTED " + "PRIVATE KEY-----"),
    "a key of PuTTY": ("Private Key", "PuTTY-User" + "-Key-File-3: ssh-ed25519"),
    "a key of age": ("Age Secret Key", "AGE-SECRET" + "-KEY-1" + "Q5ZR" * 14 + "Q5"),
    "a JSON Web Token": ("JSON Web Token", "ey" + "JhbGciOiJIUzI1NiJ9.ey" + "JzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLWhlcmU"),
    "a GitLab token": ("GitLab Token", "gl" + "pat-" + A36[:20]),
    "a routable GitLab token": ("GitLab Token", "gl" + "pat-" + A36[:27] + ".01.1a2b3c4d5"),
    "a GitLab trigger": ("GitLab Token", "gl" + "ptt-" + HEX[:40]),
    "a GitLab workspace token": ("GitLab Token", "gl" + "wt-" + A36[:20]),
    "a Slack token": ("Slack Token", "xo" + "xb-1234567890-abcdef"),
    "a Slack app": ("Slack Token", "xa" + "pp-1-A0123456789-1234567890123-" + HEX),
    "a Slack webhook": ("Slack Token", "https://hooks.slack" + ".com/services/T01234567/B01234567/" + A36[:24]),
    "a Discord webhook": ("Webhook Address", "https://discord" + ".com/api/webhooks/123456789012345678/" + LONG[:68]),
    "a Google API key": ("Google API Key", "AI" + "za" + A36[:35]),
    "a Google OAuth token": ("Google API Key", "ya" + "29." + LONG),
    "a Google client secret": ("Google API Key", "GOC" + "SPX-" + A36[:28]),
    "a Hugging Face token": ("Hugging Face Token", "h" + "f_" + A36[:34]),
    "a PyPI token": ("PyPI Token", "pypi" + "-AgEIcHlwaS5vcmc" + LONG),
    "an npm token": ("NPM Token", "np" + "m_" + A36),
    "an npm token of an .npmrc": ("Login of .npmrc", "//npm.example.org/:_auth" + "Token=0a1b2c3d-1111-2222-3333-444455556666"),
    "an API key": ("API Key", "s" + "k-" + A36),
    "an API key of a project": ("API Key", "s" + "k-proj-" + LONG),
    "an API key in hexadecimal": ("API Key", "s" + "k-" + HEX[:32]),
    "a Groq key": ("Groq API Key", "gs" + "k_" + LONG[:52]),
    "a Replicate token": ("Replicate Token", "r" + "8_" + LONG[:37]),
    "a live key of a payment service": ("Stripe Access Key", "s" + "k_live_" + A36[:24]),
    "a test key of a payment service": ("Stripe Access Key", "s" + "k_test_" + A36[:24]),
    "a webhook secret of a payment service": ("Stripe Access Key", "wh" + "sec_" + A36[:32]),
    "a Square token": ("Square Token", "sq0" + "atp-" + A36[:22]),
    "a conda channel token": ("Conda Channel Token", "https://conda.example.org/t/" + "qx-" + "0123456789abcdef01234"),
    "a conda channel token with an account": (
        "Conda Channel Token",
        "https://conda.example.org/t/me-" + "0a1b2c3d-1111-2222-3333-444455556666/x",
    ),
    "a token of another conda server": ("Conda Channel Token", "https://conda.example.org/get/t/" + A36[:32] + "/c/noarch"),
    "a Pixi channel token": ("Pixi Channel Token", "pf" + "x_" + A36),
    "a password in an address": ("Password in an Address", "https://me:" + "hunter22@example.org/x.git"),
    "a password of a database": ("Password in an Address", "postgres" + "ql://app:s3cr3tPa55@db.example.org:5432/x"),
    "a password without a user": ("Password in an Address", "redis" + "://:s3cr3tPa55@cache.example.org:6379/0"),
    "a connection string": ("Password in a Connection String", "Server=x.example.org;User ID=me;Pass" + "word=s3cr3tPa55!;"),
    "an ODBC string": ("Password in a Connection String", "DRIVER={ODBC};SERVER=x;UID=me;PW" + "D=s3cr3tPa55"),
    "a bearer token": ("Authorization Header", "Authorization: " + "Bearer " + A36),
    "a header as JSON": ("Authorization Header", '{"Authorization": "' + "Bearer " + A36 + '"}'),
    "a header with a key": ("API Key Header", "X-API" + "-Key: " + A36),
    "an Azure storage key": ("Azure Storage Account access key", "Account" + "Key=" + LONG[:86] + "=="),
    "an Azure access key": ("Azure Shared Access Key", "SharedAccess" + "Key=" + LONG[:43] + "="),
    "an Azure client secret": ("Azure Client Secret", "a1B" + "8Q~" + A36[:34]),
    "an Azure signature": ("Azure Shared Access Signature", "https://me.example.org/c?sv=2022-11-02&s" + "ig=" + LONG[:43] + "%3D"),
    "an Azure DevOps token": ("Azure DevOps Token", LONG[:76] + "AZ" + "DO" + A36[:4]),
    "a Docker token": ("Docker Token", "dckr" + "_pat_" + A36[:27]),
    "Docker's file of passwords": ("Docker Registry Credentials", '{"auths": {"registry.example.org": {"au' + 'th": "bWU6aHVudGVyMjI="}}}'),
    "a SendGrid key": ("SendGrid API Key", "S" + "G." + A36[:22] + "." + LONG[:43]),
    "a Mailgun key": ("Mailgun API Key", "ke" + "y-" + HEX[:32]),
    "a Mailchimp key": ("Mailchimp Access Key", HEX[:32] + "-us" + "12"),
    "a Twilio key": ("Twilio API Key", "S" + "K" + HEX[:32]),
    "a Telegram bot": ("Telegram Bot Token", "1234567890" + ":AA" + A36[:33]),
    "a DigitalOcean token": ("DigitalOcean Token", "do" + "p_v1_" + HEX),
    "a Databricks token": ("Databricks Token", "da" + "pi" + HEX[:32]),
    "a Vault token": ("Vault Token", "hv" + "s." + LONG[:92]),
    "a Terraform token": ("Terraform Token", A36[:14] + ".atlas" + "v1." + LONG[:64]),
    "a Grafana token": ("Grafana Token", "gl" + "sa_" + A36[:32] + "_0a1b2c3d"),
    "an Atlassian token": ("Atlassian Token", "ATA" + "TT3xFfGF0" + LONG),
    "a Notion token": ("Notion Token", "nt" + "n_" + LONG[:46]),
    "a Kaggle key": ("Kaggle API Key", '{"username":"me","k' + 'ey":"' + HEX[:32] + '"}'),
    "a login of .netrc": ("Password of .netrc", "machine example.org login me pass" + "word hunter22"),
    "an address of Jupyter": ("Jupyter Token", "http://localhost:8888/lab?to" + "ken=" + HEX[:48]),
    "a variable of a shell": ("Secret Value", "export DB_PASS" + "WORD=s3cr3tPa55"),
    "a setting of YAML": ("Secret Value", "service_tok" + "en: 'a8f5K2m9Qz'"),
    "a UUID that is a token": ("Secret Value", "CODECOV_TO" + "KEN=0a1b2c3d-1111-2222-3333-444455556666"),
}
"""What it is -> the kind that it is called, and a text with one."""


def record(*outputs: Output) -> EpisodeRecord:
    packages = PackageSet("default", "linux-64", ())
    made = Provenance("lesson 0", "host", packages, False, "", "Linux", "3.13", "2026-01-01T00:00:00+00:00", 1.0)
    return EpisodeRecord("a", KeyParts((), (), packages.digest), (CellRecord("leak", "python", "1", outputs),), made)


def found(*outputs: Output, values: dict[str, str] | None = None) -> list[str]:
    problems = secrets_of_record(record(*outputs), PurePosixPath("episodes/a.md"), {"leak": 12}, values or {})
    assert all(problem.code == "LS851" and str(problem.location) == "episodes/a.md:12" for problem in problems)
    return [problem.message for problem in problems]


@pytest.mark.parametrize(("kind", "secret"), SHAPES.values(), ids=SHAPES.keys())
class TestEachShape:
    def test_is_found_wherever_a_cell_can_print_it_and_never_repeated(self, kind: str, secret: str) -> None:
        for output in (
            Stream("stdout", f"it is {secret}\n"),
            Stream("stderr", f"'{secret}'"),
            Display({"text/plain": f"{{'key': '{secret}'}}"}, True),
            Display({"text/html": f"<td>{secret}</td>"}),
            Display({"application/json": f'{{"key": "{secret}"}}'}),
            Display({"application/vnd.example.json": f'{{"key": "{secret}"}}'}),
            Display({"image/svg+xml": f"<text>{secret}</text>"}),
            Raised("ValueError", f"bad {secret}"),
            Raised("ValueError", "bad", (f"   1 login({secret!r})",)),
        ):
            (message,) = found(output)
            assert f"a secret: {kind} (output 1," in message
            assert secret not in message
            assert secret[-12:] not in message

    def test_is_found_however_it_is_written(self, kind: str, secret: str) -> None:
        data = f"it is {secret}\n".encode()
        for text in (
            json.dumps(f"first\n{secret}\n"), urllib.parse.quote(f"q= {secret}", safe=""), html.escape(f"<{secret}>"), f"b'\\n{secret}\\n'",
            base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode(), data.hex(), data.hex().upper(),
        ):  # fmt: skip
            assert [place.kind for place in find_secrets(f"one\n{text}", {})] == [kind], text
            assert all(place.line == 2 for place in find_secrets(f"one\n{text}", {}))

    def test_colours_do_not_hide_it(self, kind: str, secret: str) -> None:
        half = len(secret) // 2
        assert len(found(Stream("stdout", f"\x1b[31m{secret[:half]}\x1b[0m{secret[half:]}"))) == 1

    def test_as_the_value_of_a_variable_it_is_found_too(self, kind: str, secret: str) -> None:
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
    token = SHAPES["a GitHub token"][1]
    assert find_secrets(f"one\n  {token}\n{token}", {}) == (SecretPlace("GitHub Token", 2, 3), SecretPlace("GitHub Token", 3, 1))
    assert find_secrets(f"one\n  a%20{token}", {}) == (SecretPlace("GitHub Token", 2, 7),)
    (message,) = found(Stream("stdout", "fine\n"), Stream("stderr", f"one\n  {token} {token}"))
    assert message == "the output of cell `leak` contains what looks like a secret: GitHub Token (output 2, line 2, column 3)"


HARMLESS = [
    "the prefix ghp_ begins a token", "AKIA", "sk-learn and sk-image", "https://example.org:8080/a@b", "-----BEGIN CERTIFICATE-----",
    "eyJ.eyJ.x", "git@github.com:a/b.git", "https://user:***@example.org", "Authorization: Bearer ***", "hf_model", "0x7ffa88ba71d0",
    "c0ffee" * 12, "pypi-AgE", "http://localhost:8888/tree", "postgres://host/db",
    # digests, identifiers and addresses, as lessons print them
    "sha256:" + HEX, f"{HEX}  data.csv", HEX[:40], "0a1b2c3d-1111-2222-3333-444455556666", "md5: d41d8cd98f00b204e9800998ecf8427e",
    "https://conda.anaconda.org/conda-forge/linux-64/numpy-2.4.6-py313h41a2e72_0.conda", "https://forum.example.org/t/how-to-install-python-3-12/4711",
    "numpy-2.4.6-py313hf6604e3_0.conda#" + HEX[:32], "rev = " + HEX[:40], "index 8baef1b4..a2f3c5d 100644", "key: " + HEX, "cache-key-" + HEX[:32],
    "data:image/png;base64," + base64.b64encode(bytes(range(256)) * 8).decode(), base64.b64encode(bytes(range(256))).decode(),
    # what instructions and programs print of tokens and passwords
    "http.proxy http://user:password@proxy.url", "https://USER:PASSWORD@example.org", "https://${USER}:${TOKEN}@example.org", "https://me:<token>@example.org",
    "http://example.org.Contact:jane.doe@example.org", "password: ********", "token: <your token here>", "password = getpass.getpass()", "api_key=None",
    "tokens: 1234567890123", "max_new_tokens=1024, pad_token_id=50256", "tokenizer_class: PreTrainedTokenizerFast", "token_type_ids: [0, 0, 0, 0, 0, 0]",
    "secret = os.environ['MY_TOKEN']", "TOKEN=${{ secrets.GITHUB_TOKEN }}", "PasswordAuthentication no", "token count: 12.345678901234",
    "sk-toggleable__label-arrow", "sk-estimator-doc-link", "{'class': 'sk-container-id-1'}", "APCluster-1.4.10", "base64,AAAA/t/" + A36 + "/AAAA", "ACGTacgtacgtacgtacgtacgtacgtacgtac",
    "xoxo", "glance-api-2024-08-01", "hvs.example", "r8_small", "s3://bucket/key-0123", "//npm.example.org/:_authToken=${NPM_TOKEN}",
    "Bearer authentication", "<div id=\"b6f8d0c2-53b4-4a0e-9f57-6f0f7a5d0b11\" class=\"plotly-graph-div\">", "192.168.0.1:8888",
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_a_little_like_it_is_none(text: str) -> None:
    assert find_secrets(text, {}) == ()
    assert find_secrets(json.dumps(text), {}) == ()


def test_a_long_token_is_found_in_a_long_line() -> None:
    """The library's rules see pieces of it; each of them is whole in one piece."""
    claims = base64.urlsafe_b64encode(json.dumps({"groups": [f"group-{number}" for number in range(600)]}).encode()).decode().rstrip("=")
    for kind, secret in (*SHAPES.values(), ("JSON Web Token", "ey" + f"JhbGciOiJIUzI1NiJ9.{claims}.c2lnbmF0dXJlLWhlcmU")):
        for before in (0, 1400, 1530, 2040):
            assert [place.kind for place in find_secrets(f"{'x ' * (before // 2)} {secret} {'y ' * 2000}", {})] == [kind]


@pytest.mark.slow
def test_nothing_in_real_lessons_is_taken_for_a_secret(corpus: Path) -> None:
    """What their pages say, as cells would print it: with the markup and without."""
    for page in sorted(corpus.rglob("*.html"))[::3]:
        text = page.read_text(encoding="utf-8")
        for shown in (text, html.unescape(re.sub(r"<[^>]+>", "", text))):
            assert find_secrets(shown, {}) == (), page


class TestWithoutTheLibrary:
    @pytest.fixture(autouse=True)
    def absent(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        def none(name: str) -> str:
            raise importlib.metadata.PackageNotFoundError(name)

        monkeypatch.setattr(secret_rules.importlib.metadata, "version", none)
        secret_rules.rules_version.cache_clear()
        yield
        secret_rules.rules_version.cache_clear()

    def test_an_output_cannot_be_searched_which_is_an_error_and_never_a_text_without_findings(self) -> None:
        with pytest.raises(MachineError, match="detect-secrets is not installed: outputs cannot be searched"):
            found(Stream("stdout", "hello"))

    def test_without_outputs_nothing_is_wanted(self) -> None:
        assert found() == []

    def test_what_was_found_before_does_not_count(self, tmp_path: Path) -> None:
        kept = KeptResults(tmp_path, "1")
        with pytest.raises(MachineError):
            find_secrets("hello", {}, kept)


def test_equal_texts_are_searched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"see {SHAPES['a GitHub token'][1]}"
    kept = KeptResults(tmp_path, "1")
    first = find_secrets(text, {}, kept)
    kept.save()
    monkeypatch.setattr(secret_rules, "_spans", lambda text: pytest.fail("searched again"))
    again = KeptResults(tmp_path, "1")
    assert find_secrets(text, {}, again) == first != ()
    assert find_secrets(text, {"A_KEY": "see " + text[4:10]}, again) != first, "values are looked for each time"
    assert text.encode() not in (tmp_path / "kept").read_bytes()


def test_the_library_is_imported_for_outputs_alone() -> None:
    code = "import sys, site_builder.check.secrets, site_builder.pipeline.assemble; print([name for name in sys.modules if 'detect_secrets' in name])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_pictures_are_not_looked_into() -> None:
    assert found(Display({"image/png": SHAPES["a GitHub token"][1]})) == []


def test_a_cell_without_a_known_line_is_told_at_the_head_of_its_page() -> None:
    (problem,) = secrets_of_record(record(Stream("stdout", SHAPES["a GitHub token"][1])), PurePosixPath("a.md"), {}, {})
    assert problem.location.line == 1
    assert "replace the secret" in problem.hint


@given(st.text(max_size=80), st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=2))
def test_no_text_at_all_is_an_error_and_places_lie_inside(text: str, values: dict[str, str]) -> None:
    for place in find_secrets(text, values):
        assert 1 <= place.line <= text.count("\n") + 1
        assert place.column >= 1


@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        "eyJ-",
        "://a",
        "sk-",
        "gh" + "p_",
        "a:b@",
        "-",
        "x",
        "https://",
        "/t/",
        "glpat-",
        "//",
        "AC0",
        "%41",
        "\\n",
        "&lt;",
        "password=",
        "AKCp",
        "ibm_",
        " ",
        "machine a login ",
        "a1B2",
        "eyJ-.eyJ-",
    ],
)
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
        base64.encodebytes(before + data * 3 + after).decode(),
    ]  # fmt: skip
    for text in written:
        assert find_secrets(f"x = {text} and more", {"MY_TOKEN": value}), text
    assert not find_secrets("nothing of the kind", {"MY_TOKEN": value})
