"""Train a small network to tell three spiral arms apart, with NumPy on a processor or PyTorch on a GPU.

    python train.py [--device cpu|cuda] [--seed N] [--steps N] [--out result.json]

The data are made from the seed, so there is nothing to download. The script says which backend it used, and it never
falls back to another one: `--device cuda` without a GPU ends with a message and exit status 1.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ARMS = 3
POINTS = 100  # per arm
HIDDEN = 32
RATE = 1.0


def spirals(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points, shape (300, 2), and the arm that each belongs to, shape (300,)."""
    generator = np.random.default_rng(seed)
    radius = np.tile(np.linspace(0.05, 1.0, POINTS), ARMS)
    arm = np.repeat(np.arange(ARMS), POINTS)
    angle = 4.0 * radius + 2.0 * np.pi * arm / ARMS + generator.normal(scale=0.1, size=radius.size)
    return np.column_stack((radius * np.sin(angle), radius * np.cos(angle))), arm


def first_weights(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights training starts from; the last row of each is the bias."""
    generator = np.random.default_rng(seed)
    return generator.normal(size=(3, HIDDEN)), 0.1 * generator.normal(size=(HIDDEN + 1, ARMS))


def train_numpy(points: np.ndarray, arms: np.ndarray, seed: int, steps: int) -> Iterator[tuple[float, float]]:
    """Yield loss and accuracy before every step of gradient descent."""
    first, second = first_weights(seed)
    inputs = np.column_stack((points, np.ones(len(points))))
    target = np.eye(ARMS)[arms]
    for _ in range(steps):
        hidden = np.column_stack((np.tanh(inputs @ first), np.ones(len(points))))
        score = np.exp(hidden @ second)
        share = score / score.sum(axis=1, keepdims=True)
        yield float(-np.log((share * target).sum(axis=1)).mean()), float((share.argmax(axis=1) == arms).mean())
        error = (share - target) / len(points)
        backward = (error @ second[:-1].T) * (1.0 - hidden[:, :-1] ** 2)
        second = second - RATE * hidden.T @ error
        first = first - RATE * inputs.T @ backward


def train_torch(points: np.ndarray, arms: np.ndarray, seed: int, steps: int) -> Iterator[tuple[float, float]]:
    """Yield the same two numbers, computed on the GPU."""
    try:
        import torch
    except ModuleNotFoundError:
        sys.exit("this environment has no PyTorch; use `pixi run --environment cuda train`, or --device cpu")
    if not torch.cuda.is_available():
        sys.exit("PyTorch sees no CUDA device; run with --device cpu, or see `pixi list` for the build you have")
    weights = [torch.tensor(array, device="cuda", requires_grad=True) for array in first_weights(seed)]
    inputs = torch.tensor(np.column_stack((points, np.ones(len(points)))), device="cuda")
    target = torch.tensor(arms, device="cuda")
    one = torch.ones(len(points), 1, dtype=inputs.dtype, device="cuda")
    optimiser = torch.optim.SGD(weights, lr=RATE)
    for _ in range(steps):
        optimiser.zero_grad()
        score = torch.cat((torch.tanh(inputs @ weights[0]), one), dim=1) @ weights[1]
        loss = torch.nn.functional.cross_entropy(score, target)
        yield loss.item(), (score.argmax(dim=1) == target).double().mean().item()
        loss.backward()
        optimiser.step()


def main() -> None:
    """Read the options, train, print, and write the result where asked."""
    parser = argparse.ArgumentParser(description="Train a small network to tell three spiral arms apart.")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    points, arms = spirals(options.seed)
    train, backend = (train_numpy, "numpy (cpu)") if options.device == "cpu" else (train_torch, "torch (cuda)")
    loss, accuracy = 0.0, 0.0
    for step, (loss, accuracy) in enumerate(train(points, arms, options.seed, options.steps), start=1):
        if step == 1:
            print(f"backend: {backend}")
        if step == 1 or step % max(options.steps // 4, 1) == 0:
            print(f"step {step:4d}  loss {loss:.3f}  accuracy {accuracy:.3f}")
    if options.out:
        result = {"backend": backend, "seed": options.seed, "steps": options.steps, "loss": loss, "accuracy": accuracy}
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
