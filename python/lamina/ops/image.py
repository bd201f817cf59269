"""Operations of lamina.ops on images, as ``keras.ops.image`` lists them.

Images are ``(batch, height, width, channels)``, or one without the batch axis; with
``data_format="channels_first"`` the channels stand before the height. All but ``resize`` are made
of other operations: gradients flow through them, and symbolic images of a known size make graphs.
"""

from lamina._lamina import resize
from lamina.ops._image_colors import hsv_to_rgb, rgb_to_grayscale, rgb_to_hsv
from lamina.ops._image_filters import gaussian_blur, sobel_edges, ssim
from lamina.ops._image_sampling import (
    affine_transform,
    elastic_transform,
    map_coordinates,
    perspective_transform,
)
from lamina.ops._image_sizes import (
    crop_images,
    extract_patches,
    extract_patches_3d,
    pad_images,
    scale_and_translate,
)

__all__ = [
    "affine_transform",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad_images",
    "perspective_transform",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]
