"""Fourier transforms. NumPy computes them, so that symbolic tensors have none; gradients are
recorded. Complex numbers are pairs of a real and an imaginary tensor, as in Keras.
"""

from typing import Any

import numpy as np

from lamina import _lamina as k
from lamina._numbers import refuse_gradient
from lamina.ops._support import floating, recorded, values_of

Pair = tuple[Any, Any]


def _complex(name: str, x: Any) -> tuple[np.ndarray, np.dtype[Any]]:
    if not isinstance(x, (tuple, list)) or len(x) != 2:
        raise ValueError(f"{name} takes a pair (real, imaginary), got {type(x).__name__}")
    real, imaginary = values_of(name, *x)
    if real.shape != imaginary.shape:
        raise ValueError(
            f"{name} takes real and imaginary parts of one shape, got {real.shape} and "
            f"{imaginary.shape}"
        )
    dtype = real.dtype if real.dtype.kind == "f" else np.dtype("float32")
    return real.astype("complex128") + 1j * imaginary, dtype


def _parts(values: np.ndarray, dtype: Any) -> list[np.ndarray]:
    return [values.real.astype(dtype), values.imag.astype(dtype)]


def _transform(name: str, x: Any, axes: tuple[int, ...], inverse: bool) -> Pair:
    values, dtype = _complex(name, x)
    forward, backward = np.fft.fftn, np.fft.ifftn
    total = float(np.prod([values.shape[axis] for axis in axes]))

    # The adjoint of the transform is n times its inverse.
    def gradient(real: np.ndarray, imaginary: np.ndarray) -> list[np.ndarray | None]:
        g = real.astype("complex128") + 1j * imaginary
        back = forward(g, axes=axes) / total if inverse else backward(g, axes=axes) * total
        return [back.real, back.imag]

    result = backward(values, axes=axes) if inverse else forward(values, axes=axes)
    real, imaginary = recorded(name, list(x), _parts(result, dtype), gradient)
    return real, imaginary


def fft(x: Any) -> Pair:
    """The Fourier transform of the last axis, of a pair (real, imaginary).

    >>> real, imaginary = fft(([1.0, 0.0], [0.0, 0.0]))
    >>> real.numpy()
    array([1., 1.], dtype=float32)
    """
    return _transform("fft", x, (-1,), False)


def fft2(x: Any) -> Pair:
    """The Fourier transform of the last two axes, of a pair (real, imaginary).

    >>> fft2(([[1.0, 1.0]], [[0.0, 0.0]]))[0].numpy()
    array([[2., 0.]], dtype=float32)
    """
    return _transform("fft2", x, (-2, -1), False)


def ifft2(x: Any) -> Pair:
    """The inverse of ``fft2``.

    >>> ifft2(([[2.0, 0.0]], [[0.0, 0.0]]))[0].numpy()
    array([[1., 1.]], dtype=float32)
    """
    return _transform("ifft2", x, (-2, -1), True)


def rfft(x: Any, fft_length: int | None = None) -> Pair:
    """The first half of the Fourier transform of a real last axis.

    Args:
        x: the input.
        fft_length: the length that the axis is cut or filled up with 0 to.

    >>> real, imaginary = rfft([1.0, 0.0, -1.0, 0.0])
    >>> real.numpy()
    array([0., 2., 0.], dtype=float32)
    """
    (values,) = values_of("rfft", x)
    dtype = values.dtype if values.dtype.kind == "f" else np.dtype("float32")
    extent = values.shape[-1]
    length = fft_length or extent

    def gradient(real: np.ndarray, imaginary: np.ndarray) -> list[np.ndarray | None]:
        g = real.astype("complex128") + 1j * imaginary
        back = np.fft.ifft(g, length).real * length
        return [_fitted(back, extent)]

    result = np.fft.rfft(values.astype("float64"), length)
    real, imaginary = recorded("rfft", [x], _parts(result, dtype), gradient)
    return real, imaginary


def _fitted(values: np.ndarray, extent: int) -> np.ndarray:
    if values.shape[-1] >= extent:
        return values[..., :extent]
    border = [(0, 0)] * (values.ndim - 1) + [(0, extent - values.shape[-1])]
    return np.pad(values, border)


