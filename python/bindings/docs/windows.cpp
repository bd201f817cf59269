// Convolution and pooling: windows over the spatial axes of sequences, images and volumes.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"conv", R"(
Args:
    inputs: ``(batch, spatial..., channels)`` with one to three spatial axes; whole numbers become
        float32.
    kernel: ``(spatial..., channels / groups, filters)``.
    strides: by how much a window moves; one number for all spatial axes or one for each.
    padding: ``"valid"``, windows inside alone; ``"same"``, as many windows as strides begin, with
        zeros beyond the edges; ``"causal"``, along one axis, zeros before it alone.
    data_format: None or ``"channels_last"``, or ``"channels_first"`` for ``(batch, channels,
        spatial...)``.
    dilation_rate: how far apart the taps are; one number for all spatial axes or one for each.

Returns:
    ``(batch, spatial..., filters)``. An extent n becomes ``floor((n - size) / stride) + 1`` with
    ``"valid"``, where ``size = (kernel size - 1) * dilation + 1``, else ``ceil(n / stride)``.

Raises:
    ValueError: the shapes do not fit, or an argument is none of those.

>>> signal = lamina.ops.reshape([1.0, 2.0, 4.0, 8.0], (1, 4, 1))
>>> kernel = lamina.ops.reshape([1.0, 10.0], (2, 1, 1))  # not mirrored
>>> lamina.ops.conv(signal, kernel).numpy().ravel()
array([21., 42., 84.], dtype=float32)
>>> lamina.ops.conv(lamina.ops.ones((1, 9, 9, 3)), lamina.ops.ones((3, 3, 3, 8)), strides=2).shape
(1, 4, 4, 8)
)"},
    {"depthwise_conv", R"(
Args:
    inputs: ``(batch, spatial..., channels)`` with one to three spatial axes; whole numbers become
        float32.
    kernel: ``(spatial..., channels, multiplier)``.
    strides: see ``conv``.
    padding: ``"valid"`` or ``"same"``, see ``conv``.
    data_format: see ``conv``.
    dilation_rate: see ``conv``.

Returns:
    ``(batch, spatial..., channels * multiplier)``, the results of a channel beside each other.

Raises:
    ValueError: the shapes do not fit, or an argument is none of those.

>>> images = lamina.ops.ones((1, 5, 5, 3))
>>> lamina.ops.depthwise_conv(images, lamina.ops.ones((3, 3, 3, 2))).shape
(1, 3, 3, 6)
)"},
    {"separable_conv", R"(
Args:
    inputs: ``(batch, spatial..., channels)`` with one to three spatial axes; whole numbers become
        float32.
    depthwise_kernel: ``(spatial..., channels, multiplier)``.
    pointwise_kernel: ``(1..., channels * multiplier, filters)``.
    strides: see ``conv``.
    padding: ``"valid"`` or ``"same"``, see ``conv``.
    data_format: see ``conv``.
    dilation_rate: see ``conv``.

Returns:
    ``(batch, spatial..., filters)``.

Raises:
    ValueError: the shapes do not fit, or an argument is none of those.

Reference: Chollet, 2017, "Xception: deep learning with depthwise separable convolutions".

>>> images, depthwise = lamina.ops.ones((1, 5, 5, 3)), lamina.ops.ones((3, 3, 3, 2))
>>> lamina.ops.separable_conv(images, depthwise, lamina.ops.ones((1, 1, 6, 8))).shape
(1, 3, 3, 8)
)"},
    {"conv_transpose", R"(
Args:
    inputs: ``(batch, spatial..., channels)`` with one to three spatial axes; whole numbers become
        float32.
    kernel: ``(spatial..., filters, channels)``.
    strides: how far apart the inputs' shares lie in the output.
    padding: ``"valid"``, all shares, or ``"same"``, as many outputs as inputs times the stride.
    output_padding: below the stride; chooses among the outputs that a convolution would bring to
        the inputs' size. None for what ``padding`` says.
    data_format: see ``conv``.
    dilation_rate: see ``conv``.

Returns:
    ``(batch, spatial..., filters)``.

Raises:
    ValueError: the shapes do not fit, or an argument is none of those.

Reference: Zeiler et al., 2010, "Deconvolutional networks".

>>> signal = lamina.ops.reshape([1.0, 2.0], (1, 2, 1))
>>> kernel = lamina.ops.reshape([1.0, 10.0, 100.0], (3, 1, 1))
>>> lamina.ops.conv_transpose(signal, kernel, strides=2).numpy().ravel()
array([  1.,  10., 102.,  20., 200.], dtype=float32)
)"},
    {"max_pool", R"(
Args:
    inputs: ``(batch, spatial..., channels)`` with one to three spatial axes; whole numbers become
        float32. A window with a NaN gives NaN.
    pool_size: the window; one number for all spatial axes or one for each.
    strides: by how much it moves; None for the window itself.
    padding: ``"valid"``, windows inside alone, or ``"same"``, as many as strides begin; what lies
        outside does not count.
    data_format: None or ``"channels_last"``, or ``"channels_first"`` for ``(batch, channels,
        spatial...)``.

Returns:
    ``(batch, spatial..., channels)``. An extent n becomes ``floor((n - size) / stride) + 1`` or,
    with ``"same"``, ``ceil(n / stride)``.

Raises:
    ValueError: the inputs are smaller than a window, or an argument is none of those.

>>> signal = lamina.ops.reshape([1.0, 3.0, 2.0, 0.0, 5.0], (1, 5, 1))
>>> lamina.ops.max_pool(signal, 2).numpy().ravel()
array([3., 2.], dtype=float32)
>>> lamina.ops.max_pool(signal, 2, padding="same").numpy().ravel()
array([3., 2., 5.], dtype=float32)
)"},
    {"min_pool", R"(
Args:
    inputs: ``(batch, spatial..., channels)``; see ``max_pool``.
    pool_size: the window; one number for all spatial axes or one for each.
    strides: by how much it moves; None for the window itself.
    padding: see ``max_pool``.
    data_format: see ``max_pool``.

>>> signal = lamina.ops.reshape([1.0, 3.0, 2.0, 0.0], (1, 4, 1))
>>> lamina.ops.min_pool(signal, 2).numpy().ravel()
array([1., 0.], dtype=float32)
)"},
    {"average_pool", R"(
Args:
    inputs: ``(batch, spatial..., channels)``; see ``max_pool``.
    pool_size: the window; one number for all spatial axes or one for each.
    strides: by how much it moves; None for the window itself.
    padding: see ``max_pool``; the mean is over what lies inside.
    data_format: see ``max_pool``.

>>> signal = lamina.ops.reshape([1.0, 3.0, 5.0], (1, 3, 1))
>>> lamina.ops.average_pool(signal, 2, padding="same").numpy().ravel()
array([2., 5.], dtype=float32)
)"},
    {"adaptive_max_pool", R"(
Args:
    inputs: ``(batch, spatial..., channels)`` with one to three spatial axes.
    output_size: how many windows along each spatial axis; one number for all or one for each.
        Window i of n over m inputs is from ``floor(i m / n)`` to ``ceil((i + 1) m / n)``, as in
        PyTorch.
    data_format: see ``max_pool``.

Returns:
    ``(batch, output_size..., channels)``.

>>> signal = lamina.ops.reshape([1.0, 2.0, 3.0, 4.0, 5.0], (1, 5, 1))
>>> lamina.ops.adaptive_max_pool(signal, 2).numpy().ravel()  # of 3 inputs each
array([3., 5.], dtype=float32)
)"},
    {"adaptive_average_pool", R"(
Args:
    inputs: ``(batch, spatial..., channels)`` with one to three spatial axes.
    output_size: how many windows along each spatial axis; see ``adaptive_max_pool``.
    data_format: see ``max_pool``.

Returns:
    ``(batch, output_size..., channels)``.

>>> signal = lamina.ops.reshape([1.0, 2.0, 3.0, 4.0, 5.0], (1, 5, 1))
>>> lamina.ops.adaptive_average_pool(signal, 2).numpy().ravel()  # of 3 inputs each
array([2., 4.], dtype=float32)
)"},
};

}  // namespace

constinit const std::span<const Details> window_details = table;

}  // namespace lamina::python
