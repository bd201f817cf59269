"""Optimizers: how gradients change weights."""

from collections.abc import Sequence
from typing import Any, cast

from lamina import _lamina, _naming
from lamina._faces import Builtin, Face, Family
from lamina._lamina import Tensor, Variable

_family = Family("Optimizer", _lamina.make_optimizer, _lamina.optimizer_from_name, ("update_step",))


class Optimizer(Face):
    """Subclass it to write an optimizer of your own: ``update_step``.

    ``update_step(gradient, variable, learning_rate)`` changes one weight with ``variable.assign``
    and its kin. What it keeps for each weight is named in ``slot_names`` and read with
    ``self.slot(variable, name)``; files hold these slots.

    Args:
        learning_rate: step size, at least 0.
        weight_decay: share of each weight that a step of rate 1 removes.
        clipnorm: largest norm of one weight's gradient.
        clipvalue: largest magnitude of one element of a gradient.
        global_clipnorm: largest norm of all gradients together.
        name: its name.

    >>> class Plain(Optimizer):
    ...     def update_step(self, gradient, variable, learning_rate):
    ...         variable.assign_sub(gradient * learning_rate)
    >>> w = Variable([1.0])
    >>> lamina.ops.sum(w * 3.0).backward()
    >>> Plain(learning_rate=0.5).step([w])
    >>> w.numpy()
    array([-0.5], dtype=float32)
    """

    slot_names: Sequence[str] = ()
    _core: _lamina.Optimizer

    def __init__(
        self,
        learning_rate: float,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
    ) -> None:
        type_name = _naming.registered_name(type(self))
        self._core = _lamina.PythonOptimizer(
            self,
            type_name,
            name or _naming.snake_case(type_name),
            learning_rate,
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            list(self.slot_names),
        )

    @property
    def _own_core(self) -> _lamina.PythonOptimizer:
        """The core, of an optimizer that is written in Python."""
        return cast(_lamina.PythonOptimizer, self._core)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: float) -> None:
        """Changes one weight."""
        raise NotImplementedError(f"{type(self).__name__} must define update_step")

    def slot(self, variable: Variable, name: str) -> Variable:
        """What is kept for a weight under one of ``slot_names``."""
        return self._own_core.slot(variable, name)

    def build(self, variables: Sequence[Variable]) -> None:
        """Names the variables that ``step()`` and ``zero_grad()`` are for."""
        self._core.build(list(variables))

    def step(self, variables: Sequence[Variable] | None = None) -> None:
        """One step from the gradients that ``backward`` left on the variables; by default on those
        it was built for.
        """
        if variables is None:
            self._core.step_all()
        else:
            self._core.step(list(variables))

    def zero_grad(self) -> None:
        """Forgets the gradients of the variables it was built for."""
        self._core.zero_grad()

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable]) -> None:
        """One step by these gradients; None leaves its variable alone."""
        self._core.apply(list(grads), list(trainable_variables))

    def apply_gradients(self, grads_and_vars: Any) -> None:
        """``apply`` for pairs of a gradient and a variable."""
        pairs = list(grads_and_vars)
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])

    @property
    def learning_rate(self) -> float:
        """The step size, which may be set at any time."""
        return self._core.learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate: float) -> None:
        self._core.learning_rate = float(learning_rate)

    @property
    def iterations(self) -> int:
        """Steps taken so far."""
        return self._core.iterations

    @property
    def variables(self) -> list[Variable]:
        """The slots of all weights."""
        return self._core.slots

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        return self._own_core.base_config()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} learning_rate={self.learning_rate}>"


class BuiltinOptimizer(Builtin, Optimizer):
    """An optimizer of lamina's own: a handle on one that the core made."""

    _family = _family
    __repr__ = Optimizer.__repr__


