"""Ways to keep a network from learning by heart: penalties, dropout, early stopping and others.

    pip install '.[examples]' && python examples/regularization.py

300 handwritten digits to learn from, of which every fifth has a wrong label, as careless people
give them; 1,200 others, rightly labelled, to test with (scikit-learn's, which come with it). A
large network learns the wrong labels too. Penalties on weights (L1, L2 and both, the elastic net),
dropout and early stopping make that harder, and fewer test digits are taken for others; weight
sharing (a convolution) asks the same of every place of an image, and so has far fewer weights.
Batch normalization, said to regularize, speeds up learning above all: alone it helps little here,
or harms. Errors are means over several draws of digits and labels.

References: Srivastava et al., 2014, "Dropout"; Zou and Hastie, 2005, "Regularization and variable
selection via the elastic net"; Zhang et al., 2017, "Understanding deep learning requires
rethinking generalization" (learning wrong labels by heart).
"""

from pathlib import Path
from typing import Any

import numpy as np
from common import command_line, figures
from sklearn.datasets import load_digits

import lamina
from lamina import layers, regularizers
from lamina.callbacks import EarlyStopping

TRAIN, VALIDATE, WRONG = 300, 150, 0.2


def dense(penalty: Any = None, dropout: float = 0.0, normalized: bool = False) -> lamina.Sequential:
    """Two wide hidden layers."""
    model = lamina.Sequential([layers.Input((8, 8, 1)), layers.Flatten()])
    for _ in range(2):
        model.add(layers.Dense(256, kernel_regularizer=penalty))
        if normalized:
            model.add(layers.BatchNormalization())
        model.add(layers.Activation("relu"))
        if dropout:
            model.add(layers.Dropout(dropout))
    model.add(layers.Dense(10, activation="softmax", kernel_regularizer=penalty))
    return model


def convolutional() -> lamina.Sequential:
    """Two layers that share their weights between the places of an image."""
    return lamina.Sequential(
        [
            layers.Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10, activation="softmax"),
        ]
    )


WAYS = {
    "none": dense,
    "L1": lambda: dense(regularizers.L1(1e-3)),
    "L2": lambda: dense(regularizers.L2(1e-2)),
    "elastic net": lambda: dense(regularizers.L1L2(5e-4, 5e-3)),
    "dropout": lambda: dense(dropout=0.7),
    "early stopping": dense,
    "batch normalization": lambda: dense(normalized=True),
    "weight sharing": convolutional,
    "dropout and stopping": lambda: dense(dropout=0.7),
}


def draw_digits(seed: int) -> tuple:
    """To train (with wrong labels), to validate (with wrong labels too) and to test with."""
    chance = np.random.default_rng(seed)
    images, labels = load_digits(return_X_y=True)
    order = chance.permutation(len(images))
    x, y = (images[order] / 16).reshape(-1, 8, 8, 1).astype("float32"), labels[order]
    known = TRAIN + VALIDATE
    wrong = chance.random(known) < WRONG
    y[:known][wrong] = (y[:known][wrong] + chance.integers(1, 10, wrong.sum())) % 10
    parts = np.split(np.arange(len(x)), [TRAIN, known])
    return tuple((x[part], y[part]) for part in parts)


def draw(errors: dict[str, list], histories: dict[str, dict], path: Path) -> None:
    """Test errors, and the validation losses of one draw."""
    drawing = figures.figure(11, 3.8)
    if drawing is None:
        return
    bars, curves = drawing.subplots(1, 2)
    for row, (name, found) in enumerate(errors.items()):
        bars.barh(row, 100 * np.mean(found), color=f"C{row}")
        bars.plot(100 * np.array(found), [row] * len(found), "k.", markersize=4)
        if name in ("none", "L2", "dropout", "early stopping", "weight sharing"):
            share = 100 * (1 - np.array(histories[name]["val_accuracy"]))
            style = {"linewidth": 4, "alpha": 0.5} if name == "early stopping" else {}
            curves.plot(range(1, 1 + len(share)), share, color=f"C{row}", label=name, **style)
    bars.set_yticks(range(len(errors)), list(errors))
    bars.invert_yaxis()
    bars.set(xlabel="wrong test digits in a hundred")
    curves.axhline(100 * WRONG, color="black", linestyle=":", label="wrong labels")
    curves.set(xlabel="epoch", ylabel="differs from label, of 100 validated", ylim=(15, 60))
    curves.legend(fontsize=8)
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=60)
    options = command_line.begin(parser, reduced_epochs=30)
    draws = range(options.seed, options.seed + (2 if options.reduced else 5))
    errors: dict[str, list[float]] = {name: [] for name in WAYS}
    histories: dict[str, dict] = {}
    print(f"{'':22}{'weights':>8}{'training error':>16}{'test error':>12}")
    for name, make in WAYS.items():
        learnt = []
        for seed in draws:
            train, validate, test = draw_digits(seed)
            lamina.utils.set_random_seed(seed)
            model = make()
            model.compile(
                "adam",
                "sparse_categorical_crossentropy",
                metrics=["accuracy"],
            )
            stop = [EarlyStopping(patience=8, restore_best_weights=True)] * ("stop" in name)
            history = model.fit(
                *train,
                epochs=options.epochs,
                validation_data=validate,
                callbacks=stop,
                verbose=0,
            )
            histories.setdefault(name, history.history)
            learnt.append(1 - model.evaluate(*train, verbose=0)[1])
            errors[name].append(1 - model.evaluate(*test, verbose=0)[1])
        print(
            f"{name:22}{model.count_params():8}{np.mean(learnt):16.1%}{np.mean(errors[name]):12.1%}",
            flush=True,
        )
    print(f"(of the labels to learn from {WRONG:.0%} are wrong: who learns digits errs with these)")

    means = {name: np.mean(found) for name, found in errors.items()}
    harmless = [name for name in WAYS if name not in ("none", "batch normalization")]
    assert all(means[name] < means["none"] - 0.02 for name in harmless), means
    draw(errors, histories, options.figures / "regularization.png")
    best = min(means, key=lambda name: means[name])
    command_line.finish(
        f"test error with {best}: {means[best]:.1%} (without any: {means['none']:.1%})"
    )


if __name__ == "__main__":
    main()
