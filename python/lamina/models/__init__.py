"""Models, and loading them."""

from lamina.models.sequential import Sequential
from lamina.saving import load_model

__all__ = ["Sequential", "load_model"]
