"""What a layer computes in, as Keras tells it."""


class DTypePolicy(str):
    """The name of a dtype, in which a layer computes and keeps its weights."""

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name."""
        return str(self)

    @property
    def compute_dtype(self) -> str:
        """What it computes in."""
        return str(self)

    @property
    def variable_dtype(self) -> str:
        """What its weights are."""
        return str(self)
