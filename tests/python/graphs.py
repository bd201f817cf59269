"""A graph of two inputs and two outputs, that several tests look at."""

import numpy as np

from lamina import Dense, Input, Model, layers


def flat(values):
    return np.concatenate([np.ravel(value) for value in values])


def two_by_two(dtype=None, **more):
    """Two inputs share a layer, and end in two outputs."""
    a, b = Input((4,), name="a", dtype=dtype), Input((4,), name="b", dtype=dtype)
    shared = Dense(5, activation="tanh", name="shared", dtype=dtype)
    left, right = shared(a), shared(b)
    added = layers.Add(name="sum", dtype=dtype)([left, right])
    both = layers.Concatenate(name="both", dtype=dtype)([left, right, added])
    score = Dense(1, name="score", dtype=dtype)(both)
    kind = Dense(3, activation="softmax", name="kind", dtype=dtype)(both)
    return Model([a, b], [score, kind], **more)


def two_by_two_data(rng):
    x = rng.normal(size=(2, 40, 4)).astype("float32")
    score = x.sum((0, 2))[:, None]
    return list(x), [score, np.eye(3, dtype="float32")[rng.integers(0, 3, 40)]]


def compiled(model=None, **more):
    model = model or two_by_two()
    model.compile("sgd", {"score": "mse", "kind": "categorical_crossentropy"}, **more)
    return model


def same(a, b):
    return all(map(np.array_equal, a.get_weights(), b.get_weights()))
