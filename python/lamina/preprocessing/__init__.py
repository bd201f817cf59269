"""Data made ready for models, under Keras's older names; ``lamina.utils`` has them too."""

from lamina.preprocessing import image, sequence
from lamina.utils import (
    image_dataset_from_directory,
    text_dataset_from_directory,
    timeseries_dataset_from_array,
)

__all__ = [
    "image",
    "image_dataset_from_directory",
    "sequence",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
]
