"""One Python object for each variable: the core hands out new handles on it every time."""

import weakref
from collections.abc import Iterable

from lamina._lamina import Variable

_known: weakref.WeakValueDictionary[int, Variable] = weakref.WeakValueDictionary()


def remember(variable: Variable) -> None:
    """Makes ``one`` give this object for its variable."""
    _known[variable.identity] = variable


def one(variable: Variable) -> Variable:
    """The object there is for that variable, else this one from now on."""
    return _known.setdefault(variable.identity, variable)


def each(variables: Iterable[Variable]) -> list[Variable]:
    """The same for several."""
    return [one(variable) for variable in variables]
