"""Old names, layers by Keras's names that Python composes, and what is said of unknown names."""

import subprocess
import sys
import types

import numpy as np
import pytest

import lamina
from lamina import _suggestions, layers, losses, optimizers


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Convolution1D", "Conv1D"),
        ("Convolution2D", "Conv2D"),
        ("Convolution3D", "Conv3D"),
        ("Convolution1DTranspose", "Conv1DTranspose"),
        ("Convolution2DTranspose", "Conv2DTranspose"),
        ("Convolution3DTranspose", "Conv3DTranspose"),
        ("SeparableConvolution1D", "SeparableConv1D"),
        ("SeparableConvolution2D", "SeparableConv2D"),
        ("MaxPool2D", "MaxPooling2D"),
        ("AvgPool1D", "AveragePooling1D"),
        ("GlobalAvgPool2D", "GlobalAveragePooling2D"),
    ],
)
def test_old_names_of_layers(old, new):
    assert getattr(layers, old) is getattr(layers, new)


@pytest.mark.parametrize("padding", ["SAME", "Same", "same"])
def test_padding_in_any_case(padding):
    assert layers.Conv2D(1, 3, padding=padding)(np.zeros((1, 4, 4, 1))).shape == (1, 4, 4, 1)
    assert layers.MaxPooling2D(2, padding=padding)(np.zeros((1, 5, 5, 1))).shape == (1, 3, 3, 1)


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "RMSprop"])
def test_old_arguments_of_optimizers_are_refused_by_the_new_name(optimizer):
    with pytest.raises(ValueError, match="takes no lr: it is called learning_rate"):
        getattr(optimizers, optimizer)(lr=0.1)
    with pytest.raises(ValueError, match="takes no decay: give"):
        getattr(optimizers, optimizer)(0.1, decay=1e-6)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lamina.layers.Dnese", "did you mean 'Dense'"),
        ("lamina.layers.Conv2d", "did you mean 'Conv2D'"),
        ("lamina.layers.Linear", "it is Dense here"),
        ("lamina.losses.MSELoss", "it is MeanSquaredError here"),
        ("lamina.GradientTape", "lamina.autograd.grad"),
        ("lamina.applications", "no pretrained models"),
        ("lamina.layers.Adam", "it is lamina.optimizers.Adam"),
        ("lamina.layers.TorchModuleWrapper", "lamina runs no PyTorch"),
        ("lamina.optimizers.adam", "did you mean 'Adam'"),
        ("lamina.nn", "layers are in lamina.layers"),
        ("lamina.quantizers", "nothing is quantized"),
        ("lamina.distribution", "one device"),
        ("lamina.Sequentail", "did you mean 'Sequential'"),
        ("lamina.callbacks.EarlyStoping", "did you mean 'EarlyStopping'"),
        ("lamina.wrappers.SKLearnClasifier", "did you mean 'SKLearnClassifier'"),
        ("lamina.optimizers.schedules.CosineDecy", "did you mean 'CosineDecay'"),
    ],
)
def test_unknown_names(name, said):
    path, _, last = name.rpartition(".")
    with pytest.raises(AttributeError) as caught:
        eval(name)
    assert said in str(caught.value)
    assert f"module {path!r} has no {last!r}" in str(caught.value)
    if name == "lamina.optimizers.adam":  # a file of lamina's own
        return
    with pytest.raises(ImportError) as caught:
        exec(f"from {path} import {last}")
    assert said in str(caught.value)


def test_unknown_names_are_simply_absent():
    assert not hasattr(layers, "Dnese")
    assert getattr(losses, "nothing", None) is None
    assert "adam" not in dir(optimizers)


def test_own_files_of_packages_are_imported_as_before():
    import lamina.layers.dense as one
    from lamina.layers import dense as two

    assert one is two
    assert one.Dense is layers.Dense
    # Those that say what is in them are for users.
    assert lamina.ops.image.resize
    assert lamina.preprocessing.sequence.pad_sequences