def irfft(x: Any, fft_length: int | None = None) -> Any:
    """The inverse of ``rfft``; its length is even unless ``fft_length`` says otherwise.

    >>> irfft(([0.0, 2.0, 0.0], [0.0, 0.0, 0.0])).numpy()
    array([ 1.,  0., -1.,  0.], dtype=float32)
    """
    values, dtype = _complex("irfft", x)
    bins = values.shape[-1]
    length = fft_length or 2 * (bins - 1)
    used = length // 2 + 1

    def gradient(g: np.ndarray) -> list[np.ndarray | None]:
        back = np.fft.rfft(g.astype("float64")) / length
        # Each bin stands for two, but for the first and, of an even length, the last.
        weights = np.full(used, 2.0)
        weights[0] = 1
        if length % 2 == 0:
            weights[-1] = 1
        back = _fitted(back * weights, bins)
        return [back.real, back.imag]

    result = np.fft.irfft(values, length).astype(dtype)
    return recorded("irfft", list(x), [result], gradient)[0]


def _window(name: str, window: Any, length: int, fft_length: int) -> np.ndarray:
    before = (fft_length - length) // 2
    after = fft_length - length - before
    if window is None:
        return np.ones(fft_length)
    if isinstance(window, str):
        if window not in ("hann", "hamming"):
            raise ValueError(f"{name} takes window hann, hamming or numbers, got {window!r}")
        base = 0.5 if window == "hann" else 0.54
        values = base - (1 - base) * np.cos(2 * np.pi * np.arange(length) / length)
    else:
        refuse_gradient(name, "window", window)
        values = values_of(name, window)[0].astype("float64")
    if values.shape != (length,):
        raise ValueError(f"{name} takes a window of shape ({length},), got {values.shape}")
    return np.pad(values, (before, after))


def _check_lengths(name: str, sequence_length: int, fft_length: int) -> None:
    if fft_length < sequence_length:
        raise ValueError(
            f"{name} takes fft_length at least sequence_length, got {fft_length} and "
            f"{sequence_length}"
        )


def stft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> Pair:
    """The Fourier transforms of windows of the last axis: (..., windows, frequencies).

    Args:
        x: the signal.
        sequence_length: the length of a window.
        sequence_stride: the distance of two windows.
        fft_length: the length that each is filled up to.
        window: ``"hann"``, ``"hamming"``, factors, or None for 1.
        center: whether windows are centered on their places, the signal mirrored at its ends.

    >>> [part.shape for part in stft(lamina.ops.ones((40,)), 16, 8, 16)]
    [(6, 9), (6, 9)]
    """
    from lamina.ops._blocks import extract_sequences

    _check_lengths("stft", sequence_length, fft_length)
    x = floating(x)
    if center:
        border = [(0, 0)] * (len(x.shape) - 1) + [(fft_length // 2, fft_length // 2)]
        x = k.pad(x, border, "reflect")
    factors = _window("stft", window, sequence_length, fft_length)
    pieces = extract_sequences(x, fft_length, sequence_stride)
    return rfft(pieces * factors.astype(str(x.dtype)), fft_length)


def istft(
    x: Any,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Any:
    """The signal whose ``stft`` x is, with the same arguments; ``length`` cuts it.

    >>> x = lamina.ops.linspace(0.0, 1.0, 64)
    >>> y = istft(lamina.ops.stft(x, 16, 4, 16), 16, 4, 16)
    >>> bool(lamina.ops.allclose(y, x, atol=1e-5))
    True
    """
    _check_lengths("istft", sequence_length, fft_length)
    pieces = irfft(x, fft_length)
    *batch, count, _ = pieces.shape
    factors = _window("istft", window, sequence_length, fft_length)
    total = fft_length + sequence_stride * (count - 1)
    places = np.arange(count)[:, None] * sequence_stride + np.arange(fft_length)
    weights = np.bincount(places.ravel(), np.tile(factors**2, count), total)
    dtype = str(pieces.dtype)
    lines = k.reshape(pieces * factors.astype(dtype), (-1, places.size))
    sums = k.scatter(k.Tensor(places.reshape(-1, 1)), k.transpose(lines), (total, lines.shape[0]))
    signal = k.transpose(sums) / np.where(weights > 1e-10, weights, 1.0).astype(dtype)
    signal = k.reshape(signal, [*batch, total])
    start = fft_length // 2 if center else 0
    if length is not None:
        return signal[..., start : start + length]
    return signal[..., start:-start] if start else signal
