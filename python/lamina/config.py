"""The dtype that new layers compute in."""

from lamina._lamina import floatx, set_floatx

__all__ = ["floatx", "set_floatx"]
