"""What ``verbose`` shows: in a terminal, a file, a notebook, and without a console."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import types
import warnings

import numpy as np
import pytest

import lamina
from lamina import Dense, Input, Sequential, _progress
from lamina.callbacks import ProgbarLogger, ReduceLROnPlateau

X = np.ones((6, 1), "float32")


def one_weight(metrics=()):
    model = Sequential([Input((1,)), Dense(1, use_bias=False, kernel_initializer="zeros")])
    model.compile(lamina.optimizers.SGD(0.0), "mse", metrics=list(metrics))
    return model


# Keras 3.15.1 printed "3/3 - 0s - 823us/step - loss: 3.6614 - mae: 1.9135 - val_loss: ...".
def test_verbose_2_prints_as_keras_does(capsys):
    model = one_weight(["mae"])
    plateau = ReduceLROnPlateau("loss", patience=9)
    model.fit(
        X, 2 * X, batch_size=2, epochs=2, verbose=2, validation_data=(X, X), callbacks=[plateau]
    )
    out, err = capsys.readouterr()
    pattern = (
        r"Epoch 1/2\n3/3 - 0s - \d+(us|ms)/step - learning_rate: 0.0000e\+00 - loss: 4.0000 - "
        r"mae: 2.0000 - val_loss: 1.0000 - val_mae: 1.0000\n"
    )
    assert re.fullmatch(pattern + pattern.replace("1/2", "2/2"), out)
    assert err == ""
    for run in (model.fit, model.evaluate):
        run(X, X, batch_size=2, verbose=2)
        line = capsys.readouterr().out
        assert re.fullmatch(r"3/3 - 0s - \d+\w+/step - loss: 1.0000 - mae: 1.0000\n", line)
    model.predict(X, batch_size=2, verbose=2)
    assert re.fullmatch(r"3/3 - 0s - \d+\w+/step\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5000"),
        (1234.5, "1234.5000"),
        (1e-3, "1.0000e-03"),
        (0.0, "0.0000e+00"),
        (-2.0, "-2.0000"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("note", "note"),
    ],
)
def test_numbers(value, text):
    assert _progress._value(value) == text


def test_a_file_takes_one_line_an_epoch(capsys):
    one_weight(["mae"]).fit(X, X, batch_size=2, epochs=3, validation_data=(X, X))
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert len(lines) == 3
    assert re.fullmatch(
        r"Epoch 3/3 - 3/3 - 0s - \d+\w+/step - loss: 1.0000 - mae: 1.0000 - val_loss: 1.0000 - "
        r"val_mae: 1.0000",
        lines[2],
    )
    one_weight().evaluate(X, X)
    one_weight().predict(X)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("Evaluate - 1/1 - 0s - ")
    assert lines[0].endswith(" - loss: 1.0000")
    assert lines[1].startswith("Predict - 1/1 - 0s - ")


def test_batches_of_unknown_number(capsys):
    batches = ((X, X) for _ in range(3))
    one_weight().fit(batches)
    assert capsys.readouterr().err.startswith("3/3 - 0s - ")


def test_without_a_console_nothing_is_shown(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "stdout", None)
    model = one_weight()
    for verbose in ("auto", 1, 2):
        model.fit(X, X, epochs=2, verbose=verbose)
        model.evaluate(X, X, verbose=verbose)
        assert model.predict(X, verbose=verbose).shape == (6, 1)


def test_what_is_shown_is_refused_early():
    with pytest.raises(ValueError, match="verbose is 3, expected 0, 1, 2 or 'auto'"):
        one_weight().fit(X, X, verbose=3)


class Screen:
    """What a terminal of so many columns shows of a text, by the few codes that are used."""

    def __init__(self, columns):
        self.columns = columns
        self.lines = [""]
        self.column = 0

    def write(self, text):
        for letter in text.replace("\r\n", "\n"):
            if letter == "\r":
                self.column = 0
            elif letter == "\n":
                self.lines.append("")
                self.column = 0
            else:
                assert letter.isprintable(), repr(letter)
                assert self.column < self.columns, f"wider than the terminal: {self.lines[-1]!r}"
                line = self.lines[-1].ljust(self.column)
                self.lines[-1] = line[: self.column] + letter + line[self.column + 1 :]
                self.column += 1


def seen(text, columns=80):
    screen = Screen(columns)
    screen.write(text)
    return [line.rstrip() for line in screen.lines]


class Terminal:
    """A stream that says that it is one."""

    encoding = "utf-8"

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def flush(self):
        pass

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    made = Terminal()
    console = types.SimpleNamespace(stderr=made, modules=sys.modules)
    monkeypatch.setattr(_progress, "sys", console)
    monkeypatch.setenv("COLUMNS", "80")
    return made


def test_a_terminal_shows_a_bar(terminal):
    one_weight().fit(X, X, batch_size=2, epochs=2)
    lines = seen(terminal.text)
    bar = "3/3 " + "━" * 20 + r" 0s \d+\w+/step - loss: 1.0000"
    assert [bool(re.fullmatch(pattern, line)) for pattern, line in zip(
        ["Epoch 1/2", bar, "Epoch 2/2", bar, ""], lines, strict=True
    )] == [True] * 5  # fmt: skip


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_all_values_are_shown_at_any_width(terminal, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    names = ["loss", *(f"a_rather_long_name_{i}" for i in range(6)), "val_loss"]
    logs = {name: 1 + i / 8 for i, name in enumerate(names)}
    bar = _progress.shown(1)
    bar(0, 2, 5, 10, False, logs)
    while_it_runs = seen(terminal.text, columns)
    assert len(while_it_runs) == 2
    assert " 5/10 ━━━━━━━━━━──────────" in while_it_runs[1]
    bar(0, 2, 10, 10, True, logs)
    lines = seen(terminal.text, columns)
    shown = " ".join(lines).replace(" - ", " ")
    for name, value in logs.items():
        assert f"{name}: {value:.4f}" in re.sub(" +", " ", shown)
    bar.close()
    assert seen(terminal.text, columns) == lines


def test_a_shorter_line_leaves_nothing_of_a_longer_one(terminal):
    bar = _progress.shown(1)
    bar(0, 1, 1, 2, False, {"loss": 1e8})
    bar(0, 1, 2, 2, True, {"loss": 1.0})
    assert seen(terminal.text)[0].endswith("loss: 1.0000")


def test_a_loss_that_is_nan_is_seen_at_once(terminal):
    bar = _progress.shown(1)
    bar(0, 1, 1, 1000, False, {"loss": float("nan"), "accuracy_of_something_with_a_long_name": 0.5})
    assert "loss: nan" in terminal.text


def test_a_run_that_is_cut_off_leaves_its_line(terminal):
    bar = _progress.shown(1)
    bar(0, 1, 1, 10, False, {})
    bar.close()
    assert terminal.text.endswith("\n")


def test_what_callbacks_say_has_a_line_of_its_own(terminal, monkeypatch):
    monkeypatch.setattr(sys, "stdout", terminal)
    bar = _progress.shown(1)
    bar(0, 2, 1, 2, False, {"loss": 1.0})
    _progress.message("Epoch 1: saving")
    bar(0, 2, 2, 2, True, {"loss": 1.0})
    lines = seen(terminal.text)
    assert lines[1] == "Epoch 1: saving"
    assert lines[2].startswith("2/2 ")


def test_a_terminal_that_knows_no_lines(terminal):
    terminal.encoding = "ascii"
    _progress.shown(1)(0, 1, 1, 2, False, {})
    assert terminal.text.isascii()
    assert "==========.........." in terminal.text


def test_a_notebook_shows_a_bar_without_widgets(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ipykernel", object())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one_weight().fit(X, X, batch_size=2, epochs=2)
    assert "3/3 " + "━" * 20 in capsys.readouterr().err


def test_progbar_logger_shows_instead_of_fit(capsys):
    one_weight().fit(X, X, batch_size=2, epochs=2, verbose=2, callbacks=[ProgbarLogger()])
    assert [line[:9] for line in capsys.readouterr().out.splitlines()] == [
        "Epoch 1/2",
        "3/3 - 0s ",
        "Epoch 2/2",
        "3/3 - 0s ",
    ]
    model = one_weight()
    model.evaluate(X, X, batch_size=2, verbose=2, callbacks=[ProgbarLogger()])
    model.predict(X, batch_size=3, verbose=2, callbacks=[ProgbarLogger()])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("3/3 - 0s")
    assert lines[0].endswith("loss: 1.0000")
    assert lines[1].startswith("2/2 - 0s")
    assert len(lines) == 2


PROGRAM = """
import time
import numpy as np
import lamina

class Slow(lamina.Callback):
    def on_train_batch_begin(self, batch, logs=None):
        time.sleep(0.02)

x = np.ones((40, 1), "float32")
model = lamina.Sequential([lamina.Input((1,)), lamina.Dense(1)])
model.compile("sgd", "mse", metrics=["mae", "mse", "accuracy"])
model.fit(x, x, batch_size=2, epochs=2, validation_split=0.5, callbacks=[Slow()])
model.predict(x)
"""


def test_a_true_terminal_of_80_columns():
    try:
        ours, its = pty.openpty()
    except OSError:
        pytest.skip("this system has no terminals: /dev/pts is not mounted")
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=its, stdout=its, stderr=its, env=environment
    ) as process:
        os.close(its)
        text = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # Linux' end of a terminal
                break
            if not part:
                break
            text += part
        os.close(ours)
        assert process.wait() == 0
    lines = seen(text.decode())
    assert lines[0] == "Epoch 1/2"
    assert "10/10 ━━━━━━━━━━━━━━━━━━━━ 0s" in lines[1]
    assert "val_accuracy: " in " ".join(lines[1 : lines.index("Epoch 2/2")])
    assert "2/2 ━━━━━━━━━━━━━━━━━━━━ 0s" in lines[-2]
