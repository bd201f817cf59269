"""Small values of the core that are a class name and options: initializers, regularizers ..."""

from typing import Any


class Configured:
    """A value by its configuration. Its options are attributes that stay as they were given."""

    _config: dict[str, Any]

    def _hold(self, config: dict[str, Any], options: dict[str, Any]) -> None:
        self.__dict__.update(options)
        self.__dict__["_config"] = config

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__.get("_config", {}).get("config", ()):
            raise AttributeError(
                f"{name} of {type(self).__name__} is set when it is made; make a new one: "
                f"{type(self).__name__}({name}={value!r})"
            )
        super().__setattr__(name, value)

    def get_config(self) -> dict[str, Any]:
        """The options that make an equal one."""
        return dict(self._config["config"])

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The one with those options."""
        return cls(**config)

    def serialize(self) -> dict[str, Any]:
        """Class name and options, as layers keep them."""
        return self._config

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and other._config == self._config

    def __hash__(self) -> int:
        return hash(repr(self._config))

    def __repr__(self) -> str:
        options = ", ".join(f"{key}={value!r}" for key, value in self.get_config().items())
        return f"{type(self).__name__}({options})"
