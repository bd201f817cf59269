"""lamina: a small, fast deep-learning library with Keras's names and a C++ core.

>>> import numpy as np
>>> model = Sequential([Input((2,)), Dense(8, activation="tanh"), Dense(1)])
>>> model.compile(optimizer="adam", loss="mse")
>>> history = model.fit(np.zeros((4, 2)), np.zeros((4, 1)), epochs=2, verbose=0)
>>> history.history["loss"]
[0.0, 0.0]
"""

from typing import TYPE_CHECKING

from lamina import (
    _suggestions,
    _tensor_methods,
    _threads,
    activations,
    autograd,
    callbacks,
    config,
    constraints,
    data,
    initializers,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    preprocessing,
    random,
    regularizers,
    saving,
    utils,
)
from lamina._dtype_policy import DTypePolicy
from lamina._input_spec import InputSpec
from lamina._lamina import (
    Tensor,
    Variable,
    __version__,
    device,
    from_dlpack,
    get_device,
    grad_enabled,
    isa,
    memory_statistics,
    num_threads,
    parallel_regions,
    release_cached_memory,
    set_device,
    set_memory_cache_limit,
    set_num_threads,
    synchronize,
    thread_engine,
)
from lamina._symbolic import SymbolicTensor
from lamina.autograd import enable_grad, inference_mode, no_grad
from lamina.callbacks import Callback
from lamina.constraints import Constraint
from lamina.initializers import Initializer
from lamina.layers import Dense, Input, Layer
from lamina.losses import Loss
from lamina.metrics import Metric
from lamina.models import Model, Sequential
from lamina.models._advice import AdviceWarning
from lamina.optimizers import Optimizer
from lamina.perceptron import Perceptron
from lamina.regularizers import Regularizer

_tensor_methods.attach(Tensor, Variable, SymbolicTensor)

if TYPE_CHECKING:
    import lamina.backend as backend
    import lamina.datasets as datasets
    import lamina.dtype_policies as dtype_policies
    import lamina.mixed_precision as mixed_precision
    import lamina.plotting as plotting
    import lamina.tree as tree
    import lamina.wrappers as wrappers

# Keras's names.
KerasTensor = SymbolicTensor
FloatDTypePolicy = DTypePolicy


def version() -> str:
    """The version of lamina.

    >>> version() == __version__
    True
    """
    return __version__


__all__ = [
    "AdviceWarning",
    "Callback",
    "Constraint",
    "DTypePolicy",
    "Dense",
    "FloatDTypePolicy",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Optimizer",
    "Perceptron",
    "Regularizer",
    "Sequential",
    "SymbolicTensor",
    "Tensor",
    "Variable",
    "__version__",
    "activations",
    "autograd",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "data",
    "datasets",
    "device",
    "dtype_policies",
    "enable_grad",
    "from_dlpack",
    "get_device",
    "grad_enabled",
    "inference_mode",
    "initializers",
    "isa",
    "layers",
    "losses",
    "memory_statistics",
    "metrics",
    "mixed_precision",
    "models",
    "no_grad",
    "num_threads",
    "ops",
    "optimizers",
    "parallel_regions",
    "plotting",
    "preprocessing",
    "random",
    "regularizers",
    "release_cached_memory",
    "saving",
    "set_device",
    "set_memory_cache_limit",
    "set_num_threads",
    "synchronize",
    "thread_engine",
    "tree",
    "utils",
    "version",
    "wrappers",
]

# Modules that only some programs need are imported when they are asked for.
_suggestions.install_everywhere(
    {"backend", "datasets", "dtype_policies", "mixed_precision", "plotting", "tree", "wrappers"}
)
_threads.take_environment()
