"""Save arrays together with the facts that they came from, bound to each other by a digest."""

import hashlib
import json
from pathlib import Path

import numpy as np


def sha256_of(path: str | Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def fingerprint(arrays: dict[str, np.ndarray]) -> str:
    """Return the SHA-256 over names, types, shapes and bytes of arrays."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        total.update(f"{name} {array.dtype} {array.shape}\n".encode())
        total.update(array.tobytes())
    return total.hexdigest()


def save(folder: Path, arrays: dict[str, np.ndarray], facts: dict[str, object]) -> None:
    """Write ``weights.npz`` and ``provenance.json`` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "weights.npz", **arrays)
    text = json.dumps(facts | {"weights": fingerprint(arrays)}, indent=2)
    (folder / "provenance.json").write_text(text + "\n", encoding="utf-8")


def verify(folder: Path) -> bool:
    """Tell whether the weights are the ones that their provenance describes."""
    facts = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    with np.load(folder / "weights.npz") as stored:
        return fingerprint(dict(stored)) == facts["weights"]


WANTED = ("script", "packages", "environment", "device", "threads", "seed", "options", "started")
"""The facts without which nobody can repeat a training."""


def check(facts: dict[str, object]) -> None:
    """Print what is missing, or is a name where a digest should stand."""
    wrong = [name for name in WANTED if name not in facts]
    for name in ("script", "packages"):
        value = str(facts.get(name, ""))
        if len(value) != 64 or not set(value) <= set("0123456789abcdef"):
            wrong.append(f"{name} (not a SHA-256)")
    options = facts.get("options")
    if not isinstance(options, dict) or not {"epochs", "batch"} <= options.keys():
        wrong.append("options (epochs and batch)")
    print("look again: " + ", ".join(wrong) if wrong else "complete")
