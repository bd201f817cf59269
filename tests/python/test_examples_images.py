"""Examples of images: a reduced run of each learns, and what they share does what it says."""

import importlib
import re
import sys

import numpy as np
import pytest
from example_runs import EXAMPLES, data_folder, reduced, run

import lamina

MNIST = ("mnist",)
# The data of each example, and between which numbers its reduced run must come: well apart from
# what it reaches for any seed, and from what a network that learnt nothing would reach.
REACHED = {
    "adversarial": (MNIST, 0.35, 1),
    "autoencoder": (MNIST, 0, 0.036),
    "blocks": (("cifar10-subset",), 0.25, 1),
    "denoising": (MNIST, 4, 100),
    "filters": (MNIST, 0.8, 1),
    "gan": (MNIST, 0.8, 1),
    "lenet5": (MNIST, 0.8, 1),
    "out_of_distribution": (("mnist", "fashion-mnist"), 0.85, 1),
    "sensitivity": (MNIST, 0, 0.8),
    "vae": (MNIST, 0, 150),
}


@pytest.fixture
def example(monkeypatch):
    """Imports an example, or what examples share."""
    monkeypatch.syspath_prepend(EXAMPLES)
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(EXAMPLES)):
            del sys.modules[name]


@pytest.mark.parametrize("name", REACHED)
def test_reduced(name, tmp_path):
    pytest.importorskip("sklearn", reason="examples compare with what scikit-learn offers")
    if name == "filters":
        pytest.importorskip("PIL", reason="scikit-learn reads its photographs with Pillow")
    data, least, most = REACHED[name]
    said, reached = reduced(tmp_path, name, *data)
    assert least <= reached <= most, said


def test_resnet20_learns_with_and_without_skips(tmp_path):
    said, _ = reduced(tmp_path, "resnet20", "cifar10-subset")
    losses = dict(re.findall(r"^(with|without) +([\d.]+) +[\d.]+%$", said, re.MULTILINE))
    assert losses.keys() == {"with", "without"}
    # It begins with 2.7; who guesses has ln 10 = 2.3.
    assert max(map(float, losses.values())) < 2.25


def test_clothes_are_harder_than_digits(example, tmp_path):
    options = ["--clothes", "--reduced", "--data", data_folder("fashion-mnist").parent]
    said = run(tmp_path, sys.executable, EXAMPLES / "lenet5.py", *options).stdout
    found = re.search(r"^test accuracy: ([\d.]+)%", said.splitlines()[-1])
    assert 65 <= float(found[1]) <= 85


def test_attacks_stay_near_and_raise_the_loss(example):
    adversarial = example("adversarial")
    random = np.random.default_rng(0)
    x = lamina.Tensor(random.uniform(size=(8, 28, 28, 1)).astype("float32"))
    y, model = random.integers(0, 10, 8), adversarial.lenet5()
    before = adversarial.LOSS(y, model(x)).item()
    for attack in (adversarial.fgsm, adversarial.pgd):
        attacked = attack(model, x, y, 0.1)
        assert abs(attacked.numpy() - x.numpy()).max() <= 0.1 + 1e-6
        assert 0 <= attacked.numpy().min() <= attacked.numpy().max() <= 1
        assert adversarial.LOSS(y, model(attacked)).item() > before + 0.1
        np.testing.assert_array_equal(attack(model, x, y, 0).numpy(), x.numpy())


