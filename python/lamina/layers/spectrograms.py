"""Sound as images: what frequencies it has at what time."""

import math
from typing import Any

import numpy as np

from lamina import _lamina, initializers, ops
from lamina._lamina import Tensor
from lamina._numbers import refuse_gradient
from lamina.layers.layer import Layer

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")
_TINY = 1e-7


class STFTSpectrogram(Layer):
    """Short-time Fourier transforms of signals, by convolutions whose kernels are trained.

    Args:
        mode: ``"log"`` of the ``"magnitude"``; ``"psd"``: power; ``"real"``, ``"imag"``,
            ``"angle"``: parts of the complex numbers; ``"stft"``: both parts, one after the other.
        frame_length: samples in a window.
        frame_step: from window to window, at most ``frame_length``; by default half of it.
        fft_length: of the transform, at least ``frame_length``; by default the next power of two.
        window: its shape, as ``initializers.STFT`` knows them; None for none.
        periodic: whether the window repeats after its length, not one sample before.
        scaling: ``"density"``, ``"spectrum"`` or None, see ``initializers.STFT``.
        padding: ``"valid"`` or ``"same"``.
        expand_dims: whether channels get an axis of their own, as an image's.
        data_format: ``"channels_last"`` or ``"channels_first"``, of inputs and outputs.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, time, channels)``. Output shape: ``(batch, windows, channels *
    frequencies)``, or with ``expand_dims`` ``(batch, windows, frequencies, channels)``.

    Raises:
        ValueError: an option is none of these.

    >>> STFTSpectrogram("magnitude", frame_length=8)(lamina.ops.ones((1, 16, 1))).shape
    (1, 3, 5)
    """

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: str | None = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        for key, value, known in (
            ("mode", mode, _MODES),
            ("padding", padding, ("valid", "same")),
            ("data_format", data_format, (None, "channels_last", "channels_first")),
        ):
            if value not in known:
                raise ValueError(
                    f"STFTSpectrogram takes {key} {', '.join(map(str, known))}, got {value!r}"
                )
        if frame_length < 1 or (frame_step is not None and not 1 <= frame_step <= frame_length):
            raise ValueError(
                "STFTSpectrogram takes frame_length of at least 1 and frame_step of at most that, "
                f"got frame_length={frame_length}, frame_step={frame_step}"
            )
        if fft_length is not None and fft_length < frame_length:
            raise ValueError(
                f"STFTSpectrogram takes fft_length of at least frame_length={frame_length}, got "
                f"{fft_length}"
            )
        self.mode = mode
        self.frame_length = frame_length
        self.frame_step = frame_step
        self.fft_length = fft_length
        self.window = window
        self.periodic = periodic
        self.scaling = scaling
        self.padding = padding
        self.expand_dims = expand_dims
        self.data_format = data_format or "channels_last"
        self._kernels = {side: self._kernel(side) for side in ("real", "imag")}
        self._step = frame_step or max(frame_length // 2, 1)
        length = fft_length or 2 ** math.ceil(math.log2(frame_length))
        self._frequencies = length // 2 + 1

    def _kernel(self, side: str) -> initializers.STFT:
        return initializers.STFT(side, self.window, self.scaling, self.periodic)

    def build(self, input_shape: Any) -> None:
        """Makes the kernels."""
        shape = (self.frame_length, 1, self._frequencies)
        if self.mode != "imag":
            kernel = self._kernels["real"]
            self.real_kernel = self.add_weight(shape, kernel, name="real_kernel")
        if self.mode != "real":
            kernel = self._kernels["imag"]
            self.imag_kernel = self.add_weight(shape, kernel, name="imag_kernel")

    def _transformed(self, signals: Any, kernel: Any) -> Any:
        """(batch, channels, windows, frequencies)."""
        count, channels, length = signals.shape
        each = _lamina.reshape(signals, (count * channels, length, 1))
        found = _lamina.conv(each, kernel, strides=self._step, padding=self.padding)
        return _lamina.reshape(found, (count, channels, *found.shape[1:]))

    def call(self, inputs: Any) -> Any:
        """The spectrogram."""
        inputs = _lamina.convert_to_tensor(inputs)
        if len(inputs.shape) != 3 or "float" not in inputs.dtype:
            raise ValueError(
                f"{self.name} takes floating-point signals (batch, time, channels), got "
                f"{inputs.dtype} of shape {inputs.shape}"
            )
        is_last = self.data_format == "channels_last"
        signals = _lamina.swapaxes(inputs, 1, 2) if is_last else inputs
        parts = {}
        if self.mode != "imag":
            parts["real"] = self._transformed(signals, self.real_kernel)
        if self.mode != "real":
            parts["imag"] = self._transformed(signals, self.imag_kernel)
        values = self._of_mode(parts)  # (batch, channels, windows, frequencies)
        count, channels, windows, frequencies = values.shape
        if self.expand_dims:
            return _lamina.transpose(values, (0, 2, 3, 1)) if is_last else values
        values = _lamina.swapaxes(values, 2, 3)
        values = _lamina.reshape(values, (count, channels * frequencies, windows))
        return _lamina.swapaxes(values, 1, 2) if is_last else values

    def _of_mode(self, parts: dict[str, Any]) -> Any:
        if self.mode in parts:
            return parts[self.mode]
        real, imaginary = parts["real"], parts["imag"]
        if self.mode == "angle":
            return ops.arctan2(imaginary, real)
        if self.mode == "stft":
            return _lamina.concatenate([real, imaginary], axis=3)
        power = _lamina.square(real) + _lamina.square(imaginary)
        if self.mode == "psd":
            # The inner frequencies stand for their negative twins too.
            inner = [(0, 0), (0, 0), (0, 0), (1, 1)]
            return power + _lamina.pad(power[..., 1:-1], inner)
        magnitude = _lamina.sqrt(_lamina.maximum(power, _TINY))
        if self.mode == "magnitude":
            return magnitude
        return _lamina.log(_lamina.maximum(magnitude, _TINY))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The spectrogram's shape."""
        is_last = self.data_format == "channels_last"
        batch, length, channels = (input_shape[i] for i in ((0, 1, 2) if is_last else (0, 2, 1)))
        windows = None
        if length is not None:
            same = -(-length // self._step)
            valid = (length - self.frame_length) // self._step + 1
            windows = same if self.padding == "same" else valid
        frequencies = self._frequencies * (2 if self.mode == "stft" else 1)
        if self.expand_dims:
            last = (batch, windows, frequencies, channels)
            return last if is_last else (batch, channels, windows, frequencies)
        all_ = frequencies * channels
        return (batch, windows, all_) if is_last else (batch, all_, windows)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        return {
            **super().get_config(),
            "mode": self.mode,
            "frame_length": self.frame_length,
            "frame_step": self.frame_step,
            "fft_length": self.fft_length,
            "window": self.window,
            "periodic": self.periodic,
            "scaling": self.scaling,
            "padding": self.padding,
            "expand_dims": self.expand_dims,
            "data_format": self.data_format,
        }


class MelSpectrogram(Layer):
    """Spectrograms of signals on the mel scale, as the ear hears pitch.

    Args:
        fft_length: of the Fourier transform of a window.
        sequence_stride: samples from window to window.
        sequence_length: samples in a window; by default ``fft_length``.
        window: ``"hann"``, ``"hamming"``, or None for none.
        sampling_rate: samples a second.
        num_mel_bins: how many bands.
        min_freq: where the first begins, in hertz.
        max_freq: where the last ends; by default half of the sampling rate.
        power_to_db: whether to give decibels.
        top_db: decibels that are kept below the loudest value.
        mag_exp: the exponent of magnitudes: 2 for power.
        min_power: what smaller powers are raised to.
        ref_power: the power of 0 dB.
        name, trainable, dtype: as for every ``Layer``.

    Input shape: ``(batch, time)`` or ``(time,)``. Output shape: ``(batch, num_mel_bins, windows)``
    or without batch.

    Raises:
        ValueError: ``sequence_length`` is above ``fft_length``.

    Reference: Davis and Mermelstein, 1980, "Comparison of parametric representations for
    monosyllabic word recognition in continuously spoken sentences".

    >>> MelSpectrogram(fft_length=64, sequence_stride=16, num_mel_bins=8)(
    ...     lamina.ops.ones((1, 160))
    ... ).shape
    (1, 8, 11)
    """

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: str | None = "hann",
        sampling_rate: float = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.fft_length = fft_length
        self.sequence_stride = sequence_stride
        self.sequence_length = sequence_length or fft_length
        if self.sequence_length > fft_length:
            raise ValueError(
                "MelSpectrogram takes fft_length of at least sequence_length, got "
                f"fft_length={fft_length}, sequence_length={sequence_length}"
            )
        numbers = {
            "sampling_rate": sampling_rate,
            "min_freq": min_freq,
            "max_freq": max_freq,
            "mag_exp": mag_exp,
            "ref_power": ref_power,
        }
        for argument, number in numbers.items():
            refuse_gradient("MelSpectrogram", argument, number)
        self.window = window
        self.sampling_rate = sampling_rate
        self.num_mel_bins = num_mel_bins
        self.min_freq = min_freq
        self.max_freq = max_freq or int(sampling_rate / 2)
        self.power_to_db = power_to_db
        self.top_db = top_db
        self.mag_exp = mag_exp
        self.min_power = min_power
        self.ref_power = ref_power

    def call(self, inputs: Any) -> Any:
        """The spectrogram."""
        signals = _lamina.convert_to_tensor(inputs)
        real, imaginary = ops.stft(
            _lamina.cast(signals, self.dtype),
            self.sequence_length,
            self.sequence_stride,
            self.fft_length,
            self.window,
            True,
        )
        power = _lamina.square(real) + _lamina.square(imaginary)
        if self.mag_exp != 2:
            power = _lamina.power(_lamina.sqrt(power), self.mag_exp)
        bands = _mel_matrix(
            self.num_mel_bins,
            power.shape[-1],
            self.sampling_rate,
            self.min_freq,
            self.max_freq,
        )
        result = _lamina.matmul(_lamina.cast(power, self.dtype), Tensor(bands, self.dtype))
        if self.power_to_db:
            least, reference = self.min_power, max(abs(self.ref_power), self.min_power)
            result = 10.0 * _lamina.log10(_lamina.maximum(result, least))
            result = result - 10.0 * math.log10(reference)
            result = _lamina.maximum(result, _lamina.max(result) - self.top_db)
        return _lamina.swapaxes(result, -1, -2)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The spectrogram's shape."""
        *batch, length = input_shape
        windows = None if length is None else length // self.sequence_stride + 1
        return (*batch, self.num_mel_bins, windows)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        return {
            **super().get_config(),
            "fft_length": self.fft_length,
            "sequence_stride": self.sequence_stride,
            "sequence_length": self.sequence_length,
            "window": self.window,
            "sampling_rate": self.sampling_rate,
            "num_mel_bins": self.num_mel_bins,
            "min_freq": self.min_freq,
            "max_freq": self.max_freq,
            "power_to_db": self.power_to_db,
            "top_db": self.top_db,
            "mag_exp": self.mag_exp,
            "min_power": self.min_power,
            "ref_power": self.ref_power,
        }


def _mel(hertz: Any) -> Any:
    # HTK's formula (Young et al., "The HTK book").
    return 1127.0 * np.log1p(np.asarray(hertz) / 700.0)


def _mel_matrix(bands: int, frequencies: int, rate: float, low: float, high: float) -> np.ndarray:
    """(frequencies, bands): triangles over the mel scale, each from the peak of the one before to
    the peak of the one after. The constant part belongs to none.
    """
    places = _mel(np.linspace(0.0, rate / 2, frequencies))[:, None]
    edges = np.linspace(_mel(low), _mel(high), bands + 2)
    begin, peak, end = edges[:-2], edges[1:-1], edges[2:]
    rise, fall = (places - begin) / (peak - begin), (end - places) / (end - peak)
    triangles: np.ndarray = np.maximum(0.0, np.minimum(rise, fall))
    triangles[0] = 0.0
    return triangles
