"""What ``lamina.config`` sets, for those who heed it."""

import os
import warnings


def _from_environment(name: str) -> int | None:
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() and int(text) else None


image_data_format = "channels_last"
interactive_logging = True
traceback_filtering = True
max_epochs = _from_environment("LAMINA_MAX_EPOCHS")
max_steps_per_epoch = _from_environment("LAMINA_MAX_STEPS_PER_EPOCH")


def limited_epochs(epochs: int) -> int:
    """As many epochs as may run."""
    if max_epochs is None or epochs <= max_epochs:
        return epochs
    warnings.warn(f"Limiting epochs to {max_epochs}", stacklevel=3)
    return max_epochs


def limited_steps(steps: int | None, available: int | None) -> int | None:
    """As many steps an epoch as may run; ``available`` tells how many there are otherwise."""
    wanted = steps or available
    if max_steps_per_epoch is None or (wanted is not None and wanted <= max_steps_per_epoch):
        return steps
    warnings.warn(f"Limiting steps_per_epoch to {max_steps_per_epoch}", stacklevel=3)
    return max_steps_per_epoch
