"""The same run on two devices, compared bit by bit."""

import numpy as np

import lamina


def same_bits(here, there):
    """Whether all values have the same bits, within lists and dicts."""
    if isinstance(here, dict):
        assert list(here) == list(there)
        here, there = list(here.values()), list(there.values())
    if isinstance(here, (list, tuple)):
        assert len(here) == len(there)
        return all(map(same_bits, here, there))
    if here is None or there is None:
        return here is there
    a, b = np.asarray(here), np.asarray(there)
    assert (a.shape, a.dtype) == (b.shape, b.dtype)
    return a.tobytes() == b.tobytes()


def on_both(guarded, run):
    """What ``run`` gives within the CPU's scope and within the guarded device's."""
    results = []
    for device in ("cpu", guarded):
        lamina.utils.set_random_seed(3)
        with lamina.device(device):
            results.append(run())
    return results
