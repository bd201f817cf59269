"""Configurations as JSON, the form in which Python and the core exchange them."""

import json
import math
from typing import Any

from lamina._numbers import refuse_gradient

loads = json.loads


def dumps(config: dict[str, Any]) -> str:
    """JSON text of a configuration; an error that names the option that JSON cannot hold."""
    return json.dumps(_plain(config, "config"))


def _plain(value: Any, key: str) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"option '{key}' must be finite, got {value}")
        return float(value)
    if isinstance(value, dict):
        return {str(name): _plain(item, name) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, key) for item in value]
    if hasattr(value, "serialize"):
        return _plain(value.serialize(), key)
    if hasattr(value, "dtype") and hasattr(value, "item"):
        refuse_gradient("a configuration", f"option '{key}'", value)
        return _plain(value.item() if value.ndim == 0 else value.tolist(), key)
    raise TypeError(
        f"option '{key}' is a {type(value).__name__}, which a configuration cannot hold; "
        "expected None, a bool, number, string, list or dict"
    )
