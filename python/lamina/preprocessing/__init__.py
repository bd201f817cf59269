"""Data made ready for models, under Keras's older names; ``lamina.utils`` has them too."""

from lamina.preprocessing import sequence
from lamina.utils import timeseries_dataset_from_array

__all__ = ["sequence", "timeseries_dataset_from_array"]
