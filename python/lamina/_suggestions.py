"""What a module says of a name that it does not have."""

import sys
from types import ModuleType
from typing import Any

from lamina import _naming

# Names of Keras, PyTorch and old programs that are somewhere else here, or nowhere.
_ELSEWHERE = {
    "lamina": {
        "GradientTape": "use loss.backward() and weight.grad, or lamina.autograd.grad",
        "Module": "subclass lamina.Layer or lamina.Model, and define call",
        "Operation": "subclass lamina.Layer, or compose functions of lamina.ops",
        "Function": "a graph of operations is a model: lamina.Model(inputs, outputs)",
        "Quantizer": "tensors are float32 or float64, nothing is quantized",
        "RematScope": "activations are kept from the forward to the backward pass",
        "StatelessScope": "variables change by assign(); layers have stateless_call()",
        "SymbolicScope": "there is no tracing: call layers on what Input gives",
        "applications": "there are no pretrained models; set_weights() takes weights of others",
        "cuda": "a device is a name: lamina.set_device and lamina.device",
        "distillation": "write the loss of a student in train_step of a model of your own",
        "distribution": "lamina computes on one device",
        "export": "C++ programs and other machines read the file of model.save()",
        "functional": "functions are in lamina.ops and lamina.activations",
        "name_scope": "names come from the layers that hold a layer; give it name=",
        "nn": "layers are in lamina.layers, functions in lamina.ops",
        "optim": "optimizers are in lamina.optimizers",
        "quantizers": "tensors are float32 or float64, nothing is quantized",
        "remat": "activations are kept from the forward to the backward pass",
        "visualization": "figures are in lamina.plotting",
    },
    "lamina.layers": {
        "FlaxLayer": "lamina runs no JAX",
        "JaxLayer": "lamina runs no JAX",
        "Linear": "it is Dense here",
        "TFSMLayer": "lamina runs no TensorFlow",
        "TorchModuleWrapper": "lamina runs no PyTorch: copy a module's weights by set_weights()",
    },
    "lamina.losses": {
        "BCELoss": "it is BinaryCrossentropy here",
        "BCEWithLogitsLoss": "it is BinaryCrossentropy(from_logits=True) here",
        "CrossEntropyLoss": "it is SparseCategoricalCrossentropy(from_logits=True) here",
        "HuberLoss": "it is Huber here",
        "KLDivLoss": "it is KLDivergence here",
        "L1Loss": "it is MeanAbsoluteError here",
        "MSELoss": "it is MeanSquaredError here",
        "NLLLoss": "SparseCategoricalCrossentropy takes probabilities, or logits",
        "SmoothL1Loss": "it is SmoothL1 here",
    },
    "lamina.callbacks": {
        "OrbaxCheckpoint": "ModelCheckpoint and BackupAndRestore write lamina's own files",
    },
    "lamina.saving": {"KerasFileEditor": "files are lamina's own, not Keras's"},
    "lamina.dtype_policies": {"DTypePolicyMap": "a layer takes its dtype"}
    | dict.fromkeys(
        (
            "AWQDTypePolicy",
            "GPTQDTypePolicy",
            "Int4DTypePolicy",
            "QuantizedDTypePolicy",
            "QuantizedFloat8DTypePolicy",
        ),
        "tensors are float32 or float64, nothing is quantized",
    ),
}

# Attributes of layers and models in PyTorch and older Keras, and what serves instead.
LAYER_ATTRIBUTES = {
    "cuda": "; a model is made on its device: Model(..., device=...) or lamina.set_device()",
    "eval": "; pass training=False to a call, which is the default",
    "fit_generator": "; fit() takes generators",
    "evaluate_generator": "; evaluate() takes generators",
    "load_state_dict": "; load_weights() reads what save_weights() wrote",
    "parameters": "; its weights are in trainable_weights",
    "predict_classes": "; np.argmax(model.predict(x), axis=-1) gives the classes",
    "predict_generator": "; predict() takes generators",
    "predict_proba": "; predict() gives probabilities",
    "requires_grad_": "; set its attribute trainable",
    "state_dict": "; get_weights() and save_weights() give the weights",
    "to": "; a model is made on its device: Model(..., device=...) or lamina.set_device()",
    "train": "; pass training=True to a call; fit() does",
    "train_on_generator": "; fit() takes generators",
}


