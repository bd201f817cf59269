"""Attention against its formula in NumPy's float64."""

import numpy as np
import pytest

import lamina
from lamina import Input, Model, layers


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


@pytest.fixture
def tensors(rng):
    return rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 6)), rng.normal(size=(2, 5, 4))


def test_dot(tensors):
    query, value, key = tensors
    layer = layers.Attention(dtype="float64")
    output, weights = layer([query, value, key], return_attention_scores=True)
    expected = softmax(query @ key.transpose(0, 2, 1))
    np.testing.assert_allclose(weights.numpy(), expected, rtol=1e-12)
    np.testing.assert_allclose(output.numpy(), expected @ value, rtol=1e-12)
    assert np.array_equal(layer([query, value, key]).numpy(), output.numpy())
    assert layer.weights == []


def test_scale_and_concat(tensors):
    query, value, key = tensors
    layer = layers.Attention(use_scale=True, dtype="float64")
    layer.build([x.shape for x in tensors])
    layer.scale.assign(0.3)
    expected = softmax(0.3 * query @ key.transpose(0, 2, 1)) @ value
    np.testing.assert_allclose(layer(list(tensors)).numpy(), expected, rtol=1e-12)
    layer = layers.Attention(True, "concat", dtype="float64")
    layer.build([x.shape for x in tensors])
    assert [weight.name for weight in layer.weights] == ["scale", "concat_score_weight"]
    layer.set_weights([0.3, 1.7])
    scores = 1.7 * np.tanh(0.3 * (query[:, :, None] + key[:, None])).sum(-1)
    np.testing.assert_allclose(layer(list(tensors)).numpy(), softmax(scores) @ value, rtol=1e-12)


def test_masks_and_causality(tensors):
    query, value, key = tensors
    layer = layers.Attention(dtype="float64")
    query_mask = np.array([[True, True, False], [False, True, True]])
    value_mask = np.array([[True, False, True, True, False], [True, True, False, False, True]])
    scores = query @ key.transpose(0, 2, 1)
    causal = np.tril(np.ones((3, 5), bool))
    for arguments, seen in (
        ({}, value_mask[:, None]),
        ({"use_causal_mask": True}, value_mask[:, None] & causal),
    ):
        expected = softmax(np.where(seen, scores, -np.inf))
        output, weights = layer(
            [query, value, key],
            mask=[query_mask, value_mask, None],
            return_attention_scores=True,
            **arguments,
        )
        np.testing.assert_allclose(weights.numpy(), expected, rtol=1e-12)
        np.testing.assert_allclose(
            output.numpy(), np.where(query_mask[..., None], expected @ value, 0), rtol=1e-12
        )
    expected = softmax(np.where(causal, scores, -np.inf)) @ value
    output = layer([query, value, key], use_causal_mask=True)
    np.testing.assert_allclose(output.numpy(), expected, rtol=1e-12)


def test_dropout_leaves_weights_out_in_training_alone(tensors):
    _, value, _ = tensors
    layer = layers.Attention(dropout=0.5, seed=3, dtype="float64")
    given = [np.zeros((2, 3, 6)), value]
    _, weights = layer(given, return_attention_scores=True)
    assert (weights.numpy() == 0.2).all()
    output, weights = layer(given, return_attention_scores=True, training=True)
    assert set(weights.numpy().round(12).ravel()) == {0, 0.4}
    np.testing.assert_allclose(output.numpy(), weights.numpy() @ value, rtol=1e-12)


def test_two_outputs_in_a_graph_and_its_file(tensors):
    query, value, _ = (x.astype("f4") for x in tensors)
    a, b = Input((3, 4)), Input((5, 6))
    output, weights = layers.Attention()(
        [a, layers.Dense(4)(b)], return_attention_scores=True, use_causal_mask=True
    )
    assert output.shape == (None, 3, 4)
    assert weights.shape == (None, 3, 5)
    model = Model([a, b], [output, weights])
    model.compile("sgd", ["mse", None])
    expected = model.predict([query, value], verbose=0)
    assert (expected[1][:, 0, 1:] == 0).all()
    again = lamina.models.load_model(model.save_to_bytes())
    for one, other in zip(expected, again.predict([query, value], verbose=0), strict=True):
        assert np.array_equal(one, other)
    single = Model([a, b], layers.Attention()([a, layers.Dense(4)(b)]))
    assert single.output_shape == (None, 3, 4)


def test_the_querys_mask_goes_on(tensors):
    query, value, _ = tensors
    mask = np.array([[True, True, False], [False, True, True]])
    given = [query[..., :1], value[..., :1]]
    output = layers.Attention()(given, mask=[mask, None])
    assert np.array_equal(output.mask.numpy(), mask)


def test_what_does_not_fit(tensors):
    query, value, key = tensors
    with pytest.raises(ValueError, match=r"takes \[query, value\] or .* got 1 tensors"):
        layers.Attention()([query])
    with pytest.raises(ValueError, match=r"expected a query \(batch, Tq, dim\)"):
        layers.Attention()([query, value])
    with pytest.raises(ValueError, match=r"takes a list of tensors"):
        layers.Attention()(query)
    with pytest.raises(ValueError, match=r"score_mode.*'?additive"):
        layers.Attention(score_mode="additive")
    with pytest.raises(ValueError, match=r"dropout.*in \[0, 1\]"):
        layers.Attention(dropout=2)
    with pytest.raises(TypeError, match=r"takes no argument 'causal'"):
        layers.Attention()([query, value, key], causal=True)
