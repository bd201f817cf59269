"""Settings of the whole process, by Keras's names. Each has an effect, or is refused."""

from typing import Any

from lamina import _settings
from lamina._dtype_policy import DTypePolicy
from lamina._lamina import floatx, set_floatx

__all__ = [
    "backend",
    "disable_flash_attention",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "dtype_policy",
    "enable_flash_attention",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "enable_unsafe_deserialization",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_interactive_logging_enabled",
    "is_nnx_enabled",
    "is_traceback_filtering_enabled",
    "max_epochs",
    "max_steps_per_epoch",
    "set_backend",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_max_epochs",
    "set_max_steps_per_epoch",
]

_EPSILON = 1e-7


def backend() -> str:
    """What computes: ``"lamina"``.

    >>> backend()
    'lamina'
    """
    return "lamina"


def set_backend(backend: str) -> None:
    """Refuses every name but ``"lamina"``: there is one core.

    >>> set_backend("lamina")
    """
    if backend != "lamina":
        raise ValueError(f"set_backend got {backend!r}; there is one backend, 'lamina'")


def epsilon() -> float:
    """The small number that keeps logarithms and quotients finite.

    >>> epsilon()
    1e-07
    """
    return _EPSILON


def set_epsilon(value: float) -> None:
    """Refuses every value but 1e-7, which the core's losses and metrics are made with; layers and
    optimizers take an ``epsilon`` of their own.

    >>> set_epsilon(1e-7)
    """
    if value != _EPSILON:
        raise ValueError(
            f"set_epsilon got {value!r}, but losses and metrics are made with {_EPSILON}; layers "
            "and optimizers take an epsilon of their own"
        )


def image_data_format() -> str:
    """What ``data_format=None`` of a layer stands for.

    >>> image_data_format()
    'channels_last'
    """
    return _settings.image_data_format


def set_image_data_format(data_format: str) -> None:
    """Sets what ``data_format=None`` stands for in layers that are made from now on.

    Args:
        data_format: ``"channels_last"`` or ``"channels_first"``.

    >>> set_image_data_format("channels_first")
    >>> lamina.layers.MaxPooling2D()(lamina.ops.ones((1, 3, 8, 8))).shape
    (1, 3, 4, 4)
    >>> set_image_data_format("channels_last")
    """
    name = str(data_format).lower()
    if name not in ("channels_last", "channels_first"):
        raise ValueError(
            f"image_data_format is {data_format!r}, expected 'channels_last' or 'channels_first'"
        )
    _settings.image_data_format = name


def dtype_policy() -> DTypePolicy:
    """What layers compute in where they are not told: ``floatx``.

    >>> dtype_policy().name
    'float32'
    """
    return DTypePolicy(floatx())


def set_dtype_policy(policy: Any) -> None:
    """Sets what layers compute in where they are not told: the same as ``set_floatx``.

    Args:
        policy: ``"float32"``, ``"float64"``, or a ``DTypePolicy``.

    Raises:
        ValueError: it mixes dtypes, or names a dtype of 16 or 8 bits.

    >>> set_dtype_policy("float64")
    >>> lamina.layers.Dense(1).dtype
    'float64'
    >>> set_dtype_policy("float32")
    """
    set_floatx(DTypePolicy(policy).name)


def max_epochs() -> int | None:
    """The most epochs that ``fit`` runs; None for any number.

    It begins as the environment's ``LAMINA_MAX_EPOCHS``.

    >>> set_max_epochs(2)
    >>> max_epochs()
    2
    >>> set_max_epochs(None)
    """
    return _settings.max_epochs


def set_max_epochs(max_epochs: int | None) -> None:
    """Limits the epochs of every ``fit``, to try a program quickly; None takes it back.

    >>> set_max_epochs(1)  # each fit now ends after an epoch, and warns
    >>> set_max_epochs(None)
    """
    _settings.max_epochs = _limit("max_epochs", max_epochs)


def max_steps_per_epoch() -> int | None:
    """The most steps of an epoch, and of ``evaluate`` and ``predict``; None for any number.

    It begins as the environment's ``LAMINA_MAX_STEPS_PER_EPOCH``.

    >>> set_max_steps_per_epoch(10)
    >>> max_steps_per_epoch()
    10
    >>> set_max_steps_per_epoch(None)
    """
    return _settings.max_steps_per_epoch


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Limits the steps of every epoch, and of ``evaluate`` and ``predict``, to try a program
    quickly; None takes it back.

    >>> set_max_steps_per_epoch(10)
    >>> set_max_steps_per_epoch(None)
    """
    _settings.max_steps_per_epoch = _limit("max_steps_per_epoch", max_steps_per_epoch)


def _limit(name: str, value: int | None) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise ValueError(f"{name} is {value!r}, expected a whole number of at least 1, or None")
    return value


def enable_interactive_logging() -> None:
    """Lets ``verbose="auto"`` show a bar, as it does from the beginning.

    >>> enable_interactive_logging()
    >>> is_interactive_logging_enabled()
    True
    """
    _settings.interactive_logging = True


def disable_interactive_logging() -> None:
    """Lets ``verbose="auto"`` be 2: plain lines, for logs.

    >>> disable_interactive_logging()
    >>> is_interactive_logging_enabled()
    False
    >>> enable_interactive_logging()
    """
    _settings.interactive_logging = False


def is_interactive_logging_enabled() -> bool:
    """Whether ``verbose="auto"`` shows a bar.

    >>> is_interactive_logging_enabled()
    True
    """
    return _settings.interactive_logging


def enable_traceback_filtering() -> None:
    """Notes the wish; tracebacks are short anyway: what is inside is C++.

    >>> enable_traceback_filtering()
    """
    _settings.traceback_filtering = True


def disable_traceback_filtering() -> None:
    """Notes the wish; tracebacks are never filtered.

    >>> disable_traceback_filtering()
    >>> is_traceback_filtering_enabled()
    False
    >>> enable_traceback_filtering()
    """
    _settings.traceback_filtering = False


def is_traceback_filtering_enabled() -> bool:
    """What was wished last.

    >>> is_traceback_filtering_enabled()
    True
    """
    return _settings.traceback_filtering


def enable_flash_attention() -> None:
    """Has no effect: attention always computes block by block, and never holds all scores.

    >>> enable_flash_attention()
    """


def disable_flash_attention() -> None:
    """Refuses: attention always computes block by block.

    Raises:
        ValueError: always.

    >>> disable_flash_attention()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: attention computes block by block and has no other way; ...
    """
    raise ValueError(
        "attention computes block by block and has no other way; return_attention_scores=True "
        "makes the scores"
    )


def is_flash_attention_enabled() -> bool:
    """True: attention computes block by block.

    >>> is_flash_attention_enabled()
    True
    """
    return True


def is_nnx_enabled() -> bool:
    """False: lamina runs no JAX.

    >>> is_nnx_enabled()
    False
    """
    return False


def enable_unsafe_deserialization() -> None:
    """Refuses: files hold no code, and loading runs none.

    Raises:
        ValueError: always.

    >>> enable_unsafe_deserialization()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: lamina runs no code from files: ...
    """
    raise ValueError(
        "lamina runs no code from files: register your functions and classes by "
        "lamina.saving.register_keras_serializable"
    )
