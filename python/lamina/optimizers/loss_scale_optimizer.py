"""A loss that is scaled while it is differentiated."""

from typing import Any

from lamina import _lamina
from lamina._lamina import Variable
from lamina.optimizers.optimizer import BuiltinOptimizer, Optimizer, _family


class LossScaleOptimizer(BuiltinOptimizer):
    """Differentiates the loss times a scale and divides the gradients again before another
    optimizer's step, so that small ones of low precision do not vanish.

    The scale doubles after ``dynamic_growth_steps`` steps with finite gradients. A step whose
    gradients are not finite is left out and halves it. A loop of one's own differentiates
    ``optimizer.scale_loss(loss)``.

    Args:
        inner_optimizer: the optimizer that steps; its ``loss_scale_factor`` becomes None.
        initial_scale: the first scale.
        dynamic_growth_steps: finite steps after which it doubles.
        name: its name.

    Reference: Micikevicius et al., 2018, "Mixed precision training".

    >>> optimizer = LossScaleOptimizer(lamina.optimizers.SGD(0.5), initial_scale=4.0)
    >>> w = Variable([1.0])
    >>> optimizer.scale_loss(w).backward()
    >>> optimizer.step([w])
    >>> optimizer.apply([[float("inf")]], [w])
    >>> w.numpy(), optimizer.dynamic_scale.numpy()
    (array([0.5], dtype=float32), array(2., dtype=float32))
    """

    _core: _lamina.LossScaleOptimizer
    inner_optimizer: Optimizer

    def __init__(
        self,
        inner_optimizer: Any,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
    ) -> None:
        from lamina.optimizers import get

        inner = get(inner_optimizer)
        self._hold(
            _lamina.LossScaleOptimizer(
                inner._core, initial_scale, dynamic_growth_steps, name or "loss_scale_optimizer"
            )
        )
        self.inner_optimizer = inner

    @classmethod
    def _adopt(cls, core: Any) -> Any:
        face = super()._adopt(core)
        face.inner_optimizer = _family.wrap(core.inner_optimizer)
        return face

    @property
    def step_counter(self) -> Variable:
        """Steps with finite gradients since the scale last changed."""
        return self._core.variables[0]

    @property
    def dynamic_scale(self) -> Variable:
        """The scale."""
        return self._core.variables[1]

    @property
    def learning_rate(self) -> Any:
        """That of the inner optimizer."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        self.inner_optimizer.learning_rate = learning_rate

    @property
    def iterations(self) -> Any:
        """Those of the inner optimizer: steps that were left out do not count."""
        return self.inner_optimizer.iterations

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """The one with those arguments."""
        from lamina.optimizers import deserialize

        given = dict(config)
        return cls(deserialize(given.pop("inner_optimizer"), custom_objects), **given)
