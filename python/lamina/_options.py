"""Options that the core holds, as read-only attributes."""

from typing import Any


def option(name: str) -> Any:
    """The attribute of that name in the configuration of ``self._core``."""
    return property(lambda self: self._core.config()[name])
