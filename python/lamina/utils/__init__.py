"""Utilities."""

from lamina._numerical import normalize, to_categorical
from lamina._sequences import pad_sequences, timeseries_dataset_from_array
from lamina.backend import clear_session, is_keras_tensor, standardize_dtype
from lamina.config import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)
from lamina.data import PyDataset, pack_x_y_sample_weight, unpack_x_y_sample_weight
from lamina.saving import (
    CustomObjectScope,
    custom_object_scope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)
from lamina.utils._config import Config
from lamina.utils._drawing import model_to_dot, plot_model
from lamina.utils._files import get_file
from lamina.utils._from_directory import (
    audio_dataset_from_directory,
    image_dataset_from_directory,
    text_dataset_from_directory,
)
from lamina.utils._graphs import get_source_inputs
from lamina.utils._images import array_to_img, img_to_array, load_img, save_img
from lamina.utils._progbar import Progbar
from lamina.utils._seed import set_random_seed
from lamina.utils._split import split_dataset

Sequence = PyDataset

__all__ = [
    "Config",
    "CustomObjectScope",
    "Progbar",
    "PyDataset",
    "Sequence",
    "array_to_img",
    "audio_dataset_from_directory",
    "clear_session",
    "custom_object_scope",
    "deserialize_keras_object",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "get_custom_objects",
    "get_file",
    "get_registered_name",
    "get_registered_object",
    "get_source_inputs",
    "image_dataset_from_directory",
    "img_to_array",
    "is_interactive_logging_enabled",
    "is_keras_tensor",
    "load_img",
    "model_to_dot",
    "normalize",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "plot_model",
    "register_keras_serializable",
    "save_img",
    "serialize_keras_object",
    "set_random_seed",
    "split_dataset",
    "standardize_dtype",
    "text_dataset_from_directory",
    "timeseries_dataset_from_array",
    "to_categorical",
    "unpack_x_y_sample_weight",
]
