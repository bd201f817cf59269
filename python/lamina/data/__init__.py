"""Data that come in batches: what ``fit`` takes beside arrays."""

from lamina.data._dataset import AUTOTUNE, Dataset
from lamina.data._packing import pack_x_y_sample_weight, unpack_x_y_sample_weight
from lamina.data._py_dataset import PyDataset

__all__ = [
    "AUTOTUNE",
    "Dataset",
    "PyDataset",
    "pack_x_y_sample_weight",
    "unpack_x_y_sample_weight",
]
