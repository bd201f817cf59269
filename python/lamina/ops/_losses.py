"""Losses of samples and sequences as operations: what ``lamina.losses`` reduces."""

import math
from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina._numbers import needs_gradient
from lamina._symbolic import is_symbolic
from lamina.ops._support import floating, floating_peers, number, tensor, values_of

EPSILON = 1e-7


def _check_shapes(name: str, target: Any, output: Any) -> None:
    if tuple(target.shape) != tuple(output.shape):
        raise ValueError(
            f"{name} takes target and output of one shape, got {tuple(target.shape)} and "
            f"{tuple(output.shape)}"
        )


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """``-target log(output) - (1 - target) log(1 - output)`` of each element.

    Args:
        target: 0 or 1, or a probability.
        output: a probability, brought within [1e-7, 1 - 1e-7], or a logit.
        from_logits: whether it is a logit.

    >>> binary_crossentropy([1.0, 0.0], [0.5, 0.5]).numpy().round(4)
    array([0.6931, 0.6931], dtype=float32)
    """
    target, output = floating_peers(target, output)
    _check_shapes("binary_crossentropy", target, output)
    if from_logits:
        return -(target * k.log_sigmoid(output) + (1.0 - target) * k.log_sigmoid(-output))
    output = k.clip(output, EPSILON, 1 - EPSILON)
    return -(target * k.log(output) + (1.0 - target) * k.log(1.0 - output))


def _log_probabilities(name: str, output: Any, from_logits: bool, axis: int) -> Any:
    if len(output.shape) < 1:
        raise ValueError(f"{name} takes output with an axis of classes, got a scalar")
    if from_logits:
        return k.log_softmax(output, axis)
    output = output / k.sum(output, axis, True)
    return k.log(k.clip(output, EPSILON, 1 - EPSILON))


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """``-sum(target log(output))`` over the classes.

    Args:
        target: the probability of each class, 1 for one of them.
        output: probabilities, divided by their sum, or logits.
        from_logits: whether they are logits.
        axis: the axis of the classes.

    >>> categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4)
    array([0.6931], dtype=float32)
    """
    target, output = floating_peers(target, output)
    _check_shapes("categorical_crossentropy", target, output)
    log = _log_probabilities("categorical_crossentropy", output, from_logits, axis)
    return -k.sum(target * log, axis)


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """``-log(output[target])``: the target is the number of the class.

    Args:
        target: numbers of classes, of output's shape without its axis of classes, or with 1 there.
        output: probabilities, divided by their sum, or logits.
        from_logits: whether they are logits.
        axis: the axis of the classes.

    >>> sparse_categorical_crossentropy([1], [[0.5, 0.5]]).numpy().round(4)
    array([0.6931], dtype=float32)
    """
    output = floating(output)
    target = (
        k.convert_to_tensor(np.asarray(target, "int32"))
        if isinstance(target, (int, list, tuple)) and not is_symbolic(target)
        else k.cast(target, "int32")
    )
    if len(target.shape) == len(output.shape) and target.shape[-1] == 1:
        target = k.squeeze(target, -1)
    shape = list(output.shape)
    if shape:
        del shape[axis]
    if tuple(target.shape) != tuple(shape):
        raise ValueError(
            "sparse_categorical_crossentropy takes target of output's shape without its axis of "
            f"classes, got {tuple(target.shape)} for {tuple(output.shape)}"
        )
    log = _log_probabilities("sparse_categorical_crossentropy", output, from_logits, axis)
    chosen = k.take_along_axis(log, k.expand_dims(target, axis), axis)
    return -k.squeeze(chosen, axis)


