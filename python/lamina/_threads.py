"""How many threads a process begins with."""

import os

from lamina import _lamina


def take_environment() -> None:
    """Takes ``OMP_NUM_THREADS`` where ``LAMINA_NUM_THREADS``, which the core reads, is not set.

    Programs that start several processes say so how many threads each may use: joblib's workers
    (scikit-learn's ``n_jobs``), Dask's and Ray's.
    """
    if "LAMINA_NUM_THREADS" in os.environ:
        return
    # OpenMP takes a list, one number a level of nesting.
    first = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if first.isdecimal() and 1 <= int(first) < _lamina.num_threads():
        _lamina.set_num_threads(int(first))