class SGD(BuiltinOptimizer):
    """Gradient descent: ``w -= learning_rate * g``.

    With momentum ``m = momentum * m - learning_rate * g`` and ``w += m``; Nesterov's variant then
    takes ``w += momentum * m - learning_rate * g`` instead.

    Args:
        learning_rate: step size, at least 0.
        momentum: in [0, 1].
        nesterov: whether to apply Nesterov's momentum.
        weight_decay, clipnorm, clipvalue, global_clipnorm, name: as for every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> SGD(learning_rate=0.25).step([w])
    >>> w.numpy()
    array([0.5], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: float = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        *,
        name: str = "SGD",
    ) -> None:
        super().__init__(
            learning_rate=learning_rate,
            momentum=momentum,
            nesterov=nesterov,
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            name=name,
        )


class Adam(BuiltinOptimizer):
    """Steps scaled by running means of the gradient and of its square.

    Args:
        learning_rate: step size, at least 0.
        beta_1: weight of the past in the mean of gradients, in [0, 1).
        beta_2: weight of the past in the mean of their squares, in [0, 1).
        epsilon: added to the root of the latter.
        amsgrad: whether that mean never falls (Reddi et al., 2018).
        weight_decay, clipnorm, clipvalue, global_clipnorm, name: as for every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Kingma and Ba, 2015, "Adam: a method for stochastic optimization".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> Adam(learning_rate=0.1).step([w])
    >>> w.numpy().round(3)
    array([0.9], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        *,
        name: str = "adam",
    ) -> None:
        super().__init__(
            learning_rate=learning_rate,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            amsgrad=amsgrad,
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            name=name,
        )


class AdamW(BuiltinOptimizer):
    """``Adam`` whose weights decay by a share of their own, apart from the gradient.

    Args:
        learning_rate: step size, at least 0.
        weight_decay: share of each weight that a step of rate 1 removes.
        beta_1, beta_2, epsilon, amsgrad: as for ``Adam``.
        clipnorm, clipvalue, global_clipnorm, name: as for every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Loshchilov and Hutter, 2019, "Decoupled weight decay regularization".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> AdamW(learning_rate=0.1, weight_decay=0.5).step([w])
    >>> w.numpy().round(3)
    array([0.85], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        *,
        name: str = "adamw",
    ) -> None:
        super().__init__(
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            amsgrad=amsgrad,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            name=name,
        )


class Nadam(BuiltinOptimizer):
    """``Adam`` with Nesterov's momentum, which rises with the steps from ``0.52 beta_1`` to
    ``beta_1``.

    Args:
        learning_rate: step size, at least 0.
        beta_1: weight of the past in the mean of gradients, in [0, 1).
        beta_2: weight of the past in the mean of their squares, in [0, 1).
        epsilon: added to the root of the latter.
        weight_decay, clipnorm, clipvalue, global_clipnorm, name: as for every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Dozat, 2016, "Incorporating Nesterov momentum into Adam".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> Nadam(learning_rate=0.1, beta_1=0.5).step([w])
    >>> w.numpy().round(3)
    array([0.886], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        *,
        name: str = "nadam",
    ) -> None:
        super().__init__(
            learning_rate=learning_rate,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            name=name,
        )


class RMSprop(BuiltinOptimizer):
    """Steps over the root of a running mean of the gradient's square.

    Args:
        learning_rate: step size, at least 0.
        rho: weight of the past in the mean, in [0, 1).
        momentum: in [0, 1].
        epsilon: added under the root.
        centered: whether the square of the gradient's running mean is taken off (Graves, 2013).
        weight_decay, clipnorm, clipvalue, global_clipnorm, name: as for every ``Optimizer``.

    Raises:
        ValueError: an option is outside its range, or several kinds of clipping are given.

    Reference: Tieleman and Hinton, 2012, "Lecture 6.5: rmsprop".

    >>> w = Variable([1.0])
    >>> (w * w).backward()
    >>> RMSprop(learning_rate=0.1, rho=0.75).step([w])
    >>> w.numpy().round(3)
    array([0.8], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        *,
        name: str = "rmsprop",
    ) -> None:
        super().__init__(
            learning_rate=learning_rate,
            rho=rho,
            momentum=momentum,
            epsilon=epsilon,
            centered=centered,
            weight_decay=weight_decay,
            clipnorm=clipnorm,
            clipvalue=clipvalue,
            global_clipnorm=global_clipnorm,
            name=name,
        )


_family.add(SGD, Adam, AdamW, Nadam, RMSprop)
wrap = _family.wrap


def get(identifier: Any) -> Optimizer:
    """An optimizer from its name, or itself."""
    if isinstance(identifier, Optimizer):
        return identifier
    if isinstance(identifier, str):
        named: Optimizer = _family.named(identifier)
        return named
    raise TypeError(
        f"optimizer is {identifier!r}, expected a name or an object of lamina.optimizers"
    )