def test_names_that_a_module_makes_later_stay(monkeypatch):
    def later(name):
        if name != "Later":
            raise AttributeError(name)
        return 1

    module = types.ModuleType("lamina.docs")
    module.__getattr__, module.__all__ = later, ["Later"]
    monkeypatch.setitem(sys.modules, "lamina.docs", module)
    _suggestions.install(module)
    assert module.Later == 1
    with pytest.raises(AttributeError, match="did you mean 'Later'"):
        module.Latter  # noqa: B018


def test_words_are_found_only_when_they_are_read():
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, lamina; print(hasattr(lamina, 'nn'), 'difflib' in sys.modules,"
            " 'sklearn' in sys.modules, 'matplotlib' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said == "False False False False\n"


# Layers that Python composes.


class Doubled(layers.Wrapper):
    def call(self, inputs):
        return 2 * self.layer(inputs)


def test_wrapper_in_a_file(tmp_path):
    model = lamina.Sequential([layers.Input((3,)), Doubled(layers.Dense(2))])
    x = np.arange(6.0).reshape(2, 3)
    expected = 2 * (x @ model.get_weights()[0] + model.get_weights()[1])
    np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-5)
    model.save(tmp_path / "model.lamina")
    custom = {"Doubled": Doubled}
    copy = lamina.models.load_model(tmp_path / "model.lamina", custom_objects=custom)
    assert (copy.predict(x, verbose=0) == model.predict(x, verbose=0)).all()
    with pytest.raises(ValueError, match="expected a layer"):
        layers.Wrapper("dense")


@pytest.mark.parametrize(
    ("equation", "output_shape", "bias_axes", "shape", "kernel", "bias"),
    [
        ("ab,bc->ac", 64, "c", (5, 32), (32, 64), (64,)),
        ("abc,cd->abd", (None, 64), "d", (5, 3, 32), (32, 64), (64,)),
        ("...x,xy->...y", 64, "y", (5, 3, 32), (32, 64), (64,)),
        ("abc,cde->abde", (None, 2, 4), "de", (5, 3, 8), (8, 2, 4), (2, 4)),
        ("abde,dec->abc", (None, 6), None, (5, 3, 2, 4), (2, 4, 6), None),
        ("ab...,bc->ac...", 4, "c", (5, 6, 7), (6, 4), (4, 1)),
        ("abc,bd->adc", (4, None), "d", (5, 3, 2), (3, 4), (4, 1)),
    ],
)
def test_einsum_dense(equation, output_shape, bias_axes, shape, kernel, bias, rng):
    # Kernel and bias as Keras 3.15 shapes them.
    layer = layers.EinsumDense(
        equation, output_shape, bias_axes=bias_axes, activation="tanh", bias_initializer="ones"
    )
    x = rng.normal(size=shape)
    outputs = layer(x)
    assert layer.kernel.shape == kernel
    assert (None if layer.bias is None else layer.bias.shape) == bias
    values = np.einsum(equation, x, layer.kernel.numpy()) + (0 if bias is None else 1)
    np.testing.assert_allclose(outputs.numpy(), np.tanh(values), atol=1e-5)
    symbolic = layer(layers.Input(shape[1:]))
    assert symbolic.shape == (None, *outputs.shape[1:])
    assert layer.compute_output_shape((None, *shape[1:])) == symbolic.shape


def test_einsum_dense_begins_by_its_fans(rng):
    # abc,cde->abde: fan_in is c = 50, fan_out d * e = 350: Glorot's bound is sqrt(6 / 400).
    layer = layers.EinsumDense("abc,cde->abde", (None, 7, 50))
    layer.build((None, 3, 50))
    assert np.abs(layer.kernel.numpy()).max() == pytest.approx((6 / 400) ** 0.5, rel=1e-2)


