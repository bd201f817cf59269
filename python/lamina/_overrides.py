"""What a class overrides of lamina's, and the refusal of what nothing would call."""

from collections.abc import Mapping, Sequence


def overridden(cls: type, own: type, names: Sequence[str]) -> list[str]:
    """Those of the methods that a class has not from ``own``, a class of lamina's."""
    return [name for name in names if getattr(cls, name, None) is not getattr(own, name, None)]


def refuse_uncalled(cls: type, steps: Mapping[str, Sequence[str]], instead: str) -> None:
    """Refuses a new class that defines a step of a base class.

    Keras's classes consist of steps, some of which programs override. Where lamina's take another
    way, such an override would pass without a word.

    Args:
        cls: the class.
        steps: steps that lamina's classes lack, by these classes' names.
        instead: what to override instead.
    """
    for base in cls.__mro__[1:]:
        changed = [name for name in steps.get(base.__name__, ()) if name in cls.__dict__]
        if changed and base.__module__.startswith("lamina."):
            raise TypeError(
                f"{cls.__name__} defines {' and '.join(changed)}, which lamina's {base.__name__} "
                f"does not call: override {instead} instead"
            )
