"""Utilities."""

from lamina._lamina import set_random_seed

__all__ = ["set_random_seed"]
