"""Training that is cut off goes on and ends in the same bits."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import lamina
from lamina import Callback, Dense, Input, Sequential
from lamina.callbacks import (
    BackupAndRestore,
    EarlyStopping,
    LearningRateScheduler,
    ReduceLROnPlateau,
)
from lamina.layers import BatchNormalization, Dropout

RNG = np.random.default_rng(5)
X = RNG.normal(size=(50, 6)).astype("float32")
Y = (X.sum(axis=1) > 0).astype("float32")


def network(optimizer="adam"):
    lamina.utils.set_random_seed(3)
    model = Sequential(
        [Input((6,)), Dense(8, "relu"), BatchNormalization(), Dropout(0.3), Dense(1, "sigmoid")]
    )
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy", "precision"])
    return model


class CutOff(Exception):
    pass


class Cut(Callback):
    """Ends a run after so many batches, or as an epoch begins."""

    def __init__(self, batches=None, epoch=None):
        super().__init__()
        self.batches, self.epoch = batches, epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise CutOff

    def on_train_batch_end(self, batch, logs=None):
        if self.batches is not None:
            self.batches -= 1
            if self.batches < 0:
                raise CutOff


def callbacks(folder, **options):
    return [
        BackupAndRestore(folder, **options),
        ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=0.05, cooldown=1),
        EarlyStopping("val_loss", patience=6, restore_best_weights=True),
        LearningRateScheduler(lambda epoch, rate: rate * 0.97),
    ]


def state(model):
    return [
        *(weight.tobytes() for weight in model.get_weights()),
        *(slot.numpy().tobytes() for slot in model.optimizer.variables),
        int(model.optimizer.iterations),
        float(model.optimizer.learning_rate),
    ]


def trained(folder, cuts=(), save_freq="epoch", data=(X, Y), optimizer="adam", **options):
    """State and history of a run that is cut off at these places and begun again each time."""
    options = {"epochs": 5, "batch_size": 8, "verbose": 0, **options}
    if isinstance(data[0], np.ndarray):
        options["validation_split"] = 0.2
    for cut in (*cuts, None):
        model = network(optimizer)
        given = callbacks(folder, save_freq=save_freq) + ([] if cut is None else [cut])
        try:
            history = model.fit(*data, callbacks=given, **options)
        except CutOff:
            continue
        return state(model), history, given
    raise AssertionError


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
@pytest.mark.parametrize("save_freq", ["epoch", 1, 3, 7])
def test_cut_off_anywhere_it_ends_in_the_same_bits(tmp_path, save_freq, optimizer):
    whole, history, _ = trained(tmp_path / "whole", optimizer=optimizer)
    for cut in range(0, 24, 5):
        again, rest, _ = trained(tmp_path / "cut", [Cut(cut)], save_freq, optimizer=optimizer)
        assert again == whole
        # The values of the epochs since the backup, the one it was cut off in included.
        for name, course in rest.history.items():
            np.testing.assert_array_equal(course, history.history[name][-len(course) :])
    assert not (tmp_path / "whole").exists()
    assert not (tmp_path / "cut").exists()


def test_cut_off_many_times(tmp_path):
    whole, *_ = trained(tmp_path / "whole")
    cuts = [Cut(3), Cut(epoch=1), Cut(4), Cut(0), Cut(2), Cut(epoch=3)]
    again, *_ = trained(tmp_path / "cut", cuts, save_freq=2)
    assert again == whole


def test_steps_that_cut_a_pass_go_on_within_it(tmp_path):
    options = {"steps_per_epoch": 3}
    whole, *_ = trained(tmp_path / "whole", **options)
    for cut in range(0, 14, 2):
        again, *_ = trained(tmp_path / "cut", [Cut(cut)], 2, **options)
        assert again == whole
        again, *_ = trained(tmp_path / "cut", [Cut(cut)], **options)
        assert again == whole


def test_on_another_device(tmp_path, guarded):
    whole, *_ = trained(tmp_path / "whole")
    with lamina.device(guarded):
        again, *_ = trained(tmp_path / "cut", [Cut(7), Cut(1)], 2)
    assert again == whole


class Batches:
    def __len__(self):
        return 5

    def __iter__(self):
        return ((X[i : i + 8], Y[i : i + 8]) for i in range(0, 40, 8))


def test_batches_of_ones_own(tmp_path):
    options = {"data": (Batches(), None), "batch_size": None, "validation_data": (X, Y)}
    whole, *_ = trained(tmp_path / "whole", **options)
    for cut in range(0, 23, 4):
        again, *_ = trained(tmp_path / "cut", [Cut(cut)], 2, **options)
        assert again == whole


def test_several_outputs(tmp_path):
    def model():
        lamina.utils.set_random_seed(3)
        inputs = Input((6,))
        hidden = Dense(4, "tanh")(inputs)
        result = lamina.Model(inputs, [Dense(1, name="a")(hidden), Dense(1, name="b")(hidden)])
        result.compile("adam", ["mse", "mae"], metrics=[["mae"], ["mse"]])
        return result

    def run(cut):
        made = model()
        backup = BackupAndRestore(tmp_path / "cut", save_freq=2)
        extra = [] if cut is None else [Cut(cut)]
        history = made.fit(X, [Y, Y], epochs=3, batch_size=8, verbose=0, callbacks=[backup, *extra])
        return state(made), history.history

    whole, history = run(None)
    for cut in (0, 3, 9, 20):
        with pytest.raises(CutOff):
            run(cut)
        again, rest = run(None)
        assert again == whole
        for name, course in rest.items():
            assert course == history[name][-len(course) :]


def test_what_is_deleted_and_what_stays(tmp_path):
    folder = tmp_path / "deep" / "backup"
    kept = BackupAndRestore(folder, delete_checkpoint=False, double_checkpoint=True)
    network().fit(X, Y, epochs=2, verbose=0, callbacks=[kept])
    assert sorted(os.listdir(folder)) == ["latest.lamina", "previous.lamina"]
    # A run that has ended has nothing left to do.
    model = network()
    assert model.fit(X, Y, epochs=2, verbose=0, callbacks=[BackupAndRestore(folder)]).epoch == []
    assert model.optimizer.iterations == 4
    assert not folder.exists()


def test_a_damaged_backup_falls_back_on_the_one_before(tmp_path):
    with pytest.raises(CutOff):
        network().fit(
            X, Y, epochs=5, verbose=0,
            callbacks=[BackupAndRestore(tmp_path, double_checkpoint=True), Cut(epoch=3)],
        )  # fmt: skip
    latest = tmp_path / "latest.lamina"
    damaged = bytearray(latest.read_bytes())
    damaged[-1] ^= 1
    latest.write_bytes(damaged)
    (tmp_path / "previous.lamina").rename(tmp_path / "away")
    with pytest.raises(ValueError, match="damaged"):
        network().fit(X, Y, epochs=5, verbose=0, callbacks=[BackupAndRestore(tmp_path)])
    (tmp_path / "away").rename(tmp_path / "previous.lamina")
    with pytest.warns(UserWarning, match=r"previous.lamina'.*damaged"):
        history = network().fit(X, Y, epochs=5, verbose=0, callbacks=[BackupAndRestore(tmp_path)])
    assert history.epoch == [2, 3, 4]


def test_another_run_is_refused(tmp_path):
    def begin(model, more=()):
        kept = BackupAndRestore(tmp_path, delete_checkpoint=False)
        model.fit(X, Y, epochs=1, verbose=0, callbacks=[kept, *more])

    begin(network())
    with pytest.raises(ValueError, match=r"made with the optimizer Adam.*compiled with SGD"):
        begin(network("sgd"))
    with pytest.raises(ValueError, match=r"what 1 callbacks knew, this run has 2"):
        begin(network(), [EarlyStopping("loss")])
    other = Sequential([Input((6,)), Dense(1)])
    other.compile("adam", "mse")
    before = other.get_weights()
    with pytest.raises(ValueError, match="the model expects"):
        begin(other)
    assert all((a == b).all() for a, b in zip(before, other.get_weights(), strict=True))


@pytest.mark.parametrize("save_freq", [0, -1, 2.5, True, "batch", None])
def test_wrong_frequencies_are_refused(save_freq):
    with pytest.raises(ValueError, match="expected 'epoch' or a number of batches"):
        BackupAndRestore("folder", save_freq=save_freq)


def test_a_folder_is_needed():
    with pytest.raises(ValueError, match="backup_dir"):
        BackupAndRestore("")


PROGRAM = """
import sys
import numpy as np
import lamina
from lamina.callbacks import BackupAndRestore, EarlyStopping, ReduceLROnPlateau
from lamina.layers import BatchNormalization, Dense, Dropout