def ctc_loss(
    target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0
) -> Any:
    """``-log`` of the probability of all alignments of each sample's labels with its steps.

    Args:
        target: labels (batch, length).
        output: logits (batch, steps, classes).
        target_length: how many labels of each sample count.
        output_length: how many steps of each sample count.
        mask_index: the class that is the blank.

    Reference: Graves et al., 2006, "Connectionist temporal classification".

    >>> ctc_loss([[1]], [[[0.0, 0.0], [0.0, 0.0]]], [1], [2]).numpy().round(4)
    array([0.2877], dtype=float32)
    """
    from lamina.losses import ctc

    labels, lengths, steps, _ = values_of("ctc_loss", target, target_length, output_length, output)
    output = floating(output)
    batch, _, classes = output.shape
    if labels.ndim != 2 or len(labels) != batch or not len(lengths) == len(steps) == batch:
        raise ValueError(
            "ctc_loss takes labels (batch, length), logits (batch, steps, classes) and a length "
            f"of each for each sample, got shapes {labels.shape}, {tuple(output.shape)}, "
            f"{lengths.shape} and {steps.shape}"
        )
    mask_index %= classes
    # The blank comes first; classes before it move up by one.
    order = [mask_index, *[each for each in range(classes) if each != mask_index]]
    output = k.take(output, order, -1)
    labels = np.where(labels < mask_index, labels + 1, labels)
    losses = [
        ctc(
            labels[i : i + 1, : max(int(lengths[i]), 0)].astype("int32"),
            output[i : i + 1, : int(steps[i])],
        )
        for i in range(batch)
    ]
    return k.concatenate(losses, 0)


def ctc_decode(
    inputs: Any,
    sequence_lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[Any, Any]:
    """The labels of the likeliest path, and minus the sum of its scores.

    Args:
        inputs: scores (batch, steps, classes).
        sequence_lengths: how many steps of each sample count.
        strategy: ``"greedy"``, the likeliest class of each step, is the only one here.
        beam_width: of the beam search that there is not.
        top_paths: 1.
        merge_repeated: whether a class that stands several times in a row counts once.
        mask_index: the class that is the blank.

    Returns:
        (1, batch, steps) labels, filled up with -1, and (batch, 1) scores.

    >>> labels, _ = ctc_decode([[[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]]], [3])
    >>> labels.numpy()
    array([[[ 1,  1, -1]]], dtype=int32)
    """
    if strategy != "greedy" or top_paths != 1:
        raise ValueError(
            f"ctc_decode takes strategy='greedy' and top_paths=1, got {strategy!r} and {top_paths}"
        )
    scores, lengths = values_of("ctc_decode", inputs, sequence_lengths)
    steps = scores.shape[1]
    beyond = np.arange(steps) >= lengths[:, None]
    places = np.where(beyond, mask_index, scores.argmax(-1))
    best = np.where(beyond, 0, scores.max(-1))
    if merge_repeated:
        repeats = np.pad(places[:, 1:] == places[:, :-1], ((0, 0), (1, 0)))
        places = np.where(repeats, mask_index, places)
    is_blank = places == mask_index
    labels = np.where(is_blank, -1, places)
    order = np.argsort(np.where(is_blank, steps, np.arange(steps)), -1, kind="stable")
    labels = np.take_along_axis(labels, order, -1)
    return k.Tensor(labels[None].astype("int32")), k.Tensor(-best.sum(1)[:, None])


def psnr(x1: Any, x2: Any, max_val: float) -> Any:
    """The peak signal-to-noise ratio of two images, in decibels.

    >>> round(psnr(lamina.ops.zeros((2, 2)), lamina.ops.full((2, 2), 0.1), 1.0).item(), 3)
    20.0
    """
    a, b = floating_peers(x1, x2)
    _check_shapes("psnr", a, b)
    if needs_gradient(max_val):
        peak = k.log10(k.cast(max_val, str(a.dtype))) * 20.0
    else:
        peak = number(20 * math.log10(max_val), a)
    return peak - k.log10(k.mean(k.square(a - b))) * 10.0


def cdist(x: Any, y: Any) -> Any:
    """The distance of every row of x from every row of y.

    >>> cdist([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]]).numpy()
    array([[5., 1.]], dtype=float32)
    """
    a, b = floating_peers(x, y)
    difference = k.expand_dims(a, -2) - k.expand_dims(b, -3)
    return k.norm(difference, axis=-1)


def is_tensor(x: Any) -> bool:
    """Whether it is a ``Tensor``.

    >>> is_tensor([1.0]), is_tensor(Tensor([1.0]))
    (False, True)
    """
    return isinstance(x, k.Tensor)


def dtype(x: Any) -> str:
    """The dtype of a tensor or an array.

    >>> dtype(Tensor([1.0]))
    'float32'
    """
    return str(x.dtype if hasattr(x, "dtype") else tensor(x).dtype)
