"""Random tensors: they repeat by their seeds, and have the moments of their distributions."""

import numpy as np
import pytest

import lamina
from lamina import Tensor, random
from lamina.random import SeedGenerator

MANY = (200, 500)

DRAWS = {
    "uniform": lambda seed: random.uniform((50,), seed=seed),
    "normal": lambda seed: random.normal((50,), seed=seed),
    "truncated_normal": lambda seed: random.truncated_normal((50,), seed=seed),
    "randint": lambda seed: random.randint((50,), 0, 1000, seed=seed),
    "categorical": lambda seed: random.categorical(np.zeros((5, 20)), 10, seed=seed),
    "shuffle": lambda seed: random.shuffle(np.arange(50), seed=seed),
    "dropout": lambda seed: random.dropout(np.ones(50), 0.5, seed=seed),
    "binomial": lambda seed: random.binomial((50,), 40, 0.4, seed=seed),
    "gamma": lambda seed: random.gamma((50,), 0.7, seed=seed),
    "beta": lambda seed: random.beta((50,), 2.0, 3.0, seed=seed),
}


@pytest.mark.parametrize("name", DRAWS)
def test_seeds(name):
    draw = DRAWS[name]
    same = np.array_equal
    assert same(draw(3).numpy(), draw(3).numpy())
    assert not same(draw(3).numpy(), draw(4).numpy())
    generator, again = SeedGenerator(3), SeedGenerator(3)
    first, second = draw(generator).numpy(), draw(generator).numpy()
    assert not same(first, second)
    assert same(first, draw(again).numpy())
    assert same(second, draw(again).numpy())
    lamina.utils.set_random_seed(9)
    first, second = draw(None).numpy(), draw(None).numpy()
    assert not same(first, second)
    lamina.utils.set_random_seed(9)
    assert same(first, draw(None).numpy())


# Mean and variance by the distributions' formulas.
MOMENTS = {
    "uniform": (random.uniform(MANY, -1, 3, seed=1), 1, 16 / 12),
    "normal": (random.normal(MANY, 2, 3, seed=1), 2, 9),
    "truncated_normal": (random.truncated_normal(MANY, seed=1), 0, 0.7737),
    "randint": (random.randint(MANY, -2, 4, seed=1), 0.5, 35 / 12),
    "binomial": (random.binomial(MANY, 10, 0.3, seed=1), 3, 2.1),
    "gamma": (random.gamma(MANY, 3.0, seed=1), 3, 3),
    "gamma below 1": (random.gamma(MANY, 0.4, seed=1), 0.4, 0.4),
    "beta": (random.beta(MANY, 2.0, 3.0, seed=1), 0.4, 0.04),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_moments(name):
    values, mean, variance = MOMENTS[name]
    values = values.numpy().astype("float64")
    # Six standard errors.
    error = 6 / np.sqrt(values.size)
    assert abs(values.mean() - mean) < error * np.sqrt(variance)
    assert abs(values.var() - variance) < 3 * error * variance


def test_categorical_draws_classes_by_their_shares():
    shares = np.array([[0.1, 0.6, 0.3], [1.0, 0.0, 0.0]])
    with np.errstate(divide="ignore"):
        drawn = random.categorical(np.log(shares), 20_000, seed=2).numpy()
    counts = np.stack([np.bincount(row, minlength=3) for row in drawn]) / 20_000
    np.testing.assert_allclose(counts, shares, atol=0.02)
    assert drawn.shape == (2, 20_000)
    with pytest.raises(ValueError, match=r"\(batch, classes\)"):
        random.categorical([0.0, 1.0], 3)


def test_randint_reaches_every_number_and_no_other():
    assert set(random.randint((1000,), 5, 9, seed=1).numpy().tolist()) == {5, 6, 7, 8}
    with pytest.raises(ValueError, match="minval < maxval"):
        random.randint((2,), 3, 3)


def test_shuffle_keeps_rows_together():
    x = np.arange(12).reshape(4, 3)
    rows = random.shuffle(x, seed=1).numpy()
    assert sorted(map(tuple, rows)) == sorted(map(tuple, x))
    assert not np.array_equal(rows, x)
    columns = random.shuffle(x, axis=1, seed=2).numpy()
    assert sorted(map(tuple, columns.T)) == sorted(map(tuple, x.T))


def test_dropout_by_a_noise_shape():
    kept = random.dropout(np.ones((50, 8)), 0.5, noise_shape=(None, 1), seed=1).numpy()
    assert set(np.unique(kept)) == {0, 2}
    assert (kept == kept[:, :1]).all()


def test_a_generator_says_what_it_is():
    generator = SeedGenerator(7)
    random.normal((2,), seed=generator)
    assert generator.state == (7, 1)
    assert SeedGenerator.from_config(generator.get_config()).state == (7, 0)
    assert generator.get_config() == {"seed": 7, "name": "seed_generator"}
    assert generator.next().shape == (2,)
    with pytest.raises(ValueError, match="whole number"):
        SeedGenerator("a")


@pytest.mark.parametrize("seed", [-1, 2**64 - 1, np.int64(5), 2**70, Tensor(np.int64(3))])
def test_any_whole_number_is_a_seed(seed):
    same = np.array_equal(random.normal((5,), seed=seed), random.normal((5,), seed=seed))
    assert same
    assert np.array_equal(
        random.normal((5,), seed=SeedGenerator(seed)), random.normal((5,), seed=seed)
    )


@pytest.mark.parametrize("seed", ["a", 1.5, True, [1, 2]])
def test_what_is_no_seed(seed):
    with pytest.raises(ValueError, match="expected a whole number"):
        random.uniform((2,), seed=seed)
    with pytest.raises(ValueError, match="expected a whole number"):
        random.gamma((2,), 1.0, seed=seed)


def test_bounds_and_moments_may_be_tensors():
    mean = Tensor(np.float32([0, 10]), requires_grad=True)
    drawn = random.normal((1000, 2), mean, [1.0, 0.0], seed=1)
    np.testing.assert_allclose(drawn.numpy().mean(0), [0, 10], atol=0.2)
    drawn.sum().backward()
    assert mean.grad.tolist() == [1000, 1000]
    spread = random.uniform((1000, 2), np.float32([0, 5]), [1.0, 6.0], seed=1).numpy()
    assert (spread.min(0) >= [0, 5]).all()
    assert (spread.max(0) <= [1, 6]).all()


@pytest.mark.parametrize("name", ["uniform", "normal", "truncated_normal"])
def test_real_numbers_have_floating_dtypes(name):
    with pytest.raises(ValueError, match=f"{name}.*int32"):
        getattr(random, name)((2,), dtype="int32")
    assert getattr(random, name)((2,), dtype=np.float64).dtype == "float64"


def test_whole_numbers_have_integer_dtypes():
    assert random.randint((2,), 0, 9, dtype="uint8").dtype == "uint8"
    with pytest.raises(ValueError, match=r"randint.*float32"):
        random.randint((2,), 0, 9, dtype="float32")


def test_dropout_of_all_and_of_another_shape():
    assert random.dropout(np.ones((2, 3)), 1.0).tolist() == [[0, 0, 0]] * 2
    with pytest.raises(ValueError, match=r"\(2,\).*\(2, 3\)"):
        random.dropout(np.ones((2, 3)), 0.5, noise_shape=(2,))
