"""Named values."""

import json
from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any


class Config:
    """Named values, as attributes and as items, which can be frozen.

    Args:
        **kwargs: the values.

    >>> config = Config(units=8)
    >>> config.rate = 0.1
    >>> config["rate"], config.units, config.to_json()
    (0.1, 8, '{"units": 8, "rate": 0.1}')
    >>> config.freeze()
    >>> config.rate = 0.2
    Traceback (most recent call last):
    ValueError: the Config is frozen; unfreeze() it to change 'rate'
    """

    _config: dict[str, Any]
    _frozen: bool

    def __init__(self, **kwargs: Any) -> None:
        object.__setattr__(self, "_config", kwargs)
        object.__setattr__(self, "_frozen", False)

    @property
    def frozen(self) -> bool:
        """Whether it can no longer be changed."""
        return self._frozen

    def freeze(self) -> None:
        """Lets nobody change it."""
        object.__setattr__(self, "_frozen", True)

    def unfreeze(self) -> None:
        """Lets it be changed again."""
        object.__setattr__(self, "_frozen", False)

    def _require_open(self, name: Any) -> None:
        if self._frozen:
            raise ValueError(f"the Config is frozen; unfreeze() it to change {name!r}")

    def as_dict(self) -> dict[str, Any]:
        """The values, in a dictionary of their own."""
        return dict(self._config)

    def to_json(self) -> str:
        """The values as JSON."""
        return json.dumps(self._config)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._config.keys()

    def values(self) -> ValuesView[Any]:
        """The values."""
        return self._config.values()

    def items(self) -> ItemsView[str, Any]:
        """Names and values."""
        return self._config.items()

    def pop(self, *args: Any) -> Any:
        """Takes a value out, as of a dictionary."""
        self._require_open(args[0] if args else None)
        return self._config.pop(*args)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Sets values, as of a dictionary."""
        self._require_open("it")
        self._config.update(*args, **kwargs)

    def get(self, keyname: str, value: Any = None) -> Any:
        """A value, or another where there is none of that name."""
        return self._config.get(keyname, value)

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "_config" not in self.__dict__:
            raise AttributeError(name)
        if name in self._config:
            return self._config[name]
        import difflib  # only a mistake needs it: `import lamina` stays fast

        close = difflib.get_close_matches(name, self._config, 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise AttributeError(f"the Config has no {name!r}{hint}")

    def __setitem__(self, key: str, item: Any) -> None:
        self._require_open(key)
        self._config[key] = item

    def __getitem__(self, key: str) -> Any:
        return self._config[key]

    def __delitem__(self, key: str) -> None:
        self._require_open(key)
        del self._config[key]

    def __contains__(self, item: object) -> bool:
        return item in self._config

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._config))

    def __len__(self) -> int:
        return len(self._config)

    def __repr__(self) -> str:
        return f"<Config {self._config}>"
