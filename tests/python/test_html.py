"""What notebooks show of tensors, models and histories."""

import re

import numpy as np

import lamina
from lamina import layers


def cells(html):
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_a_model_is_its_summary():
    model = lamina.Sequential(
        [layers.Input((6, 6, 1)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2)]
    )
    html = model._repr_html_()
    assert cells(html) == [
        ["Layer (type)", "Output shape", "Params"],
        ["input (Input)", "(None, 6, 6, 1)", "0"],
        ["conv2d (Conv2D)", "(None, 4, 4, 2)", "20"],
        ["flatten (Flatten)", "(None, 32)", "0"],
        ["dense (Dense)", "(None, 2)", "66"],
    ]
    assert "Total params: 86" in html
    inputs = layers.Input((3,), name="a<b")
    graph = lamina.Model(inputs, layers.Add()([inputs, layers.Dense(3)(inputs)]))
    assert cells(graph._repr_html_())[-1][-1] == "a&lt;b, dense"


def test_an_unbuilt_model_too():
    class Own(lamina.Model):
        def __init__(self):
            super().__init__()
            self.inner = layers.Dense(3)

        def call(self, inputs):
            return self.inner(inputs)

    assert cells(Own()._repr_html_())[1] == ["inner (Dense)", "?", "0 (unbuilt)"]
    assert lamina.Sequential()._repr_html_() == "&lt;Sequential name=sequential, built=False&gt;"


def test_a_history_is_its_courses():
    history = lamina.callbacks.History()
    history.epoch = [2, 3]
    history.history = {"loss": [0.123456, 0.1], "val_loss": [1.0]}
    assert cells(history._repr_html_()) == [
        ["epoch", "loss", "val_loss"],
        ["3", "0.1235", "1"],
        ["4", "0.1", ""],
    ]
    history.history = {"loss": [float(i) for i in range(100)]}
    rows = cells(history._repr_html_())
    assert rows[5:8] == [["5", "4"], ["... 80 more", ""], ["86", "85"]]
    assert rows[-1] == ["100", "99"]


def title(html):
    return re.search(r"<p>(.*?)</p>", html)[1]


def test_tensors_are_tables():
    html = lamina.Tensor([[1.0, 2.5], [1 / 3, np.nan]])._repr_html_()
    assert title(html) == "Tensor, shape (2, 2), dtype float32"
    assert cells(html) == [["", "0", "1"], ["0", "1", "2.5"], ["1", "0.3333", "nan"]]
    row = lamina.Tensor(np.array([1, 2], "int64"))._repr_html_()
    assert cells(row) == [["", "0", "1"], ["", "1", "2"]]
    number = lamina.Tensor(np.array(True))._repr_html_()
    assert title(number) == "Tensor, shape (), dtype bool: True"
    leaf = lamina.Tensor([1.0], requires_grad=True)
    assert title(leaf._repr_html_()) == "Tensor, shape (1,), dtype float32, requires_grad"
    for shape in [(0,), (2, 0), (0, 3, 1)]:
        assert title(lamina.ops.zeros(shape)._repr_html_()).startswith(f"Tensor, shape {shape}")


def test_of_large_tensors_the_edges():
    many = lamina.Tensor(np.arange(2000).reshape(2, 100, 10))
    rows = cells(many._repr_html_())
    assert rows[0] == ["[0, :, :]", "0", "1", "2", "...", "7", "8", "9"]
    assert rows[1] == ["0", "0", "1", "2", "...", "7", "8", "9"]
    assert [row[0] for row in rows[1:]] == ["0", "1", "2", "...", "97", "98", "99"]
    assert rows[4] == ["..."] * 8
    assert rows[-1][-1] == "999"
    assert len(cells(lamina.Tensor(np.zeros((8, 8)))._repr_html_())) == 9


def test_variables_and_symbolic_tensors():
    variable = lamina.Variable([[1.0]], name="<kernel>")
    assert title(variable._repr_html_()).startswith("Variable &lt;kernel&gt;, shape (1, 1)")
    assert cells(variable._repr_html_())[1] == ["0", "1"]
    assert lamina.Input((3,))._repr_html_() is None  # notebooks show the text
