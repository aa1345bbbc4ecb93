"""Attestations that a workflow made (``genuine/README.md``): believed for its content alone, without a network."""

from __future__ import annotations

import base64
import importlib.util
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from site_builder.records import attestations
from site_builder.records.attestations import ISSUERS, attesting

pytestmark = pytest.mark.skipif(importlib.util.find_spec("sigstore") is None, reason="no sigstore (an extra)")

GENUINE = Path(__file__).parent / "genuine"
WORKFLOW = "https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19"
DIGEST = bytes.fromhex("9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("asks the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def bundle(name: str = "provenance") -> str:
    return (GENUINE / f"{name}.sigstore.json").read_text()


def stated(name: str = "provenance") -> Any:
    return json.loads(base64.b64decode(json.loads(bundle(name))["dsseEnvelope"]["payload"]))


def changed(*place: str | int, to: Any) -> str:
    """Return the bundle with another value at a place; a function makes it of the one that is there."""
    whole = read = json.loads(bundle())
    for step in place[:-1]:
        read = read[step]
    read[place[-1]] = to(read[place[-1]]) if callable(to) else to
    return json.dumps(whole)


def other_bytes(text: str) -> str:
    """Return base64 of bytes of which one in the middle is another one."""
    data = bytearray(base64.b64decode(text))
    data[len(data) // 2] ^= 1
    return base64.b64encode(data).decode()


def test_it_is_believed_for_the_content_that_it_was_made_for() -> None:
    assert attesting(bundle(), DIGEST, (WORKFLOW,)) == WORKFLOW
    others = (WORKFLOW.replace("v0.0.19", "v0.0.18"), WORKFLOW.replace("https://github.com", "https://gitlab.com"))
    assert attesting(bundle(), DIGEST, (*others, WORKFLOW)) == WORKFLOW


def test_it_is_not_believed_for_another_content() -> None:
    assert attesting(bundle(), bytes(32), (WORKFLOW,)) == ""
    assert attesting(bundle(), DIGEST[:-1] + b"\0", (WORKFLOW,)) == ""


@pytest.mark.parametrize(
    "other",
    [
        WORKFLOW.replace("v0.0.19", "v0.0.18"),
        WORKFLOW.replace("tags/v0.0.19", "heads/main"),
        WORKFLOW.replace("release.yml", "tests.yml"),
        WORKFLOW.replace("trailofbits", "trailofbit"),
        WORKFLOW.replace("https://github.com", "https://gitlab.com"),
        WORKFLOW.upper().replace("HTTPS://GITHUB.COM", "https://github.com"),
    ],
)
def test_it_is_not_believed_of_another_workflow(other: str) -> None:
    assert attesting(bundle(), DIGEST, (other,)) == ""


def test_it_is_not_believed_of_another_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ISSUERS, "github.com", "https://token.actions.example.org")  # type: ignore[index]
    assert attesting(bundle(), DIGEST, (WORKFLOW,)) == ""


ENTRY = ("verificationMaterial", "tlogEntries", 0)


@pytest.mark.parametrize(
    "forged",
    [
        changed("verificationMaterial", "tlogEntries", to=[]),
        changed(*ENTRY, "canonicalizedBody", to=other_bytes),
        changed(*ENTRY, "integratedTime", to=lambda seconds: str(int(seconds) + 60)),
        changed(*ENTRY, "logIndex", to=lambda index: str(int(index) + 1)),
        changed(*ENTRY, "inclusionProof", "rootHash", to=other_bytes),
        changed(*ENTRY, "inclusionProof", "hashes", 0, to=other_bytes),
        changed("verificationMaterial", "certificate", "rawBytes", to=other_bytes),
        changed("dsseEnvelope", "signatures", 0, "sig", to=other_bytes),
        changed("dsseEnvelope", "payload", to=other_bytes),
    ],
    ids=["no entry", "entry", "time", "index", "root", "proof", "certificate", "signature", "statement"],
)
def test_a_changed_one_proves_nothing(forged: str) -> None:
    assert forged != bundle()
    assert attesting(forged, DIGEST, (WORKFLOW,)) == ""


def test_a_statement_for_another_content_cannot_be_put_in() -> None:
    statement = stated()
    statement["subject"][0]["digest"]["sha256"] = "00" * 32
    forged = changed("dsseEnvelope", "payload", to=base64.b64encode(json.dumps(statement).encode()).decode())
    assert attesting(forged, bytes(32), (WORKFLOW,)) == ""


def test_a_statement_that_says_something_else_of_the_content_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is of the same workflow, for the same content; it says that this was published, not that the workflow made it."""
    assert attesting(bundle("publish"), DIGEST, (WORKFLOW,)) == ""
    monkeypatch.setattr(attestations, "PROVENANCE", stated("publish")["predicateType"])
    assert attesting(bundle("publish"), DIGEST, (WORKFLOW,)) == WORKFLOW, "nothing else is wrong with it"


def test_a_signature_that_is_no_statement_is_taken_for_none() -> None:
    whole = json.loads(bundle())
    envelope = whole.pop("dsseEnvelope")
    whole["messageSignature"] = {
        "messageDigest": {"algorithm": "SHA2_256", "digest": base64.b64encode(DIGEST).decode()}, "signature": envelope["signatures"][0]["sig"],
    }  # fmt: skip
    assert attesting(json.dumps(whole), DIGEST, (WORKFLOW,)) == ""