# The same of optimizers.
OPTIMIZER_ATTRIBUTES = {
    "get_gradients": "; loss.backward() leaves gradients in weight.grad",
    "get_updates": "; step(weights) changes them by their gradients",
    "lr": "; it is learning_rate",
    "minimize": "; loss.backward(), then step(weights)",
    "param_groups": "; set its learning_rate; MultiOptimizer has one for each group of weights",
}


class _UnknownNameError(AttributeError):
    """Finds its words only when they are read: ``hasattr`` asks for no advice."""

    def __init__(self, module: ModuleType, name: str) -> None:
        # With an object of its own Python adds no suggestion to this one.
        super().__init__(name=name, obj=None)
        self._module, self._unknown = module, name

    def __str__(self) -> str:
        return f"module {self._module.__name__!r} has no {self._unknown!r}{_advice(self)}"


def _advice(error: _UnknownNameError) -> str:
    module, name = error._module, error._unknown
    reason = _ELSEWHERE.get(module.__name__, {}).get(name)
    if reason is not None:
        return f": {reason}"
    close = _naming.nearest(name, _public(module), 0.6)
    homes = _homes(name, module)
    if homes and (close is None or close.lower() != name.lower()):
        return f"; it is {' or '.join(homes)}"
    if close is not None:
        return f"; did you mean {close!r}?"
    return f"; dir({module.__name__}) tells what it has"


def _public(module: ModuleType) -> list[str]:
    known = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", "").startswith("lamina")
    ]
    return [name for name in known if not name.startswith("_")]


def _homes(name: str, but: ModuleType) -> list[str]:
    """Where else that name is public."""
    return sorted(
        f"{path}.{name}"
        for path, module in list(sys.modules.items())
        if path.split(".")[0] == "lamina"
        and not any(part.startswith("_") for part in path.split("."))
        and module is not but
        and name in getattr(module, "__all__", ())
    )[:2]


def unknown(path: str, name: str, frame: Any = None) -> Exception:
    """The error for a name that a module does not have; ``frame`` asks for it."""
    module = sys.modules[path]
    error = _UnknownNameError(module, name)
    if frame and _is_imported_from(frame) and f"{path}.{name}" not in sys.modules:
        # `from lamina.layers import Dnese` would drop an AttributeError and its words.
        return ImportError(str(error), name=path, path=module.__file__)
    return error


def install(module: ModuleType, lazy: frozenset[str] | set[str] = frozenset()) -> None:
    """Makes a module answer for names that it does not have.

    What a package's own files are called is no name of it, unless the file says what is in it:
    ``lamina.optimizers.adam`` is a mistake for ``Adam``, and does not stand in ``dir``;
    ``lamina.ops.image`` is a module for users.

    Args:
        module: the module.
        lazy: what it imports when it is asked for first.
    """
    if hasattr(module, "__path__") and "." in module.__name__:  # the root's files are for users
        exported = set(getattr(module, "__all__", ()))
        for name in vars(module).keys() - exported:
            inner = sys.modules.get(f"{module.__name__}.{name}")
            # One that says what is in it, such as lamina.ops.image, is for users.
            if inner and not name.startswith("_") and not hasattr(inner, "__all__"):
                delattr(module, name)

    own = vars(module).get("__getattr__")

    def __getattr__(name: str) -> Any:
        if own is not None:
            try:
                return own(name)
            except AttributeError:
                pass
        if name in lazy:
            import importlib

            found = importlib.import_module(f"{module.__name__}.{name}")
            if "__getattr__" not in vars(found):
                install(found)
            return found
        raise unknown(module.__name__, name, sys._getframe(1))

    module.__getattr__ = __getattr__  # type: ignore[method-assign]


def install_everywhere(lazy: set[str]) -> None:
    """Does so for all public modules: those that say what is in them, and those that such a one
    names.

    Args:
        lazy: what ``lamina`` itself imports when it is asked for first.
    """
    for path, module in list(sys.modules.items()):
        if path.partition(".")[0] != "lamina" or "._" in path:
            continue
        parent, _, last = path.rpartition(".")
        if hasattr(module, "__all__") or last in getattr(sys.modules.get(parent), "__all__", ()):
            install(module, lazy if path == "lamina" else frozenset())


def _is_imported_from(frame: Any) -> bool:
    """Whether the frame is at a ``from module import name``."""
    import opcode

    code = frame.f_code.co_code
    return bool(code[frame.f_lasti] == opcode.opmap["IMPORT_FROM"])
