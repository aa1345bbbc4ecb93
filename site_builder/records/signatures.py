"""Signatures of committed records: OpenSSH's, made and checked by `ssh-keygen` (https://man.openbsd.org/ssh-keygen.1#Y).

A signature is a file beside its record. What is signed is the file's text; the line ends of a checkout do not matter.
Who may sign stands in a file of allowed signers (https://man.openbsd.org/ssh-keygen.1#ALLOWED_SIGNERS).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from site_builder import files, processes
from site_builder.errors import ConfigError, MachineError
from site_builder.records.store import place_of_signature, text_of

NAMESPACE = "lesson-record"
"""Keeps a signature of something else, such as a commit, from counting as one of a record."""

PROGRAM = "ssh-keygen"
FORM = "each of its lines has a name and a public key: `ann@example.org ssh-ed25519 AAAA…`"


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """Who signed a record, by the name that the file of allowed signers gives; or why nobody has, if the name is empty."""

    signer: str = ""
    fault: str = ""


def sign(path: Path, key: str) -> None:
    """Sign the record in a file and write the signature beside it; ``key`` is the file of a private key, or of a public one of
    an agent's.

    Raises:
        MachineError: `ssh-keygen` is missing or cannot sign with this key, or the file cannot be written.
    """
    done = processes.ask((PROGRAM, "-Y", "sign", "-n", NAMESPACE, "-f", key), text_of(path).encode())
    if done.status:
        raise MachineError(f"`{PROGRAM}` cannot sign with {key}: {_last(done.errors)}", hint=_hint(done.status))
    files.write_text(place_of_signature(path), done.output.decode("ascii"))


def allowed_signers(root: Path, name: str) -> Path:
    """Return the file of those who may sign, which is a file of the lesson.

    Raises:
        ConfigError: it is not in the lesson, does not exist, or names nobody.
    """
    path = root / name
    if not path.resolve().is_relative_to(root.resolve()) or not files.is_file(path):
        raise ConfigError(f"`signed-by` names no file of the lesson: {name}", hint=FORM)
    lines = (line.strip() for line in files.read_text(path)[0].splitlines())
    if not any(line and not line.startswith("#") for line in lines):
        raise ConfigError(f"{name} names nobody who may sign records", hint=FORM)
    return path


def check(path: Path, signers: Path) -> SignatureCheck:
    """Tell who of the allowed ``signers`` signed the record in a file.

    Raises:
        MachineError: `ssh-keygen` is missing.
    """
    signature = place_of_signature(path)
    if not files.is_file(signature):
        return SignatureCheck(fault="it is not signed")
    message = text_of(path).encode()
    found = processes.ask((PROGRAM, "-Y", "find-principals", "-s", str(signature), "-f", str(signers)), b"")
    if found.status in (126, 127):
        raise MachineError(f"`{PROGRAM}` is needed to check signatures: {_last(found.errors)}", hint=_hint(found.status))
    names = found.output.decode("utf-8", "replace").split("\n")[0].split(",")
    if found.status or not names[0]:
        return SignatureCheck(fault=f"nobody whom {signers.name} names has signed it")
    for name in names:
        asked = (PROGRAM, "-Y", "verify", "-n", NAMESPACE, "-s", str(signature), "-f", str(signers), "-I", name)
        if not processes.ask(asked, message).status:
            return SignatureCheck(name)
    return SignatureCheck(fault="its signature is of another content, or no longer valid")


def _last(errors: str) -> str:
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return lines[-1] if lines else "it says nothing"


def _hint(status: int) -> str:
    if status in (126, 127):
        return "install OpenSSH 8.2 or newer"
    return "give the file of a private key with `--key`, or of a public one whose private key `ssh-agent` has"
