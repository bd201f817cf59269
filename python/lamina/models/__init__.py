"""Models, and loading them."""

from lamina.models.functional import Functional
from lamina.models.model import Model
from lamina.models.sequential import Sequential
from lamina.saving import load_model

__all__ = ["Functional", "Model", "Sequential", "load_model"]
