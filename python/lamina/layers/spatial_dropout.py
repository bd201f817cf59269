"""Dropout of whole channels."""

from typing import Any

from lamina.layers.builtin_layer import BuiltinLayer


class SpatialDropout1D(BuiltinLayer):
    """In training sets whole channels of a sample to 0 at random, at all time steps.

    Neighbouring steps of a channel are much alike, so that a single one left out is told by the
    others; without the channel, something else must be learnt.

    Args:
        rate: probability of 0, in [0, 1]; the others are divided by ``1 - rate``.
        seed: makes the layer draw the same numbers in every run.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, steps, channels)``. Output shape: the same.

    Raises:
        ValueError: ``rate`` is outside [0, 1], or (when called) inputs have other axes.

    Reference: Tompson et al., 2015, "Efficient object localization using convolutional networks".

    >>> SpatialDropout1D(0.5)([[[1.0, 2.0]]]).shape
    (1, 1, 2)
    """

    def __init__(
        self,
        rate: float,
        seed: int | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "SpatialDropout1D",
            rate=rate,
            seed=seed,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class SpatialDropout2D(BuiltinLayer):
    """In training sets whole channels of an image to 0 at random, and scales the others.

    Neighbouring pixels of a channel are much alike, so that a single one left out is told by the
    others; without the channel, something else must be learnt.

    Args:
        rate: probability of 0, in [0, 1]; the others are divided by ``1 - rate``.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        seed: makes the layer draw the same numbers in every run.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, height, width, channels)``;
    channels come second with ``"channels_first"``. Output shape: the same.

    Raises:
        ValueError: ``rate`` is outside [0, 1], or (when called) inputs have other axes.

    Reference: Tompson et al., 2015, "Efficient object localization using convolutional networks".

    >>> SpatialDropout2D(0.5)([[[[1.0, 2.0]]]]).shape
    (1, 1, 1, 2)
    """

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "SpatialDropout2D",
            rate=rate,
            data_format=data_format,
            seed=seed,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )


class SpatialDropout3D(BuiltinLayer):
    """In training sets whole channels of a volume to 0 at random, and scales the others.

    Neighbouring places of a channel are much alike, so that a single one left out is told by the
    others; without the channel, something else must be learnt.

    Args:
        rate: probability of 0, in [0, 1]; the others are divided by ``1 - rate``.
        data_format: ``"channels_last"``, the default, or ``"channels_first"``.
        seed: makes the layer draw the same numbers in every run.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, depth, height, width, channels)``;
    channels come second with ``"channels_first"``. Output shape: the same.

    Raises:
        ValueError: ``rate`` is outside [0, 1], or (when called) inputs have other axes.

    Reference: Tompson et al., 2015, "Efficient object localization using convolutional networks".

    >>> SpatialDropout3D(0.5)([[[[[1.0, 2.0]]]]]).shape
    (1, 1, 1, 1, 2)
    """

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        *,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "SpatialDropout3D",
            rate=rate,
            data_format=data_format,
            seed=seed,
            name=name,
            trainable=trainable,
            dtype=dtype,
        )
