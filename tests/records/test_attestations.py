"""Attestations of records: which workflow counts, and for what. Sigstore's own part is played by a stand-in where a network would be needed."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from site_builder.errors import ConfigError, MachineError
from site_builder.files import remove_folder
from site_builder.records import attestations
from site_builder.records.store import place_of_attestation, place_of_signature
from tests.commands.test_main import call
from tests.conftest import MakeLesson
from tests.pipeline.test_forged_records import PAGE, forge

WORKFLOW = "https://github.com/carol/lesson/.github/workflows/records.yml@refs/heads/main"
SETTINGS = f"title: L\nlicense: CC-BY 4.0\nepisodes: [a.md]\nrecords:\n  signed-by: {WORKFLOW}\n"


class StandIn:
    """Sigstore as `attestations` calls it: a bundle says who attested which bytes, and nobody can write one for somebody else."""

    def __init__(self) -> None:
        self.token: str | None = WORKFLOW
        self.fault: Exception | None = None
        self.asked: list[tuple[str, str, bool]] = []
        production = SimpleNamespace(production=lambda: "trust")
        self.oidc = SimpleNamespace(detect_credential=lambda: self.token, IdentityToken=lambda raw: raw)
        self.models = SimpleNamespace(ClientTrustConfig=production, Bundle=SimpleNamespace(from_json=json.loads))
        self.sign = SimpleNamespace(SigningContext=SimpleNamespace(from_trust_config=lambda trust: SimpleNamespace(signer=self._signer)))
        policy = SimpleNamespace(Identity=lambda *, identity, issuer: (identity, issuer))
        self.verify = SimpleNamespace(Verifier=SimpleNamespace(production=self._verifier), policy=policy)
        self.hashes = SimpleNamespace(Hashed=lambda *, algorithm, digest: (algorithm, digest.hex()))

    @contextmanager
    def _signer(self, token: str) -> Any:
        yield SimpleNamespace(sign_artifact=lambda data: SimpleNamespace(to_json=lambda: self._bundle(token, data)))

    def _bundle(self, token: str, data: bytes) -> str:
        if self.fault:
            raise self.fault
        return json.dumps({"who": token, "issuer": "https://token.actions.githubusercontent.com", "what": hashlib.sha256(data).hexdigest()})

    def _verifier(self, *, offline: bool) -> Any:
        def verify_artifact(hashed: tuple[str, str], bundle: dict[str, str], policy: tuple[str, str]) -> None:
            self.asked.append((*policy, offline))
            if (bundle["who"], bundle["issuer"]) != policy or ("SHA2_256", bundle["what"]) != hashed:
                raise ValueError("verification failed")

        return SimpleNamespace(verify_artifact=verify_artifact)


@pytest.fixture
def sigstore(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    stand_in = StandIn()
    monkeypatch.setattr(attestations, "_library", lambda: stand_in)
    return stand_in


@pytest.fixture
def root(make_lesson: MakeLesson, sigstore: StandIn) -> Path:
    """A lesson with a committed record that a workflow attested, as another machine has it."""
    root = make_lesson({"config.yaml": SETTINGS, "index.md": "Hello.\n", "episodes/a.md": PAGE})
    call("build", str(root), "--environments", "host")
    call("records", "save", str(root))
    assert "1 record signed" in call("records", "sign", "--keyless", "--lesson", str(root)).stdout
    remove_folder(root / ".lesson")
    remove_folder(root / "site")
    return root


def record(root: Path) -> Path:
    (found,) = (root / "records").rglob("*.ipynb")
    return found


def test_an_attested_record_is_shown_with_the_workflow_that_made_it(root: Path, sigstore: StandIn) -> None:
    said = call("build", str(root), "--environments", "host", "--strict")
    assert "ran episodes/a.md" not in said.stderr
    assert f"<dt>Attested by</dt><dd>{WORKFLOW}</dd>" in (root / "site/a.html").read_text().replace("\n", "")
    assert f"signed by {WORKFLOW}" in call("records", "verify", "--lesson", str(root)).stdout
    assert set(sigstore.asked) == {(WORKFLOW, "https://token.actions.githubusercontent.com", True)}, "checked without a network"


def of_another_branch(root: Path, sigstore: StandIn) -> None:
    sigstore.token = WORKFLOW.replace("heads/main", "heads/mine")
    call("records", "sign", "--keyless", "--lesson", str(root))


def of_another_repository(root: Path, sigstore: StandIn) -> None:
    sigstore.token = WORKFLOW.replace("carol", "eve")
    call("records", "sign", "--keyless", "--lesson", str(root))


def forged(root: Path, sigstore: StandIn) -> None:
    forge(root, lambda book: None)


def removed(root: Path, sigstore: StandIn) -> None:
    place_of_attestation(record(root)).unlink()


def no_bundle(root: Path, sigstore: StandIn) -> None:
    place_of_attestation(record(root)).write_text("no bundle")


@pytest.mark.slow
@pytest.mark.parametrize("change", [of_another_branch, of_another_repository, forged, removed, no_bundle])
def test_any_other_record_is_refused_by_name(root: Path, sigstore: StandIn, change: Any) -> None:
    change(root, sigstore)
    said = call("build", str(root), "--environments", "host").stderr
    assert "LS521 records/a/" in said
    assert "attest" in said
    assert "ran episodes/a.md" in said
    assert "Attested by" not in (root / "site/a.html").read_text()
    assert "LS521" in call("build", str(root), "--environments", "host", "--strict", code=1).stderr
    call("records", "verify", "--lesson", str(root), code=1)


def test_people_and_workflows_may_sign_side_by_side(root: Path, sigstore: StandIn) -> None:
    (root / "signers").write_text("ann@example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n")
    (root / "config.yaml").write_text(SETTINGS.replace(f" {WORKFLOW}", f"\n  - signers\n  - {WORKFLOW}"))
    assert "LS521" not in call("build", str(root), "--environments", "host", "--strict").stderr
    place_of_attestation(record(root)).unlink()
    assert "it is not signed" in call("build", str(root), "--environments", "host").stderr


def test_a_single_record_is_attested_and_the_others_are_left_alone(root: Path) -> None:
    place_of_attestation(record(root)).unlink()
    assert "1 record signed" in call("records", "sign", str(record(root).relative_to(root)), "--keyless", "--lesson", str(root)).stdout
    assert place_of_attestation(record(root)).is_file()
    assert not place_of_signature(record(root)).exists()
    assert "there is no episode" in call("records", "sign", "records/a/0.ipynb", "--keyless", "--lesson", str(root), code=2).stderr


def test_a_record_that_changes_loses_it_and_one_that_is_merged_keeps_it(root: Path, tmp_path: Path) -> None:
    arrived = tmp_path / "arrived"
    (root / "records").rename(arrived)
    call("records", "merge", str(arrived), "--lesson", str(root))
    assert place_of_attestation(record(root)).is_file()
    (root / "episodes/a.md").write_text(PAGE.replace("42", "43"))
    call("build", str(root), "--environments", "host")
    call("records", "save", str(root))
    assert [path.suffix for path in (root / "records/a").iterdir()] == [".ipynb"]


def test_line_ends_of_a_checkout_do_not_matter(root: Path) -> None:
    record(root).write_bytes(record(root).read_bytes().replace(b"\n", b"\r\n"))
    call("records", "verify", "--lesson", str(root))


def test_outside_of_a_workflow_nothing_is_attested(root: Path, sigstore: StandIn) -> None:
    sigstore.token = None
    place_of_attestation(record(root)).unlink()
    said = call("records", "sign", "--keyless", "--lesson", str(root), code=3).stderr
    assert "there is no token of identity" in said
    assert "id-token: write" in said
    sigstore.token, sigstore.fault = WORKFLOW, RuntimeError("rekor says no")
    assert "Sigstore cannot attest" in call("records", "sign", "--keyless", "--lesson", str(root), code=3).stderr
    assert not place_of_attestation(record(root)).exists()


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a/b/x.yml@refs/heads/main", "https://github.com/a/b", "https://github.com/a/b/x.yml@refs/heads/main?x=1"],
)
def test_what_names_no_workflow_is_a_fault_of_the_settings(address: str) -> None:
    with pytest.raises(ConfigError, match="names no workflow of"):
        attestations.check_identity(address)


def test_without_the_library_an_attested_record_is_not_believed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Any:
        raise MachineError("sigstore is needed for the attestations of records")

    monkeypatch.setattr(attestations, "_library", missing)
    assert "sigstore is needed" in call("build", str(root), "--environments", "host", code=3).stderr
    assert not (root / "site").exists()


@pytest.mark.skipif(importlib.util.find_spec("sigstore") is None, reason="no sigstore (an extra)")
class TestTheLibraryItself:
    def test_it_has_what_is_called_and_checks_without_a_network(self, tmp_path: Path) -> None:
        library = attestations._library()
        assert callable(library.oidc.detect_credential)
        assert callable(library.oidc.IdentityToken)
        assert callable(library.models.ClientTrustConfig.production)
        assert callable(library.sign.SigningContext.from_trust_config)
        assert library.verify.Verifier.production(offline=True)
        assert library.verify.policy.Identity(identity=WORKFLOW, issuer=attestations.ISSUERS["github.com"])

    @pytest.mark.parametrize("text", ["", "{}", "no JSON", '{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"}'])
    def test_what_is_no_bundle_attests_nothing(self, text: str, tmp_path: Path) -> None:
        path = tmp_path / "a.ipynb"
        path.write_text("{}")
        place_of_attestation(path).write_text(text)
        assert attestations.attester(path, (WORKFLOW,)) == ""
