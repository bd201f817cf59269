"""Figures show the numbers that they should, and belong to nobody but the caller."""

import subprocess
import sys

import numpy as np
import pytest

import lamina
from lamina import layers, plotting

matplotlib = pytest.importorskip("matplotlib", reason="plotting needs it")
matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def _draws_and_is_in_no_window(request):
    yield
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or pyplot.get_fignums() == []


def drawn(figure):
    """The axes of a figure that can be written."""
    assert isinstance(figure, matplotlib.figure.Figure)
    figure.canvas.draw()
    return figure.axes


def lines(axes):
    return [np.asarray(line.get_xydata()) for line in axes.get_lines()]


def texts(axes):
    return [text.get_text() for text in axes.texts]


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.fixture
def images():
    inputs = layers.Input((6, 6, 3))
    hidden = layers.Conv2D(4, 3, activation="relu", name="conv")(inputs)
    outputs = layers.Dense(2, activation="softmax")(layers.Flatten()(hidden))
    return lamina.Model(inputs, outputs)


def test_history():
    courses = {"loss": [3.0, 2.0], "val_loss": [4.0, 3.5], "accuracy": [0.5, 0.6]}
    loss, accuracy = drawn(plotting.history(courses))
    assert [line.tolist() for line in lines(loss)] == [[[1, 3], [2, 2]], [[1, 4], [2, 3.5]]]
    assert legend(loss) == ["training", "validation"]
    assert accuracy.get_ylabel() == "accuracy"
    assert len(drawn(plotting.history(courses, metrics=["accuracy"]))) == 1
    model = lamina.Sequential([layers.Input((1,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    run = model.fit(np.ones((4, 1)), np.ones(4), epochs=3, initial_epoch=1, verbose=0)
    (axes,) = drawn(plotting.history(run))
    assert lines(axes)[0][:, 0].tolist() == [2, 3]
    with pytest.raises(ValueError, match="no 'mae'; it has loss, val_loss, accuracy"):
        plotting.history(courses, metrics=["mae"])
    with pytest.raises(ValueError, match="no epoch ran"):
        plotting.history({})


def test_learning_rates():
    model = lamina.Sequential([layers.Input((1,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.linspace(0, 1, 32)[:, None]
    found = lamina.optimizers.find_learning_rate(model, x, x, steps=20)
    (axes,) = drawn(plotting.learning_rates(found))
    assert len(lines(axes)[0]) == len(found.learning_rates)


def test_confusion_matrix():
    (axes,) = drawn(plotting.confusion_matrix([0, 0, 1, 1, 1], [0, 1, 1, 1, 0]))
    assert texts(axes) == ["1", "1", "1", "2"]
    (axes,) = drawn(plotting.confusion_matrix(["a", "b", "b"], ["a", "a", "b"], normalize=True))
    assert texts(axes) == ["1.00", "0.00", "0.50", "0.50"]
    one_hot = np.eye(3)[[0, 1, 1]]
    (axes,) = drawn(plotting.confusion_matrix(one_hot, one_hot, classes=["x", "y", "z"]))
    assert texts(axes) == ["1", "0", "0", "0", "2", "0", "0", "0", "0"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["x", "y", "z"]
    (axes,) = drawn(plotting.confusion_matrix([0, 1], [[0.2], [0.7]]))  # of a sigmoid
    assert texts(axes) == ["1", "0", "0", "1"]
    with pytest.raises(ValueError, match="y_true has 2 samples, y_pred 1"):
        plotting.confusion_matrix([0, 1], [0])
    with pytest.raises(ValueError, match="a class 2, but 2 names"):
        plotting.confusion_matrix([0, 2], [0, 1], classes=["a", "b"])


def test_roc_by_hand():
    # Scores 0.9 (1), 0.8 (0), 0.7 (1), 0.1 (0): up, right, up, right; area 0.75.
    (axes,) = drawn(plotting.roc_curve([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]))
    assert lines(axes)[0].tolist() == [[0, 0], [0, 0.5], [0.5, 0.5], [0.5, 1], [1, 1]]
    assert legend(axes) == ["area 0.750"]
    (axes,) = drawn(plotting.roc_curve([1, 0], [0.5, 0.5]))  # equal scores: one step
    assert lines(axes)[0].tolist() == [[0, 0], [1, 1]]


def test_precision_and_recall_by_hand():
    (axes,) = drawn(plotting.precision_recall_curve([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]))
    found = lines(axes)[0]
    np.testing.assert_allclose(found[:, 0], [0, 0.5, 0.5, 1, 1])
    np.testing.assert_allclose(found[:, 1], [1, 1, 0.5, 2 / 3, 0.5])
    assert legend(axes) == ["average 0.833"]


def test_curves_are_scikit_learn_s(rng):
    metrics = pytest.importorskip("sklearn.metrics")
    y = rng.integers(0, 3, 50)
    scores = rng.normal(size=(50, 3)).round(1) + np.eye(3)[y]
    (axes,) = drawn(plotting.roc_curve(y, scores, classes="abc"))
    areas = [metrics.roc_auc_score(y == i, scores[:, i]) for i in range(3)]
    assert legend(axes) == [f"{n}: area {a:.3f}" for n, a in zip("abc", areas, strict=True)]
    (axes,) = drawn(plotting.precision_recall_curve(y, scores))
    means = [metrics.average_precision_score(y == i, scores[:, i]) for i in range(3)]
    assert legend(axes) == [f"{i}: average {means[i]:.3f}" for i in range(3)]


def test_calibration():
    probability = np.array([[0.1], [0.1], [0.1], [0.1], [0.8], [0.8]])
    upper, _ = drawn(plotting.calibration([0, 0, 0, 1, 1, 0], probability))
    np.testing.assert_allclose(lines(upper)[0], [[0.1, 0.25], [0.8, 0.5]])
    upper, _ = drawn(plotting.calibration([0, 1, 1], [[0.6, 0.4], [0.3, 0.7], [0.2, 0.8]]))
    assert len(lines(upper)) == 2
    with pytest.raises(ValueError, match="apply a sigmoid or softmax"):
        plotting.calibration([0, 1], [-1.0, 3.0])
    with pytest.raises(ValueError, match="has 3 classes; with one score"):
        plotting.calibration([0, 1, 2], [0.1, 0.2, 0.3])


def test_feature_maps(images, rng):
    image = rng.normal(size=(6, 6, 3))
    maps = images.get_layer("conv")(image[None].astype("float32")).numpy()[0]
    for layer in ("conv", 1, images.get_layer("conv")):
        axes = drawn(plotting.feature_maps(images, image, layer))
        assert len(axes) == 4
        shown = axes[2].get_images()[0].get_array()
        np.testing.assert_allclose(shown, maps[..., 2], atol=1e-6)
    with pytest.raises(ValueError, match="expected maps"):
        plotting.feature_maps(images, image, "dense")
    with pytest.raises(ValueError, match="one sample"):
        plotting.feature_maps(images, np.zeros((2, 6, 6, 3)), "conv")


def test_filters(images):
    assert len([a for a in drawn(plotting.filters(images.get_layer("conv"))) if a.images]) == 4
    deeper = layers.Conv2D(3, 2)
    deeper.build((None, 6, 6, 4))
    axes = drawn(plotting.filters(deeper, count=5))
    kernel = deeper.kernel.numpy()
    shown = axes[1].get_images()[0].get_array()
    np.testing.assert_array_equal(shown, kernel[:, :, 1, 0])
    with pytest.raises(ValueError, match="is it built"):
        plotting.filters(layers.Conv2D(3, 2))


def test_saliency(rng):
    # Of a linear model it is the size of its weights.
    model = lamina.Sequential([layers.Input((4, 4, 1)), layers.Flatten(), layers.Dense(2)])
    image = rng.normal(size=(4, 4, 1))
    _, right = drawn(plotting.saliency(model, image, output=1))
    expected = np.abs(model.get_weights()[0][:, 1]).reshape(4, 4)
    np.testing.assert_allclose(right.get_images()[0].get_array(), expected, rtol=1e-5)
    largest = int(model.predict(image[None], verbose=0).argmax())
    _, right = drawn(plotting.saliency(model, image))
    assert right.get_title() == f"gradient of output {largest}"
    with pytest.raises(ValueError, match="has 2 outputs, got output=2"):
        plotting.saliency(model, image, output=2)


def test_saliency_of_colours(images, rng):
    before = images.get_weights()
    left, right = drawn(plotting.saliency(images, rng.normal(size=(1, 6, 6, 3))))
    assert left.get_images()[0].get_array().shape == (6, 6, 3)
    assert right.get_images()[0].get_array().shape == (6, 6)
    assert all((a == b).all() for a, b in zip(before, images.get_weights(), strict=True))


def test_embeddings(rng):
    vectors = 1 + np.outer(np.arange(5.0), [3.0, 4.0, 0.0])
    (axes,) = drawn(plotting.embeddings(vectors, labels=[0, 0, 1, 1, 1], names="abcde"))
    points = np.concatenate([part.get_offsets() for part in axes.collections])
    # All lie on a line, 5 apart.
    np.testing.assert_allclose(np.abs(np.diff(points[:, 0])), 5)
    np.testing.assert_allclose(points[:, 1], 0, atol=1e-9)
    assert axes.get_xlabel() == "component 1 (100%)"
    assert texts(axes) == list("abcde")
    layer = layers.Embedding(7, 3)
    layer.build((None,))
    (axes,) = drawn(plotting.embeddings(layer))
    assert len(axes.collections[0].get_offsets()) == 7
    with pytest.raises(ValueError, match="rows of two or more"):
        plotting.embeddings([1.0, 2.0])


def test_weight_histograms(images):
    axes = drawn(plotting.weight_histograms(images, bins=7))
    assert [one.get_title() for one in axes][:2] == ["conv/kernel", "conv/bias"]
    assert sum(patch.get_height() for patch in axes[0].patches) == 3 * 3 * 3 * 4
    with pytest.raises(ValueError, match="has no weights"):
        plotting.weight_histograms(layers.Dense(1))


def test_without_matplotlib_the_error_says_what_to_install():
    program = """
import sys
sys.modules["matplotlib"] = None
import lamina
try:
    lamina.plotting.history({"loss": [1.0]})
except ImportError as error:
    assert "pip install matplotlib" in str(error), error
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", program], check=True)
