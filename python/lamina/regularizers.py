"""What weights and outputs add to the loss, by name or as objects with options."""

from typing import Any

from lamina import _lamina
from lamina._configured import Configured
from lamina._lamina import Tensor


class Regularizer(Configured):
    """What the regularizers share: called on a tensor, they give one scalar."""

    def __init__(self, **options: Any) -> None:
        identity = {"class_name": type(self).__name__, "config": options}
        self._config = _lamina.regularizer_config(identity)

    def __call__(self, x: Any) -> Tensor:
        """What ``x`` adds to the loss."""
        return _lamina.regularize(self._config, x)


class L1(Regularizer):
    """``l1 * sum(abs(x))``.

    >>> L1(0.1)([[1.0, -2.0]]).item()
    0.30000001192092896
    """

    def __init__(self, l1: float = 0.01) -> None:
        super().__init__(l1=l1)


class L2(Regularizer):
    """``l2 * sum(x^2)``.

    >>> L2(0.5)([[1.0, -2.0]]).item()
    2.5
    """

    def __init__(self, l2: float = 0.01) -> None:
        super().__init__(l2=l2)


class L1L2(Regularizer):
    """``l1 * sum(abs(x)) + l2 * sum(x^2)``."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        super().__init__(l1=l1, l2=l2)


class OrthogonalRegularizer(Regularizer):
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


def get(identifier: Any) -> Regularizer | None:
    """A regularizer from its name, its serialized form, or itself; None for none."""
    if identifier is None or isinstance(identifier, Regularizer):
        return identifier
    if isinstance(identifier, type) and issubclass(identifier, Regularizer):
        return identifier()
    if not isinstance(identifier, (str, dict)):
        raise TypeError(
            f"regularizer is {identifier!r}, expected a name or an object of lamina.regularizers"
        )
    known = _lamina.regularizer_config(identifier)
    result: Regularizer = _CLASSES[known["class_name"]].from_config(known["config"])
    return result