lamina.utils.set_random_seed(11)
rng = np.random.default_rng(0)
x = rng.normal(size=(300, 20)).astype("float32")
y = (x.sum(axis=1) > 0).astype("float32")
model = lamina.Sequential([
    lamina.Input((20,)), Dense(64, "relu"), BatchNormalization(), Dropout(0.2), Dense(1, "sigmoid"),
])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
callbacks = [
    ReduceLROnPlateau("val_loss", factor=0.7, patience=2),
    EarlyStopping("val_loss", patience=100, restore_best_weights=True),
    BackupAndRestore(sys.argv[1], save_freq=eval(sys.argv[3]), double_checkpoint=True),
]
print("begun", flush=True)
model.fit(x, y, epochs=int(sys.argv[4]), batch_size=16, validation_split=0.2, verbose=0,
          callbacks=callbacks)
np.savez(sys.argv[2], *model.get_weights(), *[v.numpy() for v in model.optimizer.variables],
         rate=float(model.optimizer.learning_rate))
"""


def run_killed(folder, save_freq, epochs, kills, within=0.0, seed=0):
    """What a program leaves that is killed so many times, each at a random moment of so many
    seconds; how often it was, and how long the last run took.
    """
    result = folder / "result.npz"
    command = [sys.executable, "-c", PROGRAM, str(folder / "backup"), str(result), repr(save_freq),
               str(epochs)]  # fmt: skip
    moments, killed = random.Random(seed), 0
    while not result.exists():
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            begun = time.monotonic()
            if killed < kills:
                time.sleep(moments.uniform(0, within))
                process.send_signal(signal.SIGKILL)
                killed += process.wait() == -signal.SIGKILL
            assert process.wait() in (0, -signal.SIGKILL)
            seconds = time.monotonic() - begun
    with np.load(result) as arrays:
        return [arrays[name].tobytes() for name in arrays.files], killed, seconds


@pytest.mark.parametrize("save_freq", ["epoch", 2])
def test_a_program_that_is_killed_ends_in_the_same_bits(tmp_path, save_freq):
    kills = int(os.environ.get("LAMINA_KILLS", "4"))
    epochs = 12 * kills
    (tmp_path / "whole").mkdir()
    (tmp_path / "killed").mkdir()
    whole, _, seconds = run_killed(tmp_path / "whole", save_freq, epochs, kills=0)
    again, killed, _ = run_killed(
        tmp_path / "killed", save_freq, epochs, kills, within=seconds / kills
    )
    assert killed >= 1
    assert again == whole
