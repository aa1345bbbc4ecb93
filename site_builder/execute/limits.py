"""Limits of execution, and a meter of what cells write: counted on arrival, so that nothing floods the builder."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of execution, all explicit: a fault in one cell never takes the others or the builder with it.

    Seconds: for a cell that names none, for all cells of an episode, for a kernel to start, and between an interrupt and the kill.
    Bytes: of output that one cell and one episode show; more is dropped with a visible mark, and a cell that writes ``flood_bytes``
    or ``flood_pieces`` is stopped. ``outputs`` is the most pieces that one cell shows, ``picture_bytes`` the largest picture,
    ``processes`` the most that run at once below one kernel.
    """

    cell_seconds: float = 120.0
    episode_seconds: float = 3600.0
    start_seconds: float = 60.0
    interrupt_seconds: float = 1.0
    output_bytes: int = 1_000_000
    episode_bytes: int = 10_000_000
    picture_bytes: int = 5_000_000
    outputs: int = 10_000
    flood_bytes: int = 64_000_000
    flood_pieces: int = 100_000
    processes: int = 256


class CellFlooded(Exception):
    """A cell wrote so much that it was stopped."""


class Meter:
    """Counts what a session writes; beyond a cell's or the episode's limit output is dropped, beyond the flood mark the cell is stopped."""

    def __init__(self, limits: Limits) -> None:
        """Count for one session of an episode."""
        self._limits = limits
        self._episode = 0
        self._cell = 0
        self._pieces = 0

    def begin(self) -> None:
        """Start a cell's count."""
        self._cell = self._pieces = 0

    @property
    def allowance(self) -> int:
        """Bytes of text that the current cell may still show."""
        return max(0, min(self._limits.output_bytes, self._limits.episode_bytes - self._episode))

    def accept(self, size: int) -> bool:
        """Count a piece of output of ``size`` bytes; tell whether it is kept.

        Raises:
            CellFlooded: the cell has passed the flood mark, in bytes or in pieces.
        """
        before = self._cell
        self._cell += size
        self._pieces += 1
        if self._cell > self._limits.flood_bytes or self._pieces > self._limits.flood_pieces:
            raise CellFlooded(self.mark())
        return before <= self.allowance and self._pieces <= self._limits.outputs

    def end(self) -> bool:
        """End a cell's count; tell whether something of it was dropped."""
        cut = self._cell > self.allowance or self._pieces > self._limits.outputs
        self._episode += min(self._cell, self.allowance)
        return cut

    def mark(self) -> str:
        """Return the text that replaces what was dropped."""
        return f"output cut here: {self._cell} bytes in {self._pieces} piece{'' if self._pieces == 1 else 's'}"
