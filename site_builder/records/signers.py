"""Who may sign records, as a lesson's settings say it: people by their keys, workflows by their address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from site_builder.errors import ConfigError
from site_builder.records import attestations, signatures
from site_builder.records.signatures import SignatureCheck
from site_builder.records.store import place_of_attestation


@dataclass(frozen=True, slots=True)
class Signers:
    """Files of allowed signers (`site_builder.records.signatures`), and addresses of workflows (`site_builder.records.attestations`)."""

    files: tuple[Path, ...]
    workflows: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join((*(path.name for path in self.files), *self.workflows))

    def check(self, record: Path) -> SignatureCheck:
        """Tell who signed the record in a file.

        Raises:
            MachineError: `ssh-keygen`, or the library for attestations, is missing.
        """
        if workflow := attestations.attester(record, self.workflows):
            return SignatureCheck(workflow)
        faults = []
        for file in self.files:
            checked = signatures.check(record, file)
            if checked.signer:
                return checked
            faults.append(checked.fault)
        if place_of_attestation(record).exists() and self.workflows:
            faults.append("its attestation is of another content or of another workflow")
        return SignatureCheck(fault=(faults or ["it is not attested"])[-1])


def signers_of(root: Path, entries: Sequence[str]) -> Signers:
    """Return who may sign by the entries of a lesson's settings.

    Raises:
        ConfigError: there are none, one is no file of the lesson that names somebody, or no workflow of a known service.
    """
    if not entries:
        raise ConfigError("nothing says who may sign records", hint="name a file or a workflow in config.yaml (`records:`, `signed-by:`)")
    workflows = tuple(attestations.check_identity(entry) for entry in entries if entry.startswith("https://"))
    return Signers(tuple(signatures.allowed_signers(root, entry) for entry in entries if not entry.startswith("https://")), workflows)
