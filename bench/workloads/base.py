"""What every row is made of."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

FRAMEWORKS = ("lamina", "torch", "jax", "keras")


@dataclass
class Contender:
    """One framework at one row."""

    run: Callable[[], float]
    """Measures once, in the row's unit."""
    outputs: Callable[[], list] = list
    """What all contenders must agree on before anything is measured."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One row; ``goals`` are the ratios to reach to each peer, ``limit`` lamina's worst value.

    ``layouts`` are the memory layouts that PyTorch has to try: each is measured in a process of its
    own, and the faster stands for PyTorch. Rows of one ``group`` are summed up by a mean of their
    ratios. ``peers`` are the frameworks beside lamina that have the row.
    """

    name: str
    goals: dict[str, float] = field(default_factory=dict)
    limit: float | None = None
    layouts: tuple[str, ...] = ()
    group: str | None = None
    peers: tuple[str, ...] = FRAMEWORKS[1:]
    unit = "us"
    higher_is_better = False
    memory_goal = False
    """Whether lamina's memory is to grow by no more than PyTorch's."""

    @property
    def frameworks(self) -> tuple[str, ...]:
        return ("lamina", *self.peers)

    def contenders(self, framework: str) -> list[str]:
        """What ``build`` takes: the framework, or it with each layout."""
        if framework == "torch" and self.layouts:
            return [f"torch/{layout}" for layout in self.layouts]
        return [framework]

    def build(self, contender: str) -> Contender:
        framework, _, layout = contender.partition("/")
        make = getattr(self, framework)
        return make(layout) if layout else make()


def microseconds(call: Callable[[], object], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats * 1e6
