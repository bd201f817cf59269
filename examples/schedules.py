"""A learning rate that falls along half a cosine."""

import math
from typing import Any

from lamina.callbacks import Callback


class CosineDecay(Callback):
    """Sets the optimizer's learning rate before each step: it rises in a line for
    ``warmup_steps``, then falls to 0 at ``steps``.

    Reference: Loshchilov and Hutter, 2017, "SGDR: stochastic gradient descent with warm restarts".
    """

    def __init__(self, learning_rate: float, steps: int, warmup_steps: int = 0) -> None:
        super().__init__()
        self.peak, self.steps, self.warmup_steps = learning_rate, steps, warmup_steps
        self.step = 0

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if self.step < self.warmup_steps:
            share = (self.step + 1) / self.warmup_steps
        else:
            done = (self.step - self.warmup_steps) / max(1, self.steps - self.warmup_steps)
            share = (1 + math.cos(math.pi * min(1.0, done))) / 2
        self.model.optimizer.learning_rate = self.peak * share
        self.step += 1
