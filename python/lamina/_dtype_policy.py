"""What a layer computes in, as Keras tells it."""

from typing import Any

import numpy as np

from lamina._lamina import floatx


class DTypePolicy(str):
    """The name of a dtype, in which a layer computes and keeps its weights.

    Args:
        name: ``"float32"``, ``"float64"``, or the name of another dtype of tensors; by default
            ``lamina.config.floatx()``.

    Raises:
        ValueError: the name mixes dtypes, or is that of a dtype of 16 or 8 bits.

    >>> DTypePolicy("float64").compute_dtype
    'float64'
    """

    __slots__ = ()

    def __new__(cls, name: Any = None) -> "DTypePolicy":
        """The policy of that name."""
        if name is None:
            return super().__new__(cls, floatx())
        if not isinstance(name, str):
            raise TypeError(f"the name of a DTypePolicy is {name!r}, expected a string")
        if name not in ("float32", "float64", "int32", "int64", "uint8", "bool"):
            raise ValueError(
                f"cannot compute in {name!r}: the dtypes are float32 and float64, and nothing is "
                "mixed or quantized"
            )
        return super().__new__(cls, name)

    def __init__(self, name: str | None = None) -> None:
        super().__init__()

    @property
    def name(self) -> str:
        """The name."""
        return str(self)

    @property
    def compute_dtype(self) -> str:
        """What it computes in."""
        return str(self)

    @property
    def variable_dtype(self) -> str:
        """What its weights are."""
        return str(self)

    @property
    def quantization_mode(self) -> None:
        """None: nothing is quantized."""
        return None

    def convert_input(self, x: Any, autocast: bool, dtype: Any) -> Any:
        """A tensor or array of floating-point numbers in ``dtype``, where ``autocast`` asks for it;
        others as they are.
        """
        kind = str(getattr(x, "dtype", ""))
        if not autocast or "float" not in kind or kind == np.dtype(dtype).name:
            return x
        return x.astype(np.dtype(dtype).name)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal one."""
        return {"name": str(self)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "DTypePolicy":
        """The policy with those arguments."""
        return cls(**config)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self!s}">'
