"""Measures rows: the contestants make the same call in turn, round after round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process import Contestant, Sample, running
from benchmarks.row import Row
from benchmarks.scenes import Scene, Scenes

Samples = Mapping[str, Sequence[Sample]]


@dataclass(frozen=True)
class Bench:
    """Where the contestants run: their interpreters, and what the scenes are made in."""

    scenes: Scenes
    pythons: Mapping[str, Path]

    def measure(self, row: Row, rounds: int) -> Samples:
        """Return the samples of each contestant, in the order of the rounds.

        A round before them is discarded: it fills caches, and compiles what is imported.
        """
        discarded = 0 if row.heavy else 1
        samples: dict[str, list[Sample]] = {name: [] for name in row.contestants}
        with row.scene(self.scenes) as scene, ExitStack() as stack:
            kept: dict[str, Contestant] = {}
            if not row.fresh:
                for name in row.contestants:
                    kept[name] = stack.enter_context(self.start(name, scene.environment))
            for number in range(discarded + rounds):
                for name in rotated(row.contestants, number):
                    sample = self.sample(row, name, scene, kept.get(name))
                    if number >= discarded:
                        samples[name].append(sample)
        return samples

    def sample(self, row: Row, name: str, scene: Scene, kept: Contestant | None) -> Sample:
        """Return one sample, of a contestant that runs already or of a new one."""
        arguments = {**scene.arguments, **row.arguments}
        if kept is not None:
            return kept.ask(row.call, arguments)
        with self.start(name, scene.environment) as contestant:
            return contestant.ask(row.call, arguments)

    def start(
        self, name: str, environment: Mapping[str, str]
    ) -> AbstractContextManager[Contestant]:
        """Start a contestant in its environment."""
        return running(name, self.pythons[name], environment, self.scenes.scratch)

    def versions(self) -> dict[str, dict[str, object]]:
        """Return the versions that each contestant runs with."""
        found = {}
        for name in self.pythons:
            with self.start(name, {}) as contestant:
                found[name] = dict(contestant.ask("versions", {}).done)
        return found


def rotated(names: Sequence[str], number: int) -> list[str]:
    """Return the names, beginning with another one in each round."""
    first = number % len(names)
    return [*names[first:], *names[:first]]
