"""Lookups and text vectorization: Keras's documented examples, and rows worked by hand."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import lamina
from lamina import Input, Model, Sequential, Tensor, layers
from lamina.layers import CategoryEncoding, IntegerLookup, StringLookup, TextVectorization

VOCABULARY = ["a", "b", "c", "d"]
DATA = [["a", "c", "d", "d"], ["d", "z", "b", "z"]]


def test_lookup_of_given_strings():
    layer = StringLookup(vocabulary=VOCABULARY)
    result = layer([["a", "c", "d"], ["d", "z", "b"]])
    assert result.dtype == "int64"
    assert_array_equal(result.numpy(), [[1, 3, 4], [4, 0, 2]])
    assert layer.get_vocabulary() == ["[UNK]", *VOCABULARY]
    assert layer.get_vocabulary(include_special_tokens=False) == VOCABULARY
    assert layer.vocabulary_size() == 5
    assert layer("c").shape == ()


def test_adapted_terms_stand_by_frequency_then_from_the_greatest():
    layer = StringLookup()
    layer.adapt([["a", "c", "d"], ["d", "z", "b"]])
    assert layer.get_vocabulary() == ["[UNK]", "d", "z", "c", "b", "a"]
    capped = StringLookup(max_tokens=3)
    capped.adapt(iter([["b", "a"], ["a", "[UNK]", "[UNK]"]]))  # batches
    assert capped.get_vocabulary() == ["[UNK]", "a", "b"]
    capped.adapt((["x"] for _ in range(10**9)), steps=2)  # and again, from what has no end
    assert capped.get_vocabulary() == ["[UNK]", "x"]


def test_the_kinds_of_strings():
    layer = StringLookup(vocabulary=["é", "b"])
    for given in (["é", "b"], ("é", "b"), np.array(["é", "b"]), np.array(["é", "b"], object)):
        assert_array_equal(layer(given).numpy(), [1, 2])
    assert_array_equal(layer([b"\xc3\xa9", b"b"]).numpy(), [1, 2])
    assert_array_equal(layer(np.array([b"\xc3\xa9", b"b"])).numpy(), [1, 2])
    latin = StringLookup(vocabulary=["é"], encoding="latin-1")
    assert_array_equal(latin([b"\xe9"]).numpy(), [1])
    assert layer([]).shape == (0,)
    assert layer([[], []]).shape == (2, 0)
    with pytest.raises(UnicodeDecodeError):
        layer([b"\xe9"])
    for wrong in ([["a"], ["a", "b"]], [["a"], "b"], ["b", ["a"]]):
        with pytest.raises(ValueError, match="one length"):
            layer(wrong)
    for wrong in ([1, 2], np.array([1, 2]), [None], None):
        with pytest.raises(TypeError, match="must be strings"):
            layer(wrong)


def test_masks_and_unknown_strings():
    layer = StringLookup(vocabulary=VOCABULARY, mask_token="")
    assert_array_equal(layer(["", "a", "x"]).numpy(), [0, 2, 1])
    assert layer.get_vocabulary() == ["", "[UNK]", *VOCABULARY]
    counted = StringLookup(vocabulary=VOCABULARY, mask_token="", output_mode="count")
    assert_array_equal(counted([["", "a", "x"]]).numpy(), [[1, 1, 0, 0, 0]])
    strict = StringLookup(vocabulary=VOCABULARY, num_oov_indices=0)
    assert_array_equal(strict(["a"]).numpy(), [0])
    with pytest.raises(ValueError, match="got 'x', which its vocabulary lacks"):
        strict(["x"])


def test_unknown_strings_are_spread_by_the_hashes_of_keras():
    # Keras's documented example.
    layer = StringLookup(vocabulary=VOCABULARY, num_oov_indices=2)
    assert_array_equal(layer([["a", "c", "d"], ["m", "z", "b"]]).numpy(), [[2, 4, 5], [0, 1, 3]])
    # TensorFlow's documented results of to_hash_bucket_fast and to_hash_bucket_strong.
    layer = StringLookup(vocabulary=["a"], num_oov_indices=3)
    assert_array_equal(layer(["Hello", "TensorFlow", "2.x"]).numpy(), [0, 2, 2])
    salted = StringLookup(vocabulary=["a"], num_oov_indices=3, salt=[1, 2])
    assert_array_equal(salted(["Hello", "TF"]).numpy(), [2, 0])


def test_rows_of_keras_documentation():
    def rows(mode, data, **more):
        return StringLookup(vocabulary=VOCABULARY, output_mode=mode, **more)(data).numpy()

    one_hot = rows("one_hot", ["a", "b", "c", "d", "z"])
    assert_array_equal(one_hot, np.eye(5)[[1, 2, 3, 4, 0]])
    assert one_hot.dtype == "float32"
    assert_array_equal(rows("multi_hot", DATA), [[0, 1, 0, 1, 1], [1, 0, 1, 0, 1]])
    assert_array_equal(rows("count", DATA), [[0, 1, 0, 1, 2], [2, 0, 1, 0, 1]])
    weights = [0.25, 0.75, 0.6, 0.4]
    weighed = rows("tf_idf", DATA, idf_weights=weights)
    assert_allclose(weighed, [[0, 0.25, 0, 0.6, 0.8], [1.0, 0, 0.75, 0, 0.4]], rtol=1e-6)
    layer = StringLookup(output_mode="tf_idf")
    layer.set_vocabulary(["[UNK]", *VOCABULARY], idf_weights=[0.9, *weights])
    assert_allclose(layer(DATA).numpy()[1], [1.8, 0, 0.75, 0, 0.4], rtol=1e-6)
    padded = rows("count", DATA, max_tokens=7, pad_to_max_tokens=True)
    assert_array_equal(padded[0], [0, 1, 0, 1, 2, 0, 0])


def test_adapted_weights():
    layer = StringLookup(output_mode="tf_idf")
    layer.adapt(DATA)
    assert layer.get_vocabulary() == ["[UNK]", "d", "z", "c", "b", "a"]
    # log(1 + documents / (1 + documents with the term)); d is in both.
    d, other = np.log(1 + 2 / 3), np.log(1 + 2 / 2)
    unknown = (d + 4 * other) / 5
    expected = [[0, 2 * d, 0, other, 0, other], [0, d, 2 * other, 0, other, 0]]
    assert_allclose(layer(DATA).numpy(), expected, rtol=1e-6)
    assert_allclose(layer([["?"]]).numpy()[0, 0], unknown, rtol=1e-6)


def test_inverse_lookup():
    layer = StringLookup(vocabulary=VOCABULARY, invert=True)
    result = layer([[1, 3, 4], [4, 0, 2]])
    assert result.tolist() == [["a", "c", "d"], ["d", "[UNK]", "b"]]
    assert layer(Tensor([9, -1], dtype="int64")).tolist() == ["[UNK]", "[UNK]"]
    with pytest.raises(TypeError, match="whole numbers"):
        layer([0.5])
    with pytest.raises(TypeError, match="takes strings, got a tensor"):
        layers.StringLookup(vocabulary=["a"])._core.inverted([1])


def test_vocabulary_files(tmp_path):
    path = tmp_path / "words.txt"
    path.write_bytes("earth\nwind\r\nfürs\n".encode())
    layer = StringLookup(vocabulary=path)
    assert layer.get_vocabulary() == ["[UNK]", "earth", "wind", "fürs"]
    layer.set_vocabulary(str(path))
    assert_array_equal(TextVectorization(vocabulary=str(path))(["fürs wind"]).numpy(), [[4, 3]])
    path.write_text("12\n36\n")
    assert_array_equal(IntegerLookup(vocabulary=path)([36, 5]).numpy(), [2, 0])
    with pytest.raises(OSError, match="cannot open"):
        StringLookup(vocabulary=tmp_path / "none.txt")
    with pytest.raises(ValueError, match="from a file"):
        StringLookup(vocabulary=path, output_mode="tf_idf")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vocabulary": ["a", "a"]}, "'a' twice"),
        ({"vocabulary": []}, "empty"),
        ({"vocabulary": ["a", "b"], "max_tokens": 2}, "max_tokens=2"),
        ({"max_tokens": 1}, "max_tokens"),
        ({"num_oov_indices": -1}, "num_oov_indices"),
        ({"vocabulary": ["a", "", "b"], "mask_token": ""}, "mask_token"),
        ({"output_mode": "hot"}, "output_mode"),
        ({"invert": True, "output_mode": "count"}, "invert"),
        ({"pad_to_max_tokens": True}, "max_tokens"),
        ({"vocabulary": ["a"], "idf_weights": [1.0]}, "tf_idf"),
        ({"vocabulary": ["a"], "output_mode": "tf_idf"}, "idf_weights"),
        ({"vocabulary": ["a"], "output_mode": "tf_idf", "idf_weights": [1, 2]}, "2 idf_weights"),
        ({"sparse": True, "output_mode": "count"}, "sparse"),
    ],
)
def test_lookups_refuse(options, message):
    with pytest.raises(ValueError, match=message):
        StringLookup(**options)


def test_a_layer_that_knows_nothing_says_so():
    for layer in (StringLookup(), TextVectorization()):
        with pytest.raises(RuntimeError, match="call adapt"):
            layer(["a"])
        with pytest.raises(ValueError, match="no terms"):
            layer.adapt([])
    with pytest.raises(RuntimeError, match="call adapt"):
        IntegerLookup()([1])
    with pytest.raises(ValueError, match="made with a vocabulary"):
        StringLookup(vocabulary=["a"]).adapt(["b"])


def test_vectorization_of_keras_documentation():
    layer = TextVectorization(max_tokens=5000, output_sequence_length=4)
    layer.adapt(["foo bar", "bar baz", "baz bada boom"])
    assert_array_equal(layer([["foo qux bar"], ["qux baz"]]).numpy(), [[4, 1, 3, 0], [1, 2, 0, 0]])
    layer = TextVectorization(vocabulary=["earth", "wind", "and", "fire"])
    assert layer.get_vocabulary() == ["", "[UNK]", "earth", "wind", "and", "fire"]
    assert_array_equal(layer("Wind, and... WATER").numpy(), [3, 4, 1])


def test_standardize():
    text = ["It's «ÄÖÜ» — ΣΊΣΥΦΟΣ Ёлка ẞ, (a_b) #1\t!"]
    expected = {
        None: text[0],
        "lower": "it's «äöü» — σίσυφοσ ёлка ß, (a_b) #1\t!",
        "strip_punctuation": "Its «ÄÖÜ» — ΣΊΣΥΦΟΣ Ёлка ẞ ab 1\t",
        "lower_and_strip_punctuation": "its «äöü» — σίσυφοσ ёлка ß ab 1\t",
    }
    for how, result in expected.items():
        layer = TextVectorization(standardize=how, split=None)
        assert layer._core.standardized(text).tolist() == [result]


def test_small_letters_are_those_of_python_where_one_character_gives_one():
    known = [chr(c) for c in range(0x3000) if len(chr(c).lower()) == 1]  # newer letters lie beyond
    got = TextVectorization(standardize="lower")._core.standardized(known).tolist()
    assert got == [character.lower() for character in known]


def test_split():
    words = TextVectorization(vocabulary=["a", "b"])
    assert_array_equal(words(["", "  a \n\tb a "]).numpy(), [[0, 0, 0], [2, 3, 2]])
    letters = TextVectorization(split="character", standardize="lower")
    letters.adapt(["Añ ñ🙂"])
    assert letters.get_vocabulary() == ["", "[UNK]", "ñ", "🙂", "a", " "]
    assert_array_equal(letters(["🙂a", "ñ"]).numpy(), [[3, 4], [2, 0]])
    tokens = TextVectorization(split=None, vocabulary=["a", "b c"])
    assert_array_equal(tokens([["b c", "a"]]).numpy(), [[3, 2]])
    assert_array_equal(tokens(["b c", "a", "x"]).numpy(), [3, 2, 1])
    with pytest.raises(ValueError, match=r"shape \(n,\) or"):
        words([["a", "b"]])


def test_ngrams():
    layer = TextVectorization(ngrams=2, vocabulary=["a", "b", "a b", "b a"])
    # Those of one token first, then those of two.
    assert_array_equal(layer(["a b a", "b"]).numpy(), [[2, 3, 2, 4, 5], [3, 0, 0, 0, 0]])
    pairs = TextVectorization(ngrams=(2,), output_mode="count")
    pairs.adapt(["x y z", "y z"])
    assert pairs.get_vocabulary() == ["[UNK]", "y z", "x y"]
    assert_array_equal(pairs(["y z y z"]).numpy(), [[1, 2, 0]])
    assert layer.get_config()["ngrams"] == (1, 2)


def test_rows_of_texts():
    texts = ["a b a", "", "c"]
    rows = {
        "multi_hot": [[0, 1, 1], [0, 0, 0], [1, 0, 0]],
        "count": [[0, 2, 1], [0, 0, 0], [1, 0, 0]],
        "tf_idf": [[0, 1, 3], [0, 0, 0], [1.75, 0, 0]],
    }
    for mode, expected in rows.items():
        weights = [0.5, 3] if mode == "tf_idf" else None
        layer = TextVectorization(output_mode=mode, vocabulary=["a", "b"], idf_weights=weights)
        assert_array_equal(layer(texts).numpy(), expected, mode)
    letters = TextVectorization(split="character", output_mode="one_hot", vocabulary=["a", "b"])
    result = letters(["ab", "b"]).numpy()
    assert_array_equal(result, [np.eye(3)[[1, 2]], [[0, 0, 1], [0, 0, 0]]])


def test_functions_of_python():
    seen = []

    def clean(texts):
        seen.append(texts)
        return np.char.replace(texts, "-", " ")

    layer = TextVectorization(standardize=clean)
    layer.adapt([b"a-b", b"b"])
    assert layer.get_vocabulary() == ["", "[UNK]", "b", "a"]
    assert_array_equal(layer(["a-b", "c"]).numpy(), [[3, 2], [1, 0]])
    assert all(array.dtype.kind == "U" for array in seen)
    commas = TextVectorization(
        standardize="lower", split=lambda texts: [text.split(",") for text in texts]
    )
    commas.adapt(["A,b c", "B c"])
    assert commas.get_vocabulary() == ["", "[UNK]", "b c", "a"]
    assert_array_equal(commas(["a,x,b c", "B C"]).numpy(), [[3, 1, 2], [2, 0, 0]])
    with pytest.raises(TypeError, match="list of lists"):
        TextVectorization(split=lambda texts: "a", vocabulary=["a"])(["a"])
    with pytest.raises(ValueError, match="standardize"):
        TextVectorization(standardize="upper")


@lamina.saving.register_serializable("test_text")
def without_dots(texts):
    return np.char.replace(texts, ".", "")


def test_layers_are_made_again_from_their_configuration():
    text = TextVectorization(standardize=without_dots, output_mode="tf_idf")
    text.adapt(["a.a", "b a"])
    strings = StringLookup(mask_token="", num_oov_indices=2)
    strings.adapt(["q", "r"])
    padded = {"max_tokens": 9, "pad_to_max_tokens": True}
    numbers = IntegerLookup(output_mode="tf_idf", mask_token=7, **padded)
    numbers.adapt([[5, 7], [5, 6]])
    for layer, data in ((text, ["a.a ?"]), (strings, ["r", "", "k"]), (numbers, [[6, 5, 7, 1]])):
        copy = type(layer).from_config(layer.get_config())
        assert copy.get_config() == layer.get_config()
        assert copy.get_vocabulary() == layer.get_vocabulary()
        assert_array_equal(copy(data).numpy(), layer(data).numpy())


def test_vocabularies_travel_in_model_files():
    numbers = IntegerLookup(vocabulary=[10, 20])
    model = Sequential([Input((2,), dtype="int64"), numbers, layers.Embedding(3, 2)])
    copy = lamina.saving.load_model(model.save_to_bytes())
    assert copy.layers[0].get_vocabulary() == [-1, 10, 20]
    data = np.array([[20, 10], [99, 20]])
    assert_array_equal(copy.predict(data, verbose=0), model.predict(data, verbose=0))
    text = TextVectorization(standardize=without_dots)
    text.adapt(["a b.", "b"])
    whole = Sequential([Input((1,)), text, layers.Embedding(4, 2)])
    kept = lamina.saving.load_model(whole.save_to_bytes()).layers[0]
    assert_array_equal(kept(["a. b c"]).numpy(), [[3, 2, 1]])


def test_a_model_says_that_strings_come_first_to_the_layer():
    text = TextVectorization(vocabulary=["a"])
    model = Sequential([text, layers.Embedding(3, 2)])
    with pytest.raises(TypeError, match="call it on the data first"):
        model.predict(np.array([[1.0]]), verbose=0)
    for strings in (np.array(["a b"]), np.array(["a b"], object), np.array([b"a"])):
        with pytest.raises(TypeError, match="TextVectorization"):
            model.predict(strings, verbose=0)
    x = Input((1,))
    assert text(x).shape == (None, None)
    assert text(x).dtype == "int64"
    assert StringLookup(vocabulary=["a"], output_mode="count")(x).shape == (None, 2)


def test_integer_lookup():
    layer = IntegerLookup(vocabulary=[12, 36, 1138, 42])
    assert_array_equal(layer([[12, 1138, 42], [42, 1000, 36]]).numpy(), [[1, 3, 4], [4, 0, 2]])
    back = IntegerLookup(vocabulary=layer.get_vocabulary(), invert=True)
    assert_array_equal(back([[1, 3, 4], [4, 0, 9]]).numpy(), [[12, 1138, 42], [42, -1, -1]])
    large = IntegerLookup(vocabulary=[2**62 + 1])
    assert_array_equal(large([2**62, 2**62 + 1]).numpy(), [0, 1])
    spread = IntegerLookup(vocabulary=[5], num_oov_indices=3, mask_token=0)
    assert_array_equal(spread([0, 5, 7, -1]).numpy(), [0, 4, 2, 3])
    strict = IntegerLookup(vocabulary=[5], num_oov_indices=0)
    with pytest.raises(ValueError, match="got 6, which its vocabulary of 1 lacks"):
        strict([5, 6])
    adapted = IntegerLookup(mask_token=0)
    adapted.adapt(Tensor([[3, 3, 9], [9, 8, 0]], dtype="int64"))
    assert adapted.get_vocabulary() == [0, -1, 9, 3, 8]
    with pytest.raises(TypeError, match="whole numbers"):
        adapted.adapt([0.5])


def test_unknown_numbers_are_spread_by_a_hash_of_their_digits():
    numbers = IntegerLookup(vocabulary=[5], num_oov_indices=7, oov_method="farmhash")
    strings = StringLookup(vocabulary=["5"], num_oov_indices=7)
    given = np.arange(-40, 40)
    assert_array_equal(numbers(given).numpy(), strings(given.astype(str)).numpy())
    with pytest.raises(ValueError, match="farmhash"):
        IntegerLookup(salt=1)


def test_integer_lookup_in_a_graph_and_on_a_device(guarded):
    with lamina.device(guarded):
        x = Input((3,), dtype="int64")
        lookup = IntegerLookup(vocabulary=[10, 20], output_mode="count")
        found = IntegerLookup(vocabulary=[10, 20], mask_token=0)(x)
        assert found.dtype == "int64"
        rows = layers.Embedding(4, 2, mask_zero=True)(found)
        model = Model(x, [lookup(x), rows])
        given = np.array([[10, 20, 10], [0, 7, 20]])
        counts, _ = model.predict(given, verbose=0)
    assert_array_equal(counts, [[0, 2, 1], [2, 0, 1]])
    with pytest.raises(RuntimeError, match="rows of 3"):
        lookup.set_vocabulary([1, 2, 3])


def test_category_encoding_of_keras_documentation():
    one_hot = CategoryEncoding(4, output_mode="one_hot")
    assert_array_equal(one_hot([3, 2, 0, 1]).numpy(), np.eye(4)[[3, 2, 0, 1]])
    assert one_hot([[3], [1]]).shape == (2, 4)
    assert one_hot([[0, 1], [3, 3]]).shape == (2, 2, 4)
    data = [[0, 1], [0, 0], [1, 2], [3, 1]]
    expected = [[1, 1, 0, 0], [1, 0, 0, 0], [0, 1, 1, 0], [0, 1, 0, 1]]
    assert_array_equal(CategoryEncoding(4)(data).numpy(), expected)
    count = CategoryEncoding(4, output_mode="count")
    weights = np.array([[0.1, 0.2], [0.1, 0.1], [0.2, 0.3], [0.4, 0.2]], "float32")
    expected = [[0.1, 0.2, 0, 0], [0.2, 0, 0, 0], [0, 0.2, 0.3, 0], [0, 0.2, 0, 0.4]]
    assert_allclose(count(data, count_weights=weights).numpy(), expected, rtol=1e-6)
    # Run with Keras 3.
    assert_array_equal(CategoryEncoding(4)([7, -1, 2]).numpy(), [0, 0, 1, 0])
    assert one_hot(3).shape == (1, 4)
    assert count(3).shape == (4,)
    for wrong in ({"num_tokens": 0}, {"num_tokens": 2, "output_mode": "int"}, {}):
        with pytest.raises(ValueError, match=r"num_tokens|output_mode"):
            CategoryEncoding(**wrong)
    with pytest.raises(ValueError, match="count_weights"):
        CategoryEncoding(4)(data, count_weights=weights)
    x = Input((5,), dtype="int32")
    assert CategoryEncoding(4)(x).shape == (None, 4)
