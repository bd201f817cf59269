"""An underfitted, a good and an overfitted model, told apart by their curves; and a rescue.

    pip install '.[examples]' && python examples/overfitting.py

The data are scikit-learn's 442 diabetes patients, which come with it. A model that is too small, or
learns too little, has a high loss even on what it learns from; one that is too large goes on to
learn its samples by heart, and its validation loss rises again while its training loss falls. To
stop where the validation loss was lowest is the rescue.
"""

from pathlib import Path

from common import command_line, figures
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split

import lamina
from lamina import layers
from lamina.callbacks import EarlyStopping, History

EPOCHS = 100


def split_data() -> tuple:
    """Inputs and targets to train, to validate and to test with, by the first's mean and spread."""
    x, y = load_diabetes(return_X_y=True, scaled=False)
    x, x_test, y, y_test = train_test_split(x, y, test_size=0.2, random_state=0)
    x, x_val, y, y_val = train_test_split(x, y, test_size=0.25, random_state=0)
    mean, spread, y_mean, y_spread = x.mean(axis=0), x.std(axis=0), y.mean(), y.std()
    return tuple(
        ((inputs - mean) / spread, (targets - y_mean) / y_spread)
        for inputs, targets in ((x, y), (x_val, y_val), (x_test, y_test))
    )


def train(data: tuple, units: list[int], learning_rate: float, callbacks: list, seed: int) -> tuple:
    """The history of a network and its loss on the test samples."""
    train_data, validation_data, test_data = data
    lamina.utils.set_random_seed(seed)
    hidden = [layers.Dense(count, activation="relu") for count in units]
    model = lamina.Sequential([layers.Input((10,)), *hidden, layers.Dense(1)])
    model.compile(lamina.optimizers.Adam(learning_rate), "mse")
    history = model.fit(
        *train_data,
        epochs=EPOCHS,
        validation_data=validation_data,
        callbacks=callbacks,
        verbose=0,
    )
    return history, model.evaluate(*test_data, verbose=0)


def verdict(history: History, reachable: float) -> str:
    """What the curves say, given the lowest validation loss that any of the models reached."""
    losses = history.history
    if losses["loss"][-1] > reachable:
        return "underfitted: even its training loss is above what others reach in validation"
    if losses["val_loss"][-1] > 1.3 * min(losses["val_loss"]):
        return "overfitted: its validation loss rose again while its training loss fell"
    return "good: its validation loss is low and stays so"


def draw(histories: dict[str, History], path: Path) -> None:
    """The curves of each model beside the others."""
    drawing = figures.figure(10, 3)
    if drawing is None:
        return
    axes = drawing.subplots(1, len(histories), sharey=True)
    for ax, (name, history) in zip(axes, histories.items(), strict=True):
        ax.plot(history.history["loss"], label="training")
        ax.plot(history.history["val_loss"], label="validation")
        ax.set(title=name, xlabel="epoch", ylim=(0, 1.5))
    axes[0].set_ylabel("mean squared error")
    axes[0].legend()
    figures.save(drawing, path)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__))
    data, seed = split_data(), options.seed
    models = {
        "too little": train(data, [4], 0.0002, [], seed),  # too small, and steps too short
        "enough": train(data, [8], 0.002, [], seed),
        "too much": train(data, [256, 256], 0.002, [], seed),
    }
    histories = {name: history for name, (history, _) in models.items()}

    print("loss of training and validation")
    print("epoch" + "".join(f"{name:>20}" for name in histories))
    for epoch in (0, 1, 4, 9, 19, 49, 99):
        rows = [history.history for history in histories.values()]
        texts = [f"{row['loss'][epoch]:.3f} {row['val_loss'][epoch]:.3f}" for row in rows]
        print(f"{epoch + 1:5}" + "".join(f"{text:>20}" for text in texts))
    print()
    reachable = min(min(history.history["val_loss"]) for history in histories.values())
    verdicts = {name: verdict(history, reachable) for name, history in histories.items()}
    for name, (_, test_loss) in models.items():
        print(f"{name:10}  test loss {test_loss:.3f}  {verdicts[name]}")

    stop = EarlyStopping(patience=10, restore_best_weights=True)
    history, rescued = train(data, [256, 256], 0.002, [stop], seed)
    print(
        f"\nThe third again with EarlyStopping: it ended after {len(history.epoch)} epochs and "
        f"went back to epoch {stop.best_epoch + 1}.\nIts test loss is {rescued:.3f} "
        f"instead of {models['too much'][1]:.3f}."
    )
    found = [text.partition(":")[0] for text in verdicts.values()]
    assert found == ["underfitted", "good", "overfitted"], found
    assert rescued < models["too much"][1], "expected EarlyStopping to help"
    draw(histories, options.figures / "overfitting.png")
    command_line.finish(f"test loss with early stopping: {rescued:.3f}")


if __name__ == "__main__":
    main()
