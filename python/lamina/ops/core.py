"""Operations of lamina.ops that stand in none of its submodules in Keras."""

from lamina._lamina import (
    cast,
    erf,
    logsumexp,
    rsqrt,
    scatter,
    stop_gradient,
    top_k,
    unstack,
)
from lamina.ops._arrangement import (
    slice,
    slice_update,
)
from lamina.ops._blocks import (
    extract_sequences,
)
from lamina.ops._control import (
    associative_scan,
    cond,
    custom_gradient,
    fori_loop,
    map,
    rearrange,
    scan,
    switch,
    vectorized_map,
    while_loop,
)
from lamina.ops._creation import (
    convert_to_tensor,
)
from lamina.ops._elementwise import (
    erfc,
    erfinv,
    saturate_cast,
)
from lamina.ops._linalg import (
    logdet,
)
from lamina.ops._losses import (
    cdist,
    dtype,
    is_tensor,
)
from lamina.ops._scattering import (
    scatter_update,
    segment_max,
    segment_min,
    segment_prod,
    segment_sum,
)
from lamina.ops._sets import (
    in_top_k,
)
from lamina.ops._signal import (
    fft,
    fft2,
    ifft2,
    irfft,
    istft,
    rfft,
    stft,
)
from lamina.ops._values import (
    convert_to_numpy,
    shape,
)

__all__ = [
    "associative_scan",
    "cast",
    "cdist",
    "cond",
    "convert_to_numpy",
    "convert_to_tensor",
    "custom_gradient",
    "dtype",
    "erf",
    "erfc",
    "erfinv",
    "extract_sequences",
    "fft",
    "fft2",
    "fori_loop",
    "ifft2",
    "in_top_k",
    "irfft",
    "is_tensor",
    "istft",
    "logdet",
    "logsumexp",
    "map",
    "rearrange",
    "rfft",
    "rsqrt",
    "saturate_cast",
    "scan",
    "scatter",
    "scatter_update",
    "segment_max",
    "segment_min",
    "segment_prod",
    "segment_sum",
    "shape",
    "slice",
    "slice_update",
    "stft",
    "stop_gradient",
    "switch",
    "top_k",
    "unstack",
    "vectorized_map",
    "while_loop",
]
