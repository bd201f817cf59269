"""Numbers to the bins that they fall in."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lamina.layers._vocabulary import is_tensor, refuse_sparse
from lamina.layers.builtin_layer import BuiltinLayer


class Discretization(BuiltinLayer):
    """Numbers to the bins that they fall in: how many boundaries are not above them.

    The boundaries are given, or learnt by ``adapt`` such that each bin gets as many numbers.

    Args:
        bin_boundaries: ascending; ``[0.0, 1.0]`` stands for the bins (-inf, 0), [0, 1), [1, inf).
        num_bins: how many bins to learn, instead of boundaries.
        epsilon: how exactly to learn quantiles, in (0, 1]: the smaller, the more exactly.
        output_mode: ``"int"`` for the bin's number, int32; for rows over all bins ``"one_hot"``,
            ``"multi_hot"`` or ``"count"``, as ``CategoryEncoding`` has them.
        sparse: must be False: tensors are dense.
        dtype, name, trainable: as for every ``Layer``; ``dtype`` is that of rows.

    Input shape: any. Output shape: the same; of rows ``(..., bins)``.

    Raises:
        ValueError: neither or both of ``bin_boundaries`` and ``num_bins`` are given, or the
            boundaries do not ascend.
        RuntimeError: (when called) there are no boundaries yet.

    >>> Discretization([0.0, 1.0, 2.0])([[-1.5, 1.0, 3.4, 0.5]]).numpy()
    array([[0, 2, 3, 1]], dtype=int32)
    >>> layer = Discretization(num_bins=4, epsilon=0.01)
    >>> layer.adapt([[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]])
    >>> layer([[-1.5, 1.0, 3.4, 0.5]]).numpy()
    array([[0, 2, 3, 2]], dtype=int32)
    """

    bin_boundaries: Any
    num_bins: int | None
    epsilon: float

    def __init__(
        self,
        bin_boundaries: Any = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
        *,
        trainable: bool = True,
    ) -> None:
        refuse_sparse(sparse)
        if bin_boundaries is not None and num_bins is not None:
            raise ValueError(
                "Discretization got bin_boundaries and num_bins: give the boundaries, or a number "
                "of bins to learn them by adapt()"
            )
        self._make(bin_boundaries, num_bins, epsilon, output_mode, dtype, name, trainable)

    def _make(
        self,
        bin_boundaries: Any,
        num_bins: int | None,
        epsilon: float,
        output_mode: str,
        dtype: Any,
        name: str | None,
        trainable: bool,
    ) -> None:
        given = () if bin_boundaries is None else bin_boundaries
        boundaries = [float(each) for each in given]
        super().__init__(
            "Discretization",
            bin_boundaries=boundaries,
            num_bins=num_bins,
            epsilon=epsilon,
            output_mode=output_mode,
            dtype=dtype,
            name=name,
            trainable=trainable,
        )
        self.__dict__["_summary"] = np.zeros((2, 0), "float32")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Discretization":
        """The layer with those arguments; learnt boundaries stand beside ``num_bins``."""
        if not config.get("bin_boundaries") or config.get("num_bins") is None:
            given = {**config, "bin_boundaries": config.get("bin_boundaries") or None}
            return cls(**given)
        layer = cls(**{**config, "bin_boundaries": None})
        layer.bin_boundaries = config["bin_boundaries"]
        return layer

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Learns the boundaries, in place of those it knew.

        Args:
            data: an array or nested lists; or an iterable of batches of these.
            steps: how many batches to take of an iterable; None for all.

        Raises:
            ValueError: the layer was made with boundaries.
        """
        if self.num_bins is None:
            raise ValueError(
                f"{self.name} was made with bin_boundaries; give num_bins to learn them"
            )
        self.reset_state()
        if is_tensor(data) or isinstance(data, (np.ndarray, list, tuple)):
            self.update_state(data)
        else:
            self._update_by_batches(data, steps)
        self.finalize_state()

    def _update_by_batches(self, batches: Iterable[Any], steps: int | None) -> None:
        for step, batch in enumerate(batches):
            if step == steps:
                break
            self.update_state(batch)

    def update_state(self, data: Any) -> None:
        """Learns from one batch more."""
        values = np.sort(np.asarray(data, "float32").reshape(-1))
        if not values.size:
            return
        step = max(values.size * self.epsilon, 1.0)
        picked = values[int(step - 1) :: int(step)]
        batch = np.stack([picked, np.full_like(picked, step)])
        merged = np.concatenate([batch, self._summary], axis=1)
        merged = merged[:, np.argsort(merged[0])]
        self.__dict__["_summary"] = _compressed(merged, self.epsilon)

    def finalize_state(self) -> None:
        """Takes the boundaries from what was learnt."""
        if self.num_bins is not None:
            if not self._summary.size:
                raise ValueError(f"{self.name} got no numbers to adapt to")
            boundaries = _compressed(self._summary, 1.0 / self.num_bins)[0, :-1]
            self.bin_boundaries = boundaries.tolist()

    def reset_state(self) -> None:
        """Forgets what was learnt."""
        if self.num_bins is not None:
            self.__dict__["_summary"] = np.zeros((2, 0), "float32")


def _compressed(summary: np.ndarray, epsilon: float) -> np.ndarray:
    """A sketch of quantiles, (values, weights), by as many as ``epsilon`` asks for.

    Keras's way, which merges sketches of batches (Greenwald and Khanna, 2001, is its model).
    """
    if summary.shape[1] * epsilon < 1:
        return summary
    shares = epsilon + np.arange(0.0, 1.0, epsilon)
    below = summary[1].cumsum()
    of_all = below / below[-1]
    values = np.interp(shares, of_all, summary[0])
    counts = np.interp(shares, of_all, below)
    weights = counts - np.concatenate([[0.0], counts[:-1]])
    return np.stack([values, weights]).astype("float32")
