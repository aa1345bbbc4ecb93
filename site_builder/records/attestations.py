"""Attestations of committed records, without a key: a workflow proves who it is to Sigstore, which notes it for everybody to see.

An attestation is Sigstore's bundle in a file beside the record (https://docs.sigstore.dev/about/bundle/). It is made where the service that
runs the workflow gives it a token of identity (https://docs.sigstore.dev/certificate_authority/oidc-in-fulcio/), and checked anywhere, also
without a network: what the library needs to know of Sigstore it brings along.

What is signed is the content, or a statement that names its digest, as GitHub's own action for provenance writes it
(https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from site_builder import files
from site_builder.environments.additions import adding
from site_builder.errors import ConfigError, MachineError
from site_builder.records.store import place_of_attestation, text_of

LIBRARY = "sigstore"
ISSUERS = {"github.com": "https://token.actions.githubusercontent.com", "gitlab.com": "https://gitlab.com"}
"""Host of a workflow's address -> who gives the workflow its token."""
SHA256 = "SHA2_256"
"""The name of the digest in bundles (https://github.com/sigstore/protobuf-specs, `HashAlgorithm`)."""
STATEMENT = "vnd.in-toto+json"
"""The type of statements (https://github.com/in-toto/attestation), without its group."""
PROVENANCE = "https://slsa.dev/provenance/v1"
"""What a statement says of the contents that it names: that the workflow made them (https://slsa.dev/spec/v1.0/provenance)."""
FORM = "write where the workflow is, as in https://github.com/OWNER/NAME/.github/workflows/records.yml@refs/heads/main"


def check_identity(address: str) -> str:
    """Return the address of a workflow with its ref, as certificates name it.

    Raises:
        ConfigError: it is none, or of a service whose tokens are not known here.
    """
    parts = urlsplit(address)
    if parts.netloc not in ISSUERS or "@refs/" not in parts.path or parts.query or parts.fragment:
        raise ConfigError(f"`signed-by` names no workflow of {' or '.join(ISSUERS)}: {address}", hint=FORM)
    return address


def attest(path: Path) -> None:
    """Attest a record with the identity of the workflow that this command runs in, and write the bundle beside its file.

    Raises:
        MachineError: the library is missing, this is no workflow with a token of identity, Sigstore cannot be reached, or the file not
            be written.
    """
    sigstore = _library()
    try:
        credential = sigstore.oidc.detect_credential()
        if credential is None:
            hint = "a workflow of GitHub has one with `permissions: id-token: write`; people sign with `--key`"
            raise MachineError("there is no token of identity to attest records with", hint=hint)
        trust = sigstore.models.ClientTrustConfig.production()
        context = sigstore.sign.SigningContext.from_trust_config(trust)
        with context.signer(sigstore.oidc.IdentityToken(credential)) as signer:
            bundle = str(signer.sign_artifact(text_of(path).encode()).to_json())
    except MachineError:
        raise
    except Exception as error:  # the library has errors of its own, of requests, tuf and cryptography
        raise MachineError(f"Sigstore cannot attest {path.name}: {error or type(error).__name__}", hint="try again later") from error
    files.write_text(place_of_attestation(path), bundle + "\n")


def attester(path: Path, workflows: Sequence[str]) -> str:
    """Return which of some ``workflows`` attested a record, or nothing.

    Raises:
        MachineError: the library is missing.
    """
    place = place_of_attestation(path)
    if not workflows or not files.is_file(place):
        return ""
    return attesting(files.read_text(place)[0], hashlib.sha256(text_of(path).encode()).digest(), workflows)


def attesting(bundle: str, digest: bytes, workflows: Sequence[str]) -> str:
    """Return which of some ``workflows`` attested in a Sigstore bundle the content with this SHA-256, or nothing.

    The certificate has to be of that workflow and its service, and the signature and its entry in the public log have to hold.

    Raises:
        MachineError: the library is missing.
    """
    sigstore = _library()
    try:
        read = sigstore.models.Bundle.from_json(bundle)
        verifier = sigstore.verify.Verifier.production(offline=True)
        stated = "dsseEnvelope" in json.loads(bundle)
    except Exception:  # any of the library's errors: it is no bundle
        return ""
    for workflow in workflows:
        policy = sigstore.verify.policy.Identity(identity=workflow, issuer=ISSUERS[urlsplit(workflow).netloc])
        try:
            if stated:
                kind, statement = verifier.verify_dsse(read, policy)
                if not _names(kind, statement, digest):
                    continue
            else:
                verifier.verify_artifact(sigstore.hashes.Hashed(algorithm=SHA256, digest=digest), read, policy)
        except Exception:  # noqa: S112 - of another workflow or content, revoked, badly formed: in each case it proves nothing
            continue
        return workflow
    return ""


def _names(kind: str, statement: bytes, digest: bytes) -> bool:
    """Tell whether a signed statement says that the workflow made the content with this SHA-256."""
    if kind.rpartition("/")[2] != STATEMENT:
        return False
    read = json.loads(statement)
    named = [subject["digest"].get("sha256") for subject in read["subject"]]
    return read["predicateType"] == PROVENANCE and digest.hex() in named


def _library() -> Any:
    """Return the library, with the parts that are used here."""
    try:
        import sigstore.hashes
        import sigstore.models
        import sigstore.oidc
        import sigstore.sign
        import sigstore.verify.policy
    except ImportError as missing:
        raise MachineError(f"{LIBRARY} is needed for the attestations of records", hint=f"run `{adding(LIBRARY)}`") from missing
    return sigstore
