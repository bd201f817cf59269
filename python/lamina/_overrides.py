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
    if cls.__module__.startswith("lamina."):
        return
    for base in cls.__mro__[1:]:
        changed = [name for name in steps.get(base.__name__, ()) if name in cls.__dict__]
        if changed and base.__module__.startswith("lamina."):
            own = next(each for each in cls.__mro__ if each.__module__.startswith("lamina."))
            raise TypeError(
                f"{cls.__name__} defines {' and '.join(changed)}, which lamina's {own.__name__} "
                f"does not call: override {instead} instead"
            )


def refuse_own_call(owner: str, layer: object) -> None:
    """Refuses a layer whose class defines ``__call__``, of one who goes by ``call`` alone."""
    cls = type(layer)
    if not cls.__call__.__module__.startswith("lamina."):
        raise TypeError(
            f"{cls.__name__} defines __call__, which {owner} does not call: define call "
            "instead, or call the layer on what Input gives"
        )