def test_what_a_variational_autoencoder_leaves_unsaid(example):
    vae = example("vae")
    random = np.random.default_rng(0)
    x, logits = random.uniform(size=(2, 3, 4, 5, 1)).astype("float32")
    p = 1 / (1 + np.exp(-logits.astype("float64")))
    expected = -(x * np.log(p) + (1 - x) * np.log(1 - p)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(vae.unsaid(lamina.Tensor(x), lamina.Tensor(logits)), expected, 1e-5)
    layer = vae.Sampling()
    layer(np.float32([[2, 0, 0, 0], [0, 0, 0, 0]]))  # N(2, 1) is 2 nats from N(0, 1)
    assert float(layer.losses[0]) == pytest.approx(1)


def test_a_gan_trains_both_of_its_networks(example):
    gan = example("gan")
    model = gan.Gan()
    model.compile(0.001)
    x = np.random.default_rng(0).uniform(size=(8, 28, 28, 1)).astype("float32")
    before = [weight.numpy() for weight in model.trainable_weights]
    history = model.fit(x, np.arange(8), batch_size=4, verbose=0).history
    assert list(history) == ["discriminator", "generator"]
    changed = [(w.numpy() != b).any() for w, b in zip(model.trainable_weights, before, strict=True)]
    assert changed == [True] * len(before)


def test_erased_are_pixels_of_strokes_that_a_map_puts_first(example):
    sensitivity = example("sensitivity")
    image = np.zeros((1, 28, 28, 1), "float32")
    image[0, :10, :10] = 1
    heat = np.arange(784.0).reshape(1, 28, 28, 1)
    left = sensitivity.erased(image, heat)[0, :10, :10, 0]
    assert left.tolist() == [[1.0] * 10] * 6 + [[0.0] * 10] * 4  # 40 of 100


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_gray_images_as_loaded(name, example, monkeypatch):
    folder = data_folder(name.replace("_", "-"))
    monkeypatch.setenv("LAMINA_DATA", str(folder.parent))
    (x, y), (x_test, y_test) = example("common.images").load_gray(
        getattr(lamina.datasets, name), 50, 5000
    )
    assert (x.shape, x.dtype, y.shape) == ((50, 28, 28, 1), "float32", (50,))
    assert (x_test.shape, y_test.shape) == ((5000, 28, 28, 1), (5000,))
    assert (x_test.min(), x_test.max()) == (0, 1)


def test_cifar10_as_loaded(example, monkeypatch):
    # Means and counts are those of the data's SOURCE.md.
    monkeypatch.setenv("LAMINA_DATA", str(data_folder("cifar10-subset").parent))
    (x, y), (x_test, y_test) = example("common.images").load_cifar10()
    assert x.shape == (8000, 32, 32, 3)
    assert x_test.shape == (2000, 32, 32, 3)
    assert np.bincount(y).tolist() == [800] * 10
    assert np.bincount(y_test).tolist() == [200] * 10
    assert (x.mean(axis=(0, 1, 2)) / 255).round(4).tolist() == [0.4920, 0.4814, 0.4451]


def test_cifar10_of_one_pixel(example):
    images = example("common.images")
    record = bytearray(3073)
    record[0] = 7
    record[1 + 33] = 10  # red, green and blue of row 1, column 1
    record[1 + 1024 + 33] = 20
    record[1 + 2048 + 33] = 30
    x, y = images.parse_cifar10(bytes(record))
    assert y.tolist() == [7]
    assert x[0, 1, 1].tolist() == [10, 20, 30]
    assert x.sum() == 60
    with pytest.raises(ValueError, match="3072 bytes are no records of 3073"):
        images.parse_cifar10(bytes(record[1:]))


def test_without_the_subset_cifar10_is_the_beginning_of_all(example, monkeypatch, tmp_path):
    monkeypatch.setenv("LAMINA_DATA", str(tmp_path))
    parts = [(np.zeros((n, 32, 32, 3), "uint8"), np.arange(n)[:, None]) for n in (9, 6)]
    monkeypatch.setattr(lamina.datasets.cifar10, "load_data", lambda: parts)
    (x, y), (x_test, y_test) = example("common.images").load_cifar10(4, 3)
    assert (len(x), y.tolist(), len(x_test), y_test.tolist()) == (4, [0, 1, 2, 3], 3, [0, 1, 2])


def test_rows_are_drawn(example, tmp_path):
    pytest.importorskip("matplotlib")
    rows = {"three": np.zeros((3, 8, 8, 1)), "two": np.ones((2, 8, 8))}
    path = tmp_path / "rows.png"
    example("common.images").save_rows(rows, path, ["a", "b", "c"], notes={"two": ["x", 5]})
    assert path.read_bytes()[:4] == b"\x89PNG"
