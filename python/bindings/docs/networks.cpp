// Dense products, attention, normalization, images: what layers are made of, but for windows.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"dense", R"(
Args:
    x: ``(..., n)``; whole numbers become float32.
    kernel: ``(n, units)``.
    bias: ``(units)``, or None.
    activation: the name of an activation function.

Returns:
    ``(..., units)``.

Raises:
    ValueError: the shapes do not fit, or there is no such activation function.

>>> lamina.ops.dense([[1.0, 2.0]], [[1.0, -1.0], [1.0, -1.0]], [0.5, 0.5], "relu").numpy()
array([[3.5, 0. ]], dtype=float32)
)"},
    {"dot_product_attention", R"(
Args:
    query: ``(batch, queries, heads, dim)``.
    key: ``(batch, keys, key heads, dim)``. The heads are a multiple of the key heads; as many
        neighbours share one.
    value: ``(batch, keys, key heads, any)``.
    bias: added to the scores.
    mask: False where a key does not count; a query for which none counts gets zeros.
    scale: of the scores; None for ``1 / sqrt(dim)``.
    is_causal: whether query i sees the keys 0 to i alone.
    flash_attention: has no effect: the scores are always computed block by block.
    attn_logits_soft_cap: None; in Keras only TPUs support it.

Returns:
    ``(batch, queries, heads, any)``.

Raises:
    ValueError: the shapes do not fit.

Reference: Vaswani et al., 2017, "Attention is all you need".

>>> zeros = lamina.ops.zeros((1, 2, 1, 4))  # all scores are equal
>>> values = lamina.ops.reshape([1.0, 3.0], (1, 2, 1, 1))
>>> lamina.ops.dot_product_attention(zeros, zeros, values).numpy().ravel()
array([2., 2.], dtype=float32)
>>> lamina.ops.dot_product_attention(zeros, zeros, values, is_causal=True).numpy().ravel()
array([1., 2.], dtype=float32)
)"},
    {"batch_normalization", R"(
Args:
    x: any shape; whole numbers become float32.
    mean: one number for each channel; ``moments`` gives a batch's.
    variance: likewise.
    axis: that of the channels.
    offset: one number for each of them; None for 0.
    scale: one number for each of them; None for 1.
    epsilon: keeps the divisor from 0.

Raises:
    ValueError: one of them has another shape.

Reference: Ioffe and Szegedy, 2015, "Batch normalization: accelerating deep network training by
reducing internal covariate shift".

>>> x = [[1.0, 10.0], [3.0, 30.0]]
>>> lamina.ops.batch_normalization(x, [2.0, 20.0], [1.0, 100.0], -1, epsilon=0.0).numpy()
array([[-1., -1.],
       [ 1.,  1.]], dtype=float32)
)"},
    {"layer_normalization", R"(
Args:
    x: any shape; whole numbers become float32.
    gamma: of the axes' extents; None for 1.
    beta: likewise; None for 0.
    axis: one axis or several, over which means and deviations are taken.
    epsilon: keeps the divisor from 0.

Raises:
    ValueError: gamma or beta has another shape.

Reference: Ba et al., 2016, "Layer normalization".

>>> lamina.ops.layer_normalization([[1.0, 3.0], [10.0, 30.0]]).numpy()
array([[-1.,  1.],
       [-1.,  1.]], dtype=float32)
)"},
    {"rms_normalization", R"(
Args:
    x: any shape; whole numbers become float32.
    scale: of the axes' extents; None for 1.
    axis: one axis or several, over which the mean is taken.
    epsilon: added to the mean square.

Raises:
    ValueError: scale has another shape.

Reference: Zhang and Sennrich, 2019, "Root mean square layer normalization".

>>> lamina.ops.rms_normalization([[1.0, 7.0]]).numpy()
array([[0.2, 1.4]], dtype=float32)
)"},
    {"resize", R"(
Args:
    images: ``(height, width, channels)`` or a batch ``(batch, height, width, channels)``.
    size: ``(height, width)``.
    interpolation: ``"nearest"``, ``"bilinear"``, ``"bicubic"``, ``"lanczos3"`` or ``"lanczos5"``.
    antialias: whether pixels are averaged over where an image shrinks.
    crop_to_aspect_ratio: whether what is too wide or too high is left out, in place of distortion.
    pad_to_aspect_ratio: whether a border is added, in place of distortion; one of both can be True.
    fill_mode: ``"constant"``.
    fill_value: of that border.
    data_format: None or ``"channels_last"``, or ``"channels_first"``, where channels stand before
        the height.

Returns:
    images of the same dtype; whole numbers are rounded, and kept in their range.

Raises:
    ValueError: images have neither three nor four axes, or an argument is none of those.

Reference: Keys, 1981, "Cubic convolution interpolation for digital image processing" (bicubic).

>>> image = Tensor([[[0.0], [4.0]]])  # one row of two pixels
>>> lamina.ops.image.resize(image, (1, 4)).numpy()[0, :, 0]
array([0., 1., 3., 4.], dtype=float32)
>>> lamina.ops.image.resize(image, (1, 4), "nearest").numpy()[0, :, 0]
array([0., 0., 4., 4.], dtype=float32)
)"},
};

}  // namespace

constinit const std::span<const Details> network_details = table;

}  // namespace lamina::python