def test_einsum_dense_refuses():
    for equation, shape, match in [
        ("ab->ac", (None, 3), "expected one like"),
        ("ab,bd->ac", (None, 3), "no known extent"),
        ("abc,cd->abd", (None, 3), "inputs of 3 axes"),
        ("ab,bc->a", (None, 3), "does not fit"),
    ]:
        with pytest.raises(ValueError, match=match):
            layers.EinsumDense(equation, 4).build(shape)
    with pytest.raises(ValueError, match="neither of low rank"):
        layers.EinsumDense("ab,bc->ac", 4, lora_rank=2)


def test_spectral_normalization(rng):
    layer = layers.SpectralNormalization(layers.Dense(4), power_iterations=50)
    x = rng.normal(size=(3, 6)).astype("float32")
    kernel = layer.layer
    before = layer(x)
    np.testing.assert_allclose(before, x @ kernel.kernel.numpy(), rtol=1e-4, atol=1e-5)
    layer(x, training=True)
    assert np.linalg.norm(kernel.kernel.numpy(), 2) == pytest.approx(1, abs=1e-4)
    assert [weight.name for weight in layer.non_trainable_weights] == ["vector_u"]
    model = lamina.Sequential(
        [layers.Input((4, 4, 2)), layers.SpectralNormalization(layers.Conv2D(3, 2))]
    )
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 4, 4, 2)), np.ones((4, 3, 3, 3)), epochs=2, verbose=0)
    copy = lamina.models.load_model(model.save_to_bytes())
    x = rng.normal(size=(2, 4, 4, 2))
    assert (copy.predict(x, verbose=0) == model.predict(x, verbose=0)).all()
    with pytest.raises(ValueError, match="kernel or embeddings"):
        layers.SpectralNormalization(layers.ReLU())(x)
    with pytest.raises(ValueError, match="at least 1"):
        layers.SpectralNormalization(layers.Dense(1), 0)


def test_reversible_embedding(rng):
    layer = layers.ReversibleEmbedding(10, 4, mask_zero=True)
    numbers = np.array([[3, 0, 9]])
    vectors = layer(numbers)
    rows = layer.embeddings.numpy()
    assert (vectors.numpy() == rows[numbers]).all()
    assert vectors.mask.numpy().tolist() == [[True, False, True]]
    back = layer(vectors, reverse=True)
    np.testing.assert_allclose(back.numpy(), rows[numbers] @ rows.T, rtol=1e-5)
    apart = layers.ReversibleEmbedding(10, 4, tie_weights=False, logit_soft_cap=0.5)
    vectors = rng.normal(size=(2, 4)).astype("float32")
    apart.build((None,))
    capped = 0.5 * np.tanh(vectors @ apart.reverse_embeddings.numpy() / 0.5)
    np.testing.assert_allclose(apart(vectors, reverse=True), capped, rtol=1e-4, atol=1e-6)
    inputs = layers.Input((3,), dtype="int64")
    tied = layers.ReversibleEmbedding(10, 4)
    model = lamina.Model(inputs, tied(tied(inputs), reverse=True))
    copy = lamina.models.load_model(model.save_to_bytes())
    assert (copy.predict(numbers, verbose=0) == model.predict(numbers, verbose=0)).all()


def test_input_spec():
    spec = layers.InputSpec(shape=(None, 3), allow_last_axis_squeeze=True)
    assert spec.ndim == 2
    assert lamina.InputSpec.from_config(spec.get_config()).shape == (None, 3)
    with pytest.raises(ValueError, match="names the axis 2"):
        layers.InputSpec(ndim=2, axes={2: 1})
    with pytest.raises(TypeError, match="whole numbers"):
        layers.InputSpec(axes={"a": 1})

    class Checked(layers.Layer):
        def __init__(self):
            super().__init__()
            self.input_spec = layers.InputSpec(ndim=2, axes={-1: 3})

        def call(self, inputs):
            return inputs

    assert Checked()(np.zeros((2, 3))).shape == (2, 3)
    with pytest.raises(ValueError, match="axis -1 of 3"):
        Checked()(np.zeros((2, 4)))
