"""Options that the core holds, as read-only attributes."""

from typing import Any


def option(name: str) -> Any:
    """The attribute of that name in the configuration of ``self._core``."""

    def read(owner: Any) -> Any:
        return owner._core.config()[name]

    def refuse(owner: Any, value: Any) -> None:
        cls = type(owner).__name__
        raise AttributeError(
            f"{name} of {cls} is given when it is made: make a new one, {cls}({name}={value!r})"
        )

    return property(read, refuse)
