"""What a model's outputs are compared by: losses and metrics, for each output or for all."""

from typing import Any

from lamina import losses
from lamina import metrics as _metrics


class Comparison:
    """The arguments of ``compile`` as the core takes them.

    Args:
        arrangement: the form of the model's outputs, and their names where it is known.
        loss, loss_weights, metrics, weighted_metrics: as ``compile`` got them.
    """

    def __init__(
        self,
        arrangement: tuple[str, list[str]],
        loss: Any,
        loss_weights: Any,
        metrics: Any,
        weighted_metrics: Any,
    ) -> None:
        self.kind, self.names = arrangement
        self.loss: Any = None
        self.by_output: list[tuple[str, Any, float]] = []
        self._take_loss(loss, loss_weights)
        self.metrics, self._metrics_of = self._made("metrics", metrics)
        self.weighted_metrics, self._weighted_of = self._made("weighted_metrics", weighted_metrics)

    def _take_loss(self, loss: Any, loss_weights: Any) -> None:
        if not isinstance(loss, (list, tuple, dict)):
            if loss_weights is None:
                self.loss = losses.as_loss(loss)
                return
            one = losses.as_loss(loss)
            if isinstance(loss_weights, (int, float)) and len(self.names) < 2:
                loss_weights = [loss_weights]
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
            self.by_output.append((name, losses.as_loss(own), weight))

    def _made(self, what: str, metrics: Any) -> tuple[list[Any], dict[str, list[Any]]]:
        """The metrics of the only output, or those of each by its name."""
        if metrics is None:
            return [], {}
        if not isinstance(metrics, (list, tuple, dict)):
            raise TypeError(f"{what} is {metrics!r}, expected a list")
        nested = isinstance(metrics, dict) or any(
            item is None or isinstance(item, (list, tuple)) for item in metrics
        )
        if not nested and len(self.names) < 2:
            return [_metrics.measuring(metric) for metric in metrics], {}
        by_output = {}
        for name, own in self._named(what, metrics).items():
            listed = list(own) if isinstance(own, (list, tuple)) else [own]
            by_output[name] = [
                _metrics.measuring(metric) for metric in listed if metric is not None
            ]
        return [], by_output

    def metrics_by_output(self) -> list[tuple[str, list[Any], list[Any]]]:
        """Of each output that has some: its name, its metrics, its weighted ones."""
        names = [*self._metrics_of, *(n for n in self._weighted_of if n not in self._metrics_of)]
        return [(n, self._metrics_of.get(n, []), self._weighted_of.get(n, [])) for n in names]

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
        """Those of all outputs; the weighted ones last."""
        plain = [metric for own in self._metrics_of.values() for metric in own]
        weighted = [metric for own in self._weighted_of.values() for metric in own]
        return self.metrics + plain + self.weighted_metrics + weighted
