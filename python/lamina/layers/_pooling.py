"""What the layers of pooling share."""

from collections.abc import Sequence
from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class WindowPooling(BuiltinLayer):
    """Pooling of windows that step along the spatial axes."""

    _type: str

    def __init__(
        self,
        pool_size: int | Sequence[int] = 2,
        strides: int | Sequence[int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            self._type,
            pool_size=pool_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class AdaptivePooling(BuiltinLayer):
    """Pooling into as many windows as are wanted."""

    _type: str

    def __init__(
        self,
        output_size: int | Sequence[int],
        data_format: str | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            self._type,
            output_size=output_size,
            data_format=data_format,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class GlobalPooling(BuiltinLayer):
    """Pooling over all places of the spatial axes."""

    _type: str

    def __init__(
        self,
        data_format: str | None = None,
        keepdims: bool = False,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            self._type,
            data_format=data_format,
            keepdims=keepdims,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
