"""Sounds in WAV files as arrays."""

from typing import Any

import numpy as np


def load(path: str, sampling_rate: int | None = None, length: int | None = None) -> np.ndarray:
    """The values of a WAV file from -1 to 1, ``(time, channels)``."""
    import wave  # only sounds need it: `import lamina` stays fast

    try:
        values, rate = _whole_numbers(path)
    except wave.Error as error:
        values, rate = _by_soundfile(path, error)
    if sampling_rate is not None and sampling_rate != rate:
        values = _resampled(values, rate, sampling_rate)
    return values if length is None else fitted(values, length)


def fitted(values: np.ndarray, length: int) -> np.ndarray:
    """The first values, zeros behind them where they are fewer."""
    values = values[:length]
    return np.pad(values, [(0, length - len(values)), (0, 0)])


def _whole_numbers(path: str) -> tuple[np.ndarray, int]:
    import wave

    with wave.open(path, "rb") as file:
        width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
        data = np.frombuffer(file.readframes(file.getnframes()), "uint8")
    data = data[: data.size - data.size % (width * channels)]
    if width == 1:  # the only one without a sign
        return ((data.astype("float32") - 128) / 128).reshape(-1, channels), rate
    # The highest bytes of 32-bit numbers, whatever their width.
    wide = np.zeros((data.size // width, 4), "uint8")
    wide[:, 4 - width :] = data.reshape(-1, width)
    values = wide.view("<i4")[:, 0] / np.float64(2**31)
    return values.astype("float32").reshape(-1, channels), rate


def _by_soundfile(path: str, error: Exception) -> tuple[Any, int]:
    try:
        import soundfile
    except ImportError:
        raise ImportError(
            f"{path} is no WAV file of whole numbers ({error}); to read it: pip install soundfile"
        ) from error
    return soundfile.read(path, dtype="float32", always_2d=True)  # type: ignore[no-any-return]


def _resampled(values: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    try:
        from scipy.signal import resample_poly
    except ImportError:
        raise ImportError(
            "sampling_rate needs SciPy, which is not installed: pip install scipy"
        ) from None
    return np.asarray(resample_poly(values, wanted, rate, axis=0), "float32")
