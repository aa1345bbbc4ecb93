"""Train a small network to read handwritten digits, on a processor or on a GPU, and say exactly what was done.

    python digits.py [--device cpu|cuda] [--seed N] [--epochs N] [--batch N] [--out result.json]

The 1797 images of 8 x 8 pixels come with scikit-learn, so there is nothing to download. The script says which backend it
used and never falls back to another one: `--device cuda` without a usable GPU ends with a message and exit status 1.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from sklearn.datasets import load_digits

HIDDEN = 64
RATE = 0.01
TRAINING_IMAGES = 1347  # three of four; the other 450 are for the test


class Data(NamedTuple):
    """Images as rows of 64 numbers from 0 to 1, and the digits they show."""

    images: torch.Tensor
    digits: torch.Tensor


def load() -> tuple[Data, Data]:
    """Return the images for training and those for the test; the split is the same for every seed."""
    found = load_digits()
    order = np.random.default_rng(2026).permutation(len(found.target))
    images = torch.tensor(found.data[order] / 16.0, dtype=torch.float32)
    digits = torch.tensor(found.target[order])
    parts = slice(None, TRAINING_IMAGES), slice(TRAINING_IMAGES, None)
    training, test = (Data(images[part], digits[part]) for part in parts)
    return training, test


def network(seed: int) -> torch.nn.Module:
    """Return a fresh network; its first weights depend on the seed alone."""
    torch.manual_seed(seed)
    return torch.nn.Sequential(
        torch.nn.Linear(64, HIDDEN),
        torch.nn.ReLU(),
        torch.nn.Linear(HIDDEN, 10),
    )


def train(
    device: str,
    seed: int = 0,
    epochs: int = 5,
    batch: int = 64,
) -> tuple[torch.nn.Module, list[float]]:
    """Return a trained network and its mean loss in each epoch."""
    data, _ = load()
    images, digits = data.images.to(device), data.digits.to(device)
    model = network(seed).to(device)
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    shuffle = torch.Generator().manual_seed(seed)
    losses = []
    for _ in range(epochs):
        order = torch.randperm(len(images), generator=shuffle).to(device)
        total = torch.zeros((), device=device)
        for chosen in order.split(batch):
            optimiser.zero_grad()
            guesses = model(images[chosen])
            loss = torch.nn.functional.cross_entropy(guesses, digits[chosen])
            loss.backward()
            optimiser.step()
            total += loss.detach() * len(chosen)
        losses.append(total.item() / len(images))
    return model, losses


@torch.no_grad()
def accuracy(model: torch.nn.Module) -> float:
    """Return the share of test images that the network reads correctly."""
    device = next(model.parameters()).device
    _, test = load()
    guesses = model(test.images.to(device)).argmax(dim=1)
    return (guesses == test.digits.to(device)).float().mean().item()


def digest(model: torch.nn.Module) -> str:
    """Return the SHA-256 of all weights; equal digests mean equal networks, bit for bit."""
    state = sorted(model.state_dict().items())
    return hashlib.sha256(b"".join(weights.cpu().numpy().tobytes() for _, weights in state)).hexdigest()


def describe(device: str) -> str:
    """Return the name of what computes: the GPU's, or that it is a processor and how many threads it uses."""
    return torch.cuda.get_device_name() if device == "cuda" else f"cpu, {torch.get_num_threads()} threads"


def main() -> None:
    """Read the options, train, print, and write the result where asked."""
    parser = argparse.ArgumentParser(description="Train a small network to read handwritten digits.")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    if options.device == "cuda" and not torch.cuda.is_available():
        build = f"PyTorch {torch.__version__} (CUDA: {torch.version.cuda or 'not in this build'})"
        sys.exit(f"{build} sees no usable GPU; use --device cpu, or see `pixi list -e cuda` for the build you have")
    print(f"backend: torch ({options.device})")
    model, losses = train(options.device, options.seed, options.epochs, options.batch)
    for epoch, loss in enumerate(losses, start=1):
        print(f"epoch {epoch}  loss {loss:.3f}")
    print(f"accuracy {accuracy(model):.3f}")
    if options.out:
        result = {"device": describe(options.device), "torch": torch.__version__, "seed": options.seed, "epochs": options.epochs}
        result |= {"batch": options.batch, "loss": losses[-1], "accuracy": accuracy(model), "weights": digest(model)}
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
