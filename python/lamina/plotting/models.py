"""Figures of what is inside a model."""

from typing import Any

import numpy as np

from lamina import models, ops
from lamina._lamina import Tensor
from lamina.plotting._figure import figure, grid


def feature_maps(model: Any, x: Any, layer: Any, channels: int = 16) -> Any:
    """What a layer gives for an image, a map a channel.

    Args:
        model: a ``Sequential`` or a graph of layers.
        x: one image, with or without the batch axis.
        layer: the layer, its name or its index.
        channels: the most maps to draw.

    Raises:
        ValueError: the layer gives no maps.

    >>> feature_maps(model, image, "conv2d").savefig("maps.png")  # doctest: +SKIP
    """
    chosen = _layer(model, layer)
    part = models.Model(model.inputs, chosen.output)
    maps = np.asarray(part.predict(_batch(model, x), verbose=0))[0]
    if maps.ndim != 3:
        raise ValueError(f"{chosen.name} gives {maps.shape} for a sample, expected maps")
    maps = _channels_last(chosen, maps)
    made, axes = grid(min(channels, maps.shape[-1]))
    for i, one in enumerate(axes):
        one.imshow(maps[..., i], cmap="viridis")
    made.suptitle(chosen.name)
    return made


def filters(layer: Any, count: int = 32) -> Any:
    """The kernels of a convolution; those of three channels in colour, others channel by channel.

    Args:
        layer: a layer whose ``kernel`` has two spatial axes.
        count: the most pictures to draw.

    Raises:
        ValueError: it has no such kernel, or is not built.

    >>> filters(model.layers[0]).savefig("filters.png")  # doctest: +SKIP
    """
    kernel = getattr(layer, "kernel", None)
    if kernel is None or len(kernel.shape) != 4:
        raise ValueError(f"{layer!r} has no kernel of two spatial axes; is it built?")
    values = kernel.numpy()
    inputs, outputs = values.shape[2:]
    if inputs == 3:
        pictures = [values[..., i] for i in range(outputs)]
    else:
        pictures = [values[..., j, i] for i in range(outputs) for j in range(inputs)]
    made, axes = grid(min(count, len(pictures)), 0.9)
    limit = np.abs(values).max() or 1.0
    for one, picture in zip(axes, pictures, strict=False):
        if picture.ndim == 3:
            one.imshow(np.clip(0.5 + 0.5 * picture / limit, 0, 1))
        else:
            one.imshow(picture, cmap="RdBu", vmin=-limit, vmax=limit)
    made.suptitle(layer.name)
    return made


def saliency(model: Any, x: Any, output: int | None = None) -> Any:
    """An image, and how much each place of it changes an output: the size of its gradient.

    Args:
        model: a model of images.
        x: one image, with or without the batch axis.
        output: number of the output; by default the largest for this image.

    Reference: Simonyan et al., 2014, "Deep inside convolutional networks: visualising image
    classification models and saliency maps".

    >>> saliency(model, image).savefig("saliency.png")  # doctest: +SKIP
    """
    batch = _batch(model, x)
    inputs = Tensor(batch, dtype=model.dtype, requires_grad=True)
    outputs = model(inputs, training=False)
    scores = outputs.numpy()[0].ravel()
    chosen = int(scores.argmax()) if output is None else output
    if not -len(scores) <= chosen < len(scores):
        raise ValueError(f"{model.name} has {len(scores)} outputs, got output={output}")
    ops.reshape(outputs, (-1,))[chosen].backward()
    gradient = inputs.grad
    if gradient is None:
        raise ValueError(f"the outputs of {model.name} do not depend on its inputs by gradients")
    size = np.abs(gradient.numpy()[0])
    image = batch[0]
    if image.ndim == 3:
        size = size.max(axis=-1)
        image = image[..., 0] if image.shape[-1] not in (3, 4) else image
    if image.ndim not in (2, 3):
        raise ValueError(f"x is {np.shape(x)}, expected one image")
    made = figure(6, 3)
    left, right = made.subplots(1, 2)
    low, high = image.min(), image.max()
    left.imshow((image - low) / ((high - low) or 1), cmap="gray")
    right.imshow(size, cmap="magma")
    for axes, title in ((left, "input"), (right, f"gradient of output {chosen}")):
        axes.set_axis_off()
        axes.set_title(title)
    return made


def embeddings(vectors: Any, labels: Any = None, names: Any = None) -> Any:
    """Vectors in the plane of their two largest principal components.

    Args:
        vectors: a row each, or an ``Embedding`` layer.
        labels: a class for each, shown by colour.
        names: a text for each, written beside it.

    Raises:
        ValueError: they are not two or more vectors of two or more values.

    >>> embeddings(model.get_layer("embedding")).savefig("embedding.png")  # doctest: +SKIP
    """
    weights = getattr(vectors, "embeddings", vectors)
    values = np.asarray(weights.numpy() if hasattr(weights, "numpy") else weights, np.float64)
    if values.ndim != 2 or min(values.shape) < 2:
        raise ValueError(f"vectors are {values.shape}, expected rows of two or more values")
    centred = values - values.mean(axis=0)
    # Rows of the last factor are the principal axes, the largest first.
    _, spread, axes_of = np.linalg.svd(centred, full_matrices=False)
    points = centred @ axes_of[:2].T
    share = spread[:2] ** 2 / (np.sum(spread**2) or 1)
    made = figure(5, 4.5)
    axes = made.subplots()
    groups: list[Any] = [(None, np.ones(len(points), bool))]
    if labels is not None:
        given = np.asarray(labels)
        groups = [(str(label), given == label) for label in np.unique(given)]
    for label, chosen in groups:
        axes.scatter(*points[chosen].T, s=12, label=label)
    for point, name in zip(points, [] if names is None else names, strict=names is not None):
        axes.annotate(str(name), point, fontsize=7)
    axes.set(xlabel=f"component 1 ({share[0]:.0%})", ylabel=f"component 2 ({share[1]:.0%})")
    if labels is not None:
        axes.legend()
    return made


def weight_histograms(model: Any, bins: int = 50) -> Any:
    """How the values of each weight are spread.

    Args:
        model: a model or layer, built.
        bins: number of bars.

    Raises:
        ValueError: it has no weights.

    >>> weight_histograms(model).savefig("weights.png")  # doctest: +SKIP
    """
    weights = model.weights
    if not weights:
        raise ValueError(f"{model.name} has no weights; is it built?")
    made, axes = grid(len(weights), 2.4)
    for one, weight in zip(axes, weights, strict=True):
        one.set_axis_on()
        one.hist(weight.numpy().ravel(), bins=bins)
        one.set_title(getattr(weight, "path", weight.name), fontsize=8)
        one.tick_params(labelsize=7)
    return made


def _layer(model: Any, layer: Any) -> Any:
    if isinstance(layer, str):
        return model.get_layer(layer)
    return model.get_layer(index=layer) if isinstance(layer, int) else layer


def _batch(model: Any, x: Any) -> Any:
    """One sample with a batch axis."""
    image = np.asarray(x.numpy() if hasattr(x, "numpy") else x)
    shape = model.input_shape
    if image.ndim == len(shape) - 1:
        image = image[None]
    if image.ndim != len(shape) or len(image) != 1:
        raise ValueError(f"x is {np.shape(x)}, expected one sample of {shape[1:]}")
    return image


def _channels_last(layer: Any, maps: Any) -> Any:
    first = getattr(layer, "data_format", None) == "channels_first"
    return np.moveaxis(maps, 0, -1) if first else maps
