"""Objects as dictionaries of class name and options, in the manner of Keras, and back."""

import inspect
import sys
import types
from typing import Any

import numpy as np

from lamina import _lamina, _naming, _pieces
from lamina._lamina import Tensor, Variable

_PLAIN = (str, int, float, bool, type(None))

# Where lamina's own classes and functions are looked for, in this order.
_PLACES = (
    "layers",
    "models",
    "losses",
    "metrics",
    "optimizers",
    "optimizers.schedules",
    "initializers",
    "regularizers",
    "constraints",
    "activations",
)


def serialize(obj: Any) -> Any:
    """The form of an object: plain values stay, others become dictionaries."""
    if isinstance(obj, _PLAIN):
        return obj
    if isinstance(obj, (list, tuple)):
        items = [serialize(item) for item in obj]
        return tuple(items) if isinstance(obj, tuple) else items
    if isinstance(obj, dict):
        return {key: serialize(value) for key, value in obj.items()}
    if isinstance(obj, (np.generic, np.ndarray)) and obj.ndim == 0:
        return obj.item()
    special = _special(obj)
    if special is not None:
        name, inner = special
        return {"class_name": name, "config": inner}
    return _object_form(obj)


def _special(obj: Any) -> tuple[str, dict[str, Any]] | None:
    if isinstance(obj, np.ndarray):
        return "__numpy__", {"value": obj.tolist(), "dtype": obj.dtype.name}
    if isinstance(obj, (Tensor, Variable)):
        return "__tensor__", {"value": obj.numpy().tolist(), "dtype": obj.dtype}
    if isinstance(obj, bytes):
        return "__bytes__", {"value": obj.decode("utf-8")}
    if obj is Ellipsis:
        return "__ellipsis__", {}
    if isinstance(obj, slice):
        return "__slice__", {
            name: serialize(getattr(obj, name)) for name in ("start", "stop", "step")
        }
    return None


def _object_form(obj: Any) -> dict[str, Any]:
    is_function = isinstance(obj, types.FunctionType) or not hasattr(obj, "get_config")
    named = obj if is_function else type(obj)
    name = getattr(named, "__name__", None)
    if name is None:
        raise TypeError(
            f"cannot serialize {obj!r} of type {type(obj).__name__}: define get_config() in its "
            "class to return the arguments of its __init__"
        )
    if "<" in name:
        raise ValueError(
            f"cannot serialize {obj!r}, which has no name: define a function or class, "
            "and register it by lamina.saving.register_keras_serializable"
        )
    module = getattr(named, "__module__", None) or "builtins"
    is_own = not module.startswith("lamina.") or module.startswith("lamina.saving")
    with _pieces.portable():
        config = name if is_function else serialize(obj.get_config())
    registered = _naming.registered_name(named)
    if is_function:
        return {
            "module": module if is_own else ".".join(module.split(".")[:2]),
            "class_name": "function",
            "config": registered if is_own else config,
            "registered_name": registered,
        }
    form = {
        "module": module if is_own else ".".join(module.split(".")[:2]),
        "class_name": name,
        "config": config,
        "registered_name": registered if is_own else None,
    }
    if getattr(obj, "built", False) and hasattr(obj, "get_build_config"):
        build_config = obj.get_build_config()
        if build_config is not None:
            form["build_config"] = serialize(build_config)
    if getattr(obj, "compiled", False) and hasattr(obj, "get_compile_config"):
        compile_config = obj.get_compile_config()
        if compile_config is not None:
            form["compile_config"] = serialize(compile_config)
    return form


