"""What a model's outputs are compared by: losses and metrics, for each output or for all."""

from typing import Any

from lamina import losses
from lamina import metrics as _metrics


class Comparison:
    """The arguments of ``compile`` as the core takes them.

    Args:
        arrangement: the form of the model's outputs, and their names where it is known.
        loss, loss_weights, metrics: as ``compile`` got them.
    """

    def __init__(
        self, arrangement: tuple[str, list[str]], loss: Any, loss_weights: Any, metrics: Any
    ) -> None:
        self.kind, self.names = arrangement
        self.loss: Any = None
        self.by_output: list[tuple[str, Any, float]] = []
        self.metrics: list[Any] = []
        self.metrics_by_output: list[tuple[str, list[Any]]] = []
        self._take_loss(loss, loss_weights)
        self._take_metrics(metrics)

    def _take_loss(self, loss: Any, loss_weights: Any) -> None:
        if not isinstance(loss, (list, tuple, dict)):
            if loss_weights is None:
                self.loss = losses.get(loss)
                return
            one = losses.get(loss)
            loss = dict.fromkeys(self.names or self._named("loss_weights", loss_weights), one)
        given = self._named("loss", loss)
        weights = {} if loss_weights is None else self._named("loss_weights", loss_weights)
        for name in weights:
            if name not in given:
                raise ValueError(
                    f"loss_weights has '{name}', which has no loss; expected {', '.join(given)}"
                )
        for name, own in given.items():
            weight = weights.get(name)
            weight = 1.0 if weight is None else float(weight)
            self.by_output.append((name, losses.get(own), weight))

    def _take_metrics(self, metrics: Any) -> None:
        if metrics is None:
            return
        if not isinstance(metrics, (list, tuple, dict)):
            raise TypeError(f"metrics is {metrics!r}, expected a list")
        nested = isinstance(metrics, dict) or any(
            item is None or isinstance(item, (list, tuple)) for item in metrics
        )
        if not nested and len(self.names) < 2:
            self.metrics = [_metrics.get(metric) for metric in metrics]
            return
        for name, own in self._named("metrics", metrics).items():
            listed = list(own) if isinstance(own, (list, tuple)) else [own]
            made = [_metrics.get(metric) for metric in listed if metric is not None]
            self.metrics_by_output.append((name, made))

    def _named(self, what: str, given: Any) -> dict[str, Any]:
        """By the outputs' names, whether it came as a dictionary or as a list."""
        if isinstance(given, dict):
            return {str(name): value for name, value in given.items()}
        if not isinstance(given, (list, tuple)):
            raise TypeError(f"{what} is {given!r}, expected a list or dictionary, by outputs")
        names = self.names or [f"output_{i}" for i in range(len(given))]
        if len(names) != len(given):
            raise ValueError(
                f"{what} has {len(given)} entries, expected one for each output: {', '.join(names)}"
            )
        return dict(zip(names, given, strict=True))

    def losses(self) -> Any:
        """What ``model.loss`` shows."""
        return {name: own for name, own, _ in self.by_output} if self.by_output else self.loss

    def all_metrics(self) -> list[Any]:
        """Those of all outputs."""
        return self.metrics + [metric for _, own in self.metrics_by_output for metric in own]
