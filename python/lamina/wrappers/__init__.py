"""Models as estimators of scikit-learn, which they need: version 1.6 or later.

``LaminaClassifier``, ``LaminaRegressor`` and ``LaminaTransformer`` have all options of compiling
and fitting as parameters; ``SKLearnClassifier``, ``SKLearnRegressor`` and ``SKLearnTransformer``
are called as Keras's.
"""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lamina.wrappers.keras import SKLearnClassifier, SKLearnRegressor, SKLearnTransformer
    from lamina.wrappers.lamina import LaminaClassifier, LaminaRegressor, LaminaTransformer

__all__ = [
    "LaminaClassifier",
    "LaminaRegressor",
    "LaminaTransformer",
    "SKLearnClassifier",
    "SKLearnRegressor",
    "SKLearnTransformer",
]


def __getattr__(name: str) -> Any:
    # The classes derive from scikit-learn's, whose import takes longer than lamina's.
    import importlib

    if name not in __all__:
        from lamina import _suggestions

        raise _suggestions.unknown(__name__, name, sys._getframe(1))

    try:
        getattr(importlib.import_module("sklearn.utils.validation"), "validate_data")  # noqa: B009
    except (ImportError, AttributeError) as error:
        raise ImportError(
            f"{name} needs scikit-learn 1.6 or later: pip install 'scikit-learn>=1.6'"
        ) from error
    home = "keras" if name.startswith("SKLearn") else "lamina"
    found = getattr(importlib.import_module(f"lamina.wrappers.{home}"), name)
    globals()[name] = found
    return found
