"""What weights and outputs add to the loss, by name or as objects with options."""

from typing import Any

from lamina import _lamina, _naming, _pieces, _serialized
from lamina._configured import Configured
from lamina._lamina import Tensor


class Regularizer:
    """Subclass it to write a regularizer of your own, or write a function of the same argument.

    Called on a tensor, it gives one number. To save models with it, register the class with
    ``lamina.saving.register_keras_serializable`` and let ``get_config`` return its arguments.

    >>> class Largest(Regularizer):
    ...     def __call__(self, x):
    ...         return lamina.ops.max(lamina.ops.absolute(x))
    >>> layer = Dense(1, kernel_initializer="ones", kernel_regularizer=Largest())
    >>> layer.build((None, 3))
    >>> layer.losses[0].item()
    1.0
    """

    def __call__(self, x: Any) -> Any:
        """What ``x`` adds to the loss."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(self, x)")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal one."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The one with those arguments."""
        return cls(**config)


class _Builtin(Configured, Regularizer):
    """One of lamina's own, which the core runs."""

    def __init__(self, **options: Any) -> None:
        own = next(cls.__name__ for cls in type(self).__mro__ if cls.__name__ in _CLASSES)
        config = _lamina.regularizer_config({"class_name": own, "config": options})
        self._hold(config, options)

    def __call__(self, x: Any) -> Tensor:
        """What ``x`` adds to the loss."""
        return _lamina.regularize(self._config, x)


class L1(_Builtin):
    """``l1 * sum(abs(x))``.

    >>> L1(0.1)([[1.0, -2.0]]).item()
    0.30000001192092896
    """

    def __init__(self, l1: float = 0.01) -> None:
        super().__init__(l1=l1)


class L2(_Builtin):
    """``l2 * sum(x^2)``.

    >>> L2(0.5)([[1.0, -2.0]]).item()
    2.5
    """

    def __init__(self, l2: float = 0.01) -> None:
        super().__init__(l2=l2)


class L1L2(_Builtin):
    """``l1 * sum(abs(x)) + l2 * sum(x^2)``.

    >>> round(L1L2(l1=0.1, l2=0.01)([1.0, -2.0]).item(), 4)  # 0.1 * 3 + 0.01 * 5
    0.35
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        super().__init__(l1=l1, l2=l2)


class OrthogonalRegularizer(_Builtin):
    """``factor`` times the mean magnitude of the cosines between different rows of a matrix.

    Args:
        factor: at least 0.
        mode: ``"rows"`` or ``"columns"``.

    Reference: Brock et al., 2017, "Neural photo editing with introspective adversarial networks".

    >>> OrthogonalRegularizer(1.0)([[1.0, 0.0], [0.0, 3.0]]).item()
    0.0
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        super().__init__(factor=factor, mode=mode)


_CLASSES = {cls.__name__: cls for cls in (L1, L2, L1L2, OrthogonalRegularizer)}


# Keras's other names.
l1 = L1
l2 = L2
l1_l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer

_KIND = _pieces.Kind(
    "regularizer",
    {
        **_CLASSES,
        "l1": L1,
        "l2": L2,
        "l1_l2": L1L2,
        "orthogonal_regularizer": OrthogonalRegularizer,
    },
    _lamina.regularizer_config,
)


def serialize(regularizer: Any) -> Any:
    """The configuration of a regularizer, from which ``deserialize`` makes an equal one.

    >>> serialize(L2(0.5))["config"]
    {'l2': 0.5}
    """
    return _serialized.serialize(regularizer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """The regularizer of a configuration that ``serialize`` gave.

    Args:
        config: the configuration.
        custom_objects: classes and functions of your own by name.

    >>> deserialize(serialize(L2(0.5)))
    L2(l2=0.5)
    """
    with _naming.scope(custom_objects):
        return _KIND.read(config)


def get(identifier: Any) -> Any:
    """A regularizer from its name, its serialized form, or itself; None for none.

    >>> get("l2")
    L2(l2=0.01)
    """
    return None if identifier is None else _KIND.read(identifier)
