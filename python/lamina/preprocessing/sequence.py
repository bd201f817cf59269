"""Sequences of unequal length."""

from lamina.utils import pad_sequences

__all__ = ["pad_sequences"]
