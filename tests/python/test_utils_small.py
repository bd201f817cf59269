"""Small utilities: Progbar, Config, get_source_inputs, and where Keras has the others."""

import pytest

import lamina
from lamina import Dense, Input, utils


def test_progbar_shows_means(capsys):
    bar = utils.Progbar(4, verbose=2, stateful_metrics=["lr"])
    bar.update(1, [("loss", 4.0), ("lr", 0.5)])
    bar.update(3, [("loss", 1.0), ("lr", 0.25)])
    assert capsys.readouterr().out == ""
    assert bar._line(bar._start).endswith("loss: 2.0000 - lr: 0.2500")  # (4 + 2 * 1) / 3
    bar.add(1, [("loss", 3.0)])
    out = capsys.readouterr().out
    assert out.startswith("4/4 - 0s - ")
    assert out.endswith("/step - loss: 3.0000 - lr: 0.2500\n")


def test_progbar_draws(capsys):
    bar = utils.Progbar(4, width=4, interval=0, unit_name="file")
    bar.add(1)
    bar.update(4)
    first, second = capsys.readouterr().out.split("\r")[1:]
    assert first.startswith("━─── 1/4 - ")
    assert "/file" in first
    assert second.startswith("━━━━ 4/4 - ")
    assert second.endswith("\n")
    utils.Progbar(None, interval=0, stateless_metrics=["a"]).update(2, [("a", 1), ("b", 2)])
    assert "2/Unknown" in capsys.readouterr().out
    utils.Progbar(1, verbose=0).add(1)
    assert capsys.readouterr().out == ""
    with pytest.raises(ValueError, match="not both"):
        utils.Progbar(1, stateful_metrics=[], stateless_metrics=[])


def test_config():
    config = utils.Config(b=1)
    config.a = 2
    config["c"] = 3
    assert (config.a, config["b"], config.get("c"), config.get("d", 4)) == (2, 1, 3, 4)
    assert list(config) == ["a", "b", "c"]
    assert len(config) == 3
    assert "a" in config
    assert config.pop("a") == 2
    config.update({"b": 5}, e=6)
    del config["c"]
    assert config.as_dict() == dict(config.items()) == {"b": 5, "e": 6}
    assert (list(config.keys()), list(config.values())) == (["b", "e"], [5, 6])
    assert repr(config) == "<Config {'b': 5, 'e': 6}>"
    with pytest.raises(AttributeError, match="rate"):
        config.rate  # noqa: B018
    config.learning_rate = 1
    with pytest.raises(AttributeError, match="did you mean 'learning_rate'"):
        config.learning_rat  # noqa: B018
    config.freeze()
    assert config.frozen
    for change in (
        lambda: config.pop("b"),
        lambda: config.update(b=1),
        lambda: config.__delitem__("b"),
    ):
        with pytest.raises(ValueError, match="frozen"):
            change()
    config.unfreeze()
    config.b = 7
    assert config.b == 7


def test_source_inputs():
    a, b, c = (Input((2,), name=name) for name in "abc")
    out = Dense(1)(lamina.layers.add([a, b]))
    assert sorted(t.name for t in utils.get_source_inputs(out)) == ["a", "b"]
    assert [t.name for t in utils.get_source_inputs(c)] == ["c"]
    with pytest.raises(TypeError, match="symbolic"):
        utils.get_source_inputs(3)


def test_names_of_other_modules():
    assert utils.standardize_dtype("float32") == "float32"
    assert utils.is_keras_tensor(Input((2,)))
    assert not utils.is_keras_tensor(3)
    utils.disable_interactive_logging()
    assert not utils.is_interactive_logging_enabled()
    utils.enable_interactive_logging()
    assert lamina.config.is_interactive_logging_enabled()
    utils.clear_session()
