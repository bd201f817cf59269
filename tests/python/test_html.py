"""What notebooks show of models and histories."""

import re

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
