"""MultiHeadAttention, GroupedQueryAttention and the operation: calls, masks, models, refusals.

Numbers are compared with Keras and PyTorch in test_attention_golden.py.
"""

import numpy as np
import pytest
from gradients import check_gradient

import lamina
from lamina import Input, Model, Tensor, layers, ops

CONFIG = {"num_heads": 2, "key_dim": 3}


@pytest.fixture
def x(rng):
    return rng.normal(size=(2, 5, 4)).astype("float32")


def test_the_key_is_the_value_unless_given(x):
    layer = layers.MultiHeadAttention(**CONFIG)
    assert np.array_equal(layer(x, x).numpy(), layer(x, x, x).numpy())
    assert np.array_equal(layer(query=x, value=x).numpy(), layer.call(x, x, key=x).numpy())
    assert layer.compute_output_shape((None, 5, 4), (None, 7, 4)) == (None, 5, 4)


def test_causal_steps_see_no_later_one(x):
    changed = x.copy()
    changed[:, 3:] += 1
    for layer in (
        layers.MultiHeadAttention(**CONFIG),
        layers.MultiHeadAttention(**CONFIG, dropout=0.5),
        layers.GroupedQueryAttention(3, 4, 2),
    ):
        before = layer(x, x, use_causal_mask=True).numpy()
        after = layer(changed, changed, use_causal_mask=True).numpy()
        assert np.array_equal(before[:, :3], after[:, :3])
        assert not np.allclose(before[:, 3:], after[:, 3:])


def test_masked_steps_change_nothing(x, rng):
    mask = rng.random((2, 5)) < 0.6
    mask[:, 0] = True
    changed = np.where(mask[..., None], x, 7).astype("float32")
    layer = layers.MultiHeadAttention(**CONFIG)
    expected = layer(x, x, value_mask=mask).numpy()
    assert np.array_equal(layer(x, changed, value_mask=mask).numpy(), expected)
    assert np.array_equal(layer(x, x, key_mask=mask).numpy(), expected)
    assert np.array_equal(layer(x, x, attention_mask=mask[:, None]).numpy(), expected)
    assert np.array_equal(layer(x, Tensor(x).with_mask(Tensor(mask))).numpy(), expected)
    # What travels with the query goes on, and what does not count gets the output's bias alone.
    output = layer(Tensor(x).with_mask(Tensor(mask)), x)
    assert np.array_equal(output.mask.numpy(), mask)
    assert (output.numpy()[~mask] == 0).all()
    scores = layer(x, x, query_mask=mask, return_attention_scores=True)[1].numpy()
    assert (scores.transpose(0, 2, 1, 3)[~mask] == 0).all()


def test_one_sequence_of_several_blocks(rng):
    """Its halves, masked away from each other, are two sequences."""
    x = rng.normal(size=(1, 600, 8)).astype("float32")
    half = np.arange(600) < 300
    layer = layers.MultiHeadAttention(2, 4)
    whole = layer(x, x, attention_mask=half[:, None] == half).numpy()
    for part in (slice(0, 300), slice(300, 600)):
        own = layer(x[:, part], x[:, part]).numpy()
        np.testing.assert_allclose(whole[:, part], own, rtol=1e-4, atol=1e-5)


def test_dropout_takes_weights_away_in_training_alone(x):
    layer = layers.MultiHeadAttention(**CONFIG, dropout=0.5, seed=1)
    assert np.array_equal(layer(x, x).numpy(), layer(x, x).numpy())
    first, second = (layer(x, x, training=True).numpy() for _ in range(2))
    assert not np.allclose(first, second)
    again = layers.MultiHeadAttention(**CONFIG, dropout=0.5, seed=1)
    again.build(x.shape, x.shape)
    again.set_weights(layer.get_weights())
    assert np.array_equal(again(x, x, training=True).numpy(), first)
    # The scores that are returned are those before dropout, as in Keras.
    _, scores = layer(x, x, training=True, return_attention_scores=True)
    np.testing.assert_allclose(scores.numpy().sum(-1), 1, rtol=1e-6)


def test_group_query_attention_with_all_heads_is_multi_head_attention(x):
    assert layers.GroupQueryAttention is layers.GroupedQueryAttention
    one, other = layers.MultiHeadAttention(**CONFIG), layers.GroupQueryAttention(3, 2, 2)
    expected = one(x, x).numpy()
    other.build(x.shape, x.shape)
    other.set_weights(one.get_weights())
    assert np.array_equal(other(x, x).numpy(), expected)
    assert other.name == "grouped_query_attention"
    assert other.weights[2].path == "grouped_query_attention/key/kernel"


