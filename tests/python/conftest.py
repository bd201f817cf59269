import numpy as np
import pytest

import lamina


@pytest.fixture(autouse=True)
def _seed():
    lamina.utils.set_random_seed(20240607)


@pytest.fixture
def guarded():
    """The name of a device whose memory the host cannot touch; only builds with tests have it."""
    try:
        with lamina.device("guarded"):
            pass
    except RuntimeError as error:
        pytest.skip(str(error))
    return "guarded"


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def xor():
    return np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
