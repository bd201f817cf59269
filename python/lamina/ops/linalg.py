"""Operations of lamina.ops on matrices, as ``keras.ops.linalg`` lists them."""

from lamina._lamina import (
    norm,
)

__all__ = [
    "norm",
]