class Block(lamina.Layer):
    """An encoder's block."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.attend = layers.MultiHeadAttention(2, 4, dropout=0.1)
        self.normalize = layers.LayerNormalization()

    def call(self, inputs):
        return self.normalize(inputs + self.attend(inputs, inputs, use_causal_mask=True))


@pytest.mark.parametrize("kind", ["graph", "subclass"])
def test_training_and_files(kind, rng, tmp_path):
    words = rng.integers(0, 9, (64, 6))
    labels = (words[:, :1] > 4).astype("float32")
    tokens = Input((6,), dtype="int32")
    x = layers.Embedding(9, 8)(tokens)
    if kind == "graph":
        own = layers.MultiHeadAttention(2, 4)(x, x)
        x = layers.LayerNormalization()(layers.add([x, own]))
    else:
        x = Block()(x)
    output = layers.Dense(1, activation="sigmoid")(layers.Flatten()(x))
    model = Model(tokens, output)
    model.compile(lamina.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(words, labels, epochs=30, batch_size=16, verbose=0).history
    assert history["accuracy"][-1] > 0.95
    model.save(tmp_path / "attention.lamina")
    again = lamina.models.load_model(
        tmp_path / "attention.lamina", custom_objects={"Block": Block} if kind != "graph" else None
    )
    expected = model.predict(words, verbose=0)
    assert np.array_equal(again.predict(words, verbose=0), expected)


def test_a_window_wider_than_the_steps_hides_nothing(x):
    layer = layers.MultiHeadAttention(**CONFIG)
    expected = layer(x, x).numpy()
    for window in (5, 2**63 - 1):
        wide = layers.MultiHeadAttention(**CONFIG, sliding_window=window)
        wide.build(x.shape, x.shape)
        wide.set_weights(layer.get_weights())
        np.testing.assert_allclose(wide(x, x).numpy(), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "options", [{"num_heads": 2**62}, {"key_dim": 2**62}, {"value_dim": 2**62}]
)
def test_no_memory_for_so_large_an_option(x, options):
    with pytest.raises((MemoryError, ValueError)):
        layers.MultiHeadAttention(**{**CONFIG, **options})(x, x)
    with pytest.raises((MemoryError, ValueError)):
        layers.MultiHeadAttention(**{**CONFIG, **options})(Input((5, 4)), Input((5, 4)))


def test_symbolic_masks(x):
    value, mask = Input((5, 4)), Input((5, 5), dtype="bool")
    layer = layers.MultiHeadAttention(**CONFIG)
    model = Model([value, mask], layer(value, value, attention_mask=mask))
    seen = np.tril(np.ones((2, 5, 5), bool))
    predicted = model.predict([x, seen], verbose=0)
    expected = layer(x, x, use_causal_mask=True).numpy()
    np.testing.assert_allclose(predicted, expected, rtol=1e-5, atol=1e-6)


def test_an_array_as_the_mask_of_symbolic_tensors(x):
    value = Input((5, 4))
    layer = layers.MultiHeadAttention(**CONFIG)
    seen = np.tril(np.ones((5, 5), bool))
    expected = layer(x, x, use_causal_mask=True).numpy()
    for mask in (seen, seen[None], Tensor(seen)):
        model = Model(value, layer(value, value, attention_mask=mask))
        again = lamina.models.load_model(model.save_to_bytes())
        for each in (model, again):
            predicted = each.predict(x, verbose=0)
            np.testing.assert_allclose(predicted, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("causal", [False, True])
def test_gradients_of_the_operation(rng, causal):
    query, key, value = (rng.normal(size=(2, 3, heads, 2)) for heads in (4, 2, 2))
    bias, mask = rng.normal(size=(1, 3, 3)), np.tril(np.ones((3, 3), bool), 1)

    def attend(query, key, value, *bias):
        return ops.dot_product_attention(query, key, value, *bias, mask=mask, is_causal=causal)

    check_gradient(attend, query, key, value)
    check_gradient(attend, query, key, value, bias)


def test_the_operation_in_a_graph(rng):
    query, value = Input((3, 2, 4)), Input((5, 2, 4))
    model = Model([query, value], ops.dot_product_attention(query, value, value, is_causal=True))
    given = [rng.normal(size=(2, n, 2, 4)).astype("float32") for n in (3, 5)]
    again = lamina.models.load_model(model.save_to_bytes())
    expected = ops.dot_product_attention(given[0], given[1], given[1], is_causal=True).numpy()
    assert np.array_equal(again.predict(given, verbose=0), expected)


def test_integers_and_mixed_dtypes():
    query = np.zeros((1, 1, 1, 2), "int32")
    value = np.array([1, 3], "int32").reshape(1, 2, 1, 1)
    key = np.ones((1, 2, 1, 2), "int32")
    assert ops.dot_product_attention(query, key, value).item() == 2
    assert ops.dot_product_attention(query, key, value).dtype == "float32"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.MultiHeadAttention(0, 3), r"number of heads above 0, got .*=0"),
        (lambda: layers.MultiHeadAttention(2, -1), r"key_dim above 0, got key_dim=-1"),
        (lambda: layers.MultiHeadAttention(2, 3, value_dim=0), r"value_dim above 0"),
        (lambda: layers.MultiHeadAttention(2, 3, dropout=1.5), r"dropout in \[0, 1\]"),
        (lambda: layers.MultiHeadAttention(2, 3, sliding_window=0), r"sliding_window above 0"),
        (lambda: layers.MultiHeadAttention(2, 3, output_shape=(3, 0)), r"output_shape above 0"),
        (
            lambda: layers.MultiHeadAttention(2, 3, dropout=0.1, flash_attention=True),
            r"flash_attention=True and dropout=0.1",
        ),
        (lambda: layers.GroupedQueryAttention(2, 4, 3), r"a divisor of num_query_heads=4"),
        (lambda: layers.GroupedQueryAttention(2, 4, 0), r"num_key_value_heads above 0"),
        (lambda: layers.AdditiveAttention(dropout=-1), r"AdditiveAttention.*dropout in \[0, 1\]"),
    ],
)
def test_options_out_of_range(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_what_does_not_fit(x):
    layer = layers.MultiHeadAttention(**CONFIG)
    with pytest.raises(ValueError, match=r"\(2, 5, 4\), \(3, 5, 4\).*expected a query \(batch, T"):
        layer(x, np.zeros((3, 5, 4), "float32"))
    with pytest.raises(ValueError, match=r"expected a query \(batch, T, dim\)"):
        layer(x[0], x[0])
    with pytest.raises(ValueError, match=r"expected a query"):
        layer(x, x, x[:, :3])
    layer(x, x)
    with pytest.raises(ValueError, match=r"built for .* 4, 4 and 4 features, got .*\(2, 5, 3\)"):
        layer(x, x, x[..., :3])
    with pytest.raises(ValueError, match=r"attention_mask of shape \(2, 4, 5\).*\(2, 2, 5, 5\)"):
        layer(x, x, attention_mask=np.ones((2, 4, 5), bool))
    with pytest.raises(ValueError, match=r"attention_mask of shape \(5,\)"):
        layer(x, x, attention_mask=np.ones(5, bool))
    with pytest.raises(ValueError, match=r"value_mask of shape \(2, 4\) .*\(batch, steps\)"):
        layer(x, x, value_mask=np.ones((2, 4), bool))
    with pytest.raises(ValueError, match=r"at least one key"):
        layer(x, x[:, :0])
    with pytest.raises(ValueError, match=r"attention axis 2 .* between the batch"):
        layers.MultiHeadAttention(**CONFIG, attention_axes=2)(x, x)
    flash = layers.MultiHeadAttention(**CONFIG, flash_attention=True)
    with pytest.raises(ValueError, match=r"return_attention_scores=True"):
        flash(x, x, return_attention_scores=True)
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'mask'"):
        layer(x, x, mask=None)
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'value'"):
        layer(x)


def test_what_the_operation_refuses(rng):
    q = rng.normal(size=(2, 3, 4, 5))
    for key, value, message in [
        (q[0], q, r"got a query \(2, 3, 4, 5\) and a key \(3, 4, 5\)"),
        (q[..., :4], q, r"got a query"),
        (q[:, :, :3], q, r"heads a multiple of the key heads"),
        (q, q[:, :2], r"a key \(2, 3, 4, 5\) and a value \(2, 2, 4, 5\), expected a value"),
    ]:
        with pytest.raises(ValueError, match=message):
            ops.dot_product_attention(q, key, value)
    with pytest.raises(ValueError, match=r"a mask of shape \(2, 3, 3\).*here \(2, 4, 3, 3\)"):
        ops.dot_product_attention(q, q, q, mask=np.ones((2, 3, 3), bool))
    with pytest.raises(ValueError, match=r"a bias of shape \(2,\)"):
        ops.dot_product_attention(q, q, q, bias=np.ones(2))
    with pytest.raises(ValueError, match=r"attn_logits_soft_cap=2"):
        ops.dot_product_attention(q, q, q, attn_logits_soft_cap=2.0)
