"""Operations that gradients flow through, with the names and arguments of ``keras.ops``.

Operands are tensors, arrays, numbers or lists; shapes broadcast as NumPy's. The names of activation
functions are here too, with ``keras.ops``'s defaults; ``lamina.activations`` documents them.

>>> import numpy as np
>>> x = Tensor(np.arange(6.0, dtype="float32").reshape(2, 3))
>>> where(x > 2, x, 0).numpy()
array([[0., 0., 0.],
       [3., 4., 5.]], dtype=float32)
>>> einsum("ij,kj->ik", x, x).shape
(2, 2)
"""

import importlib as _importlib
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

from lamina.ops import core, linalg, nn, numpy
from lamina.ops.core import *  # noqa: F403
from lamina.ops.linalg import *  # noqa: F403
from lamina.ops.nn import *  # noqa: F403
from lamina.ops.numpy import *  # noqa: F403

if _TYPE_CHECKING:
    from lamina.ops import image as image


def __getattr__(name: str) -> _Any:
    if name != "image":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Imported when it is first used, for the sake of the time that an import takes.
    return _importlib.import_module("lamina.ops.image")


__all__: list[str] = []
__all__ += core.__all__
__all__ += linalg.__all__
__all__ += nn.__all__
__all__ += numpy.__all__
