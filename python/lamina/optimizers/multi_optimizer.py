"""Several optimizers for one model, by the paths of weights."""

import re
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from lamina import _lamina
from lamina._lamina import Variable
from lamina.optimizers.optimizer import BuiltinOptimizer, Optimizer, _family


class OptimizerMap(MutableMapping[str, Optimizer]):
    """Optimizers by the paths of the weights that they step.

    A key is a path, or a pattern for whole paths in which ``.`` stands for any character and ``.*``
    for any text.

    Args:
        default_optimizer: for the weights that no key fits.
        optimizer_map: optimizers by key.

    >>> sgd = lamina.optimizers.SGD
    >>> by_path = OptimizerMap(sgd(0.1), {"encoder/.*": sgd(0.01)})
    >>> float(by_path["encoder/dense/kernel"].learning_rate)
    0.009999999776482582
    """

    def __init__(
        self, default_optimizer: Optimizer, optimizer_map: dict[str, Optimizer] | None = None
    ) -> None:
        if not isinstance(default_optimizer, Optimizer):
            raise TypeError(f"default_optimizer is {default_optimizer!r}, expected an Optimizer")
        if optimizer_map is not None and not isinstance(optimizer_map, dict):
            raise TypeError(f"optimizer_map is {optimizer_map!r}, expected a dictionary")
        self._default_optimizer = default_optimizer
        self._map: dict[str, Optimizer] = {}
        for key, optimizer in (optimizer_map or {}).items():
            self[key] = optimizer

    @property
    def default_optimizer(self) -> Optimizer:
        """For the weights that no key fits."""
        return self._default_optimizer

    def __getitem__(self, key: str) -> Optimizer:
        if key in self._map:
            return self._map[key]
        fitting = [pattern for pattern in self._map if re.fullmatch(pattern, key)]
        if len(fitting) > 1:
            raise ValueError(f"several keys fit the weight '{key}': {fitting}")
        return self._map[fitting[0]] if fitting else self._default_optimizer

    def __setitem__(self, key: str, optimizer: Optimizer) -> None:
        if not isinstance(key, str):
            raise ValueError(f"a key is {key!r}, expected a path or a pattern")
        if key in self._map:
            raise ValueError(f"'{key}' has an optimizer already: {self._map[key]!r}")
        if not isinstance(optimizer, Optimizer):
            raise ValueError(f"the optimizer of '{key}' is {optimizer!r}, expected an Optimizer")
        self._map[key] = optimizer

    def __delitem__(self, key: str) -> None:
        del self._map[key]

    def __len__(self) -> int:
        return len(self._map)

    def __iter__(self) -> Iterator[str]:
        return iter(self._map)

    def __call__(self, variable: Variable) -> Optimizer:
        """The optimizer of a weight."""
        return self[variable.path]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal one."""
        from lamina.optimizers import serialize

        return {
            "default_optimizer": serialize(self._default_optimizer),
            "optimizer_map": {key: serialize(each) for key, each in self._map.items()},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "OptimizerMap":
        """The one with those arguments."""
        from lamina.optimizers import deserialize

        return cls(
            deserialize(config["default_optimizer"], custom_objects),
            {
                key: deserialize(each, custom_objects)
                for key, each in config["optimizer_map"].items()
            },
        )


class _Selector:
    """Asks a function for optimizers, and keeps what it gave."""

    def __init__(self, select: Callable[[Variable], Optimizer]) -> None:
        self._select = select
        self.given: list[Optimizer] = []

    def __call__(self, variable: Variable) -> _lamina.Optimizer:
        optimizer = self._select(variable)
        if not isinstance(optimizer, Optimizer):
            raise ValueError(
                f"the optimizer of {variable.path!r} is {optimizer!r}, expected an Optimizer"
            )
        if optimizer not in self.given:
            self.given.append(optimizer)
        return optimizer._core


class MultiOptimizer(BuiltinOptimizer):
    """Several optimizers, each for weights of its own: learning rates by layer.

    Which one a weight has is decided when it is first seen.

    Args:
        optimizer_map: an ``OptimizerMap``; or a function that returns a weight's optimizer, which
            files cannot hold.
        loss_scale_factor: what the loss is multiplied by before it is differentiated; replaces that
            of the optimizers.
        name: its name.

    >>> slow, fast = Variable([1.0], name="slow"), Variable([1.0], name="fast")
    >>> sgd = lamina.optimizers.SGD
    >>> optimizer = MultiOptimizer(OptimizerMap(sgd(0.5), {"slow": sgd(0.25)}))
    >>> optimizer.apply([[1.0], [1.0]], [slow, fast])
    >>> slow.numpy(), fast.numpy()
    (array([0.75], dtype=float32), array([0.5], dtype=float32))
    """

    _core: _lamina.MultiOptimizer
    _given: list[Optimizer]

    def __init__(
        self, optimizer_map: Any, loss_scale_factor: float | None = None, name: str | None = None
    ) -> None:
        name = name or "multi_optimizer"
        if isinstance(optimizer_map, OptimizerMap):
            default = optimizer_map.default_optimizer
            pairs = [(key, optimizer_map[key]) for key in optimizer_map]
            self._given = [default, *(optimizer for _, optimizer in pairs)]
            self._hold(
                _lamina.MultiOptimizer(
                    default._core,
                    [(key, optimizer._core) for key, optimizer in pairs],
                    loss_scale_factor,
                    name,
                )
            )
        elif callable(optimizer_map):
            selector = _Selector(optimizer_map)
            self._given = selector.given
            self._hold(_lamina.MultiOptimizer(selector, loss_scale_factor, name))
        else:
            raise ValueError(
                f"optimizer_map is {optimizer_map!r}, expected an OptimizerMap, or a function that "
                "returns the optimizer of a variable"
            )

    @classmethod
    def _adopt(cls, core: Any) -> Any:
        face = super()._adopt(core)
        face._given = [_family.wrap(each) for each in core.optimizers]
        return face

    @property
    def optimizers(self) -> list[Optimizer]:
        """Its optimizers."""
        unique: list[Optimizer] = []
        for optimizer in self._given:
            if optimizer not in unique:
                unique.append(optimizer)
        return unique

    @property
    def learning_rate(self) -> Any:
        """Refused: each of its optimizers has one."""
        raise AttributeError("a MultiOptimizer has no learning_rate; ask those in its optimizers")

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        raise AttributeError(
            "a MultiOptimizer has no learning_rate; set that of those in its optimizers"
        )

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """The one with those arguments."""
        from lamina import saving

        with saving.loading(custom_objects):
            return cls._adopt(_lamina.make_optimizer("MultiOptimizer", config))
