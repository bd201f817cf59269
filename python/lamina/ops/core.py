"""Operations of lamina.ops that stand in none of its submodules in Keras."""

from lamina._lamina import (
    cast,
    convert_to_tensor,
    erf,
    logsumexp,
    rsqrt,
    scatter,
    stop_gradient,
    top_k,
    unstack,
)
from lamina.ops._values import convert_to_numpy, shape

__all__ = [
    "cast",
    "convert_to_numpy",
    "convert_to_tensor",
    "erf",
    "logsumexp",
    "rsqrt",
    "scatter",
    "shape",
    "stop_gradient",
    "top_k",
    "unstack",
]