def deserialize(form: Any, safe_mode: bool = True) -> Any:
    """What ``serialize`` gave the form of; executes no code but that of classes known by name."""
    if isinstance(form, _PLAIN):
        return form
    if isinstance(form, (list, tuple)):
        items = [deserialize(item, safe_mode) for item in form]
        return tuple(items) if isinstance(form, tuple) else items
    if not isinstance(form, dict):
        raise TypeError(f"could not parse the configuration {form!r}")
    if "class_name" not in form or "config" not in form:
        return {key: deserialize(value, safe_mode) for key, value in form.items()}
    name, config = form["class_name"], form["config"]
    config = {} if config is None else config
    if name == "__numpy__":
        array = np.array(config["value"], dtype=config["dtype"])
        return array.reshape(config["shape"]) if "shape" in config else array
    if name == "__tensor__":
        return Tensor(np.array(config["value"], dtype=config["dtype"]))
    if name == "__bytes__":
        return config["value"].encode("utf-8")
    if name == "__ellipsis__":
        return Ellipsis
    if name == "__slice__":
        return slice(*(deserialize(config[key], safe_mode) for key in ("start", "stop", "step")))
    if name == "__lambda__":
        raise ValueError(
            "the configuration holds the code of a Python lambda, which lamina never executes: "
            "register a named function"
        )
    return _made(form, name, config)


def _made(form: dict[str, Any], name: str, config: Any) -> Any:
    piece = _pieces.alive(form)
    if piece is not None:
        return piece.target
    is_function = name == "function"
    target = class_of(config if is_function else name, form)
    if is_function or not isinstance(target, type):
        return target
    maker = getattr(target, "from_config", None)
    if maker is None:
        raise TypeError(
            f"cannot make {name} from its configuration: its class has no from_config()"
        )
    if not isinstance(config, dict):
        raise TypeError(f"the configuration of {name} is {config!r}, expected a dictionary")
    made = from_config(target, dict(config))
    build_config = form.get("build_config")
    if build_config and not made.built:
        made.build_from_config(build_config)
    compile_config = form.get("compile_config")
    if compile_config and hasattr(made, "compile_from_config"):
        made.compile_from_config(compile_config)
    return made


def from_config(cls: Any, config: dict[str, Any]) -> Any:
    """The object of a class by its configuration; an error says what its ``__init__`` lacks."""
    try:
        return cls.from_config(config)
    except TypeError as error:
        parameters = inspect.signature(cls.__init__).parameters
        takes_all = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
        unknown = [] if takes_all else [key for key in config if key not in parameters]
        if not unknown:
            raise
        raise TypeError(
            f"{cls.__name__} cannot be made from its configuration: its __init__ does not take "
            f"{', '.join(unknown)}. Let it take **kwargs and call super().__init__(..., **kwargs), "
            "or let from_config(cls, config) make the object"
        ) from error


def class_of(name: str, form: dict[str, Any] | None = None) -> Any:
    """The class or function of a name: the user's own, else lamina's."""
    form = form or {}
    for key in (form.get("registered_name"), name):
        target = _naming.lookup(key) if isinstance(key, str) else None
        if target is not None:
            return target
    module = form.get("module") or ""
    head, _, tail = module.partition(".")
    places = ([tail] if tail and head in ("lamina", "keras") else []) + list(_PLACES)
    own_module = head not in ("", "lamina", "keras", "builtins")
    for place in [] if own_module else places:
        found = getattr(sys.modules.get(f"lamina.{place}"), name, None)
        if found is not None and not name.startswith("_"):
            return found
    raise TypeError(
        f"could not locate '{name}'; one of your own must be registered by "
        "lamina.saving.register_keras_serializable, or be named in "
        f"custom_objects={{'{name}': ...}}"
    )


def array_from(value: Any) -> Any:
    """A number as it is, anything else, serialized arrays too, as an array."""
    if isinstance(value, dict):
        value = deserialize(value)
    if isinstance(value, (Tensor, Variable)):
        value = value.numpy()
    if isinstance(value, (list, tuple)):
        value = np.asarray(value, dtype=_lamina.floatx())
    if isinstance(value, (np.ndarray, np.generic)) and value.ndim == 0:
        return value.item()
    return value
