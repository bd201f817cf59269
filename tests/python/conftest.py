import numpy as np
import pytest

import lamina


@pytest.fixture(autouse=True)
def _seed():
    lamina.utils.set_random_seed(20240607)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def xor():
    return np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
