"""How far diabetes will progress in a year: a network beside a straight line and a plain mean.

    pip install '.[examples]' && python examples/regression.py

The data are scikit-learn's 442 patients, which come with it. A fifth of those to train with says
when to stop; the figure shows what the network foretold of each test patient beside what came.
"""

from pathlib import Path

import numpy as np
from common import command_line, figures
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split

import lamina
from lamina import layers
from lamina.callbacks import EarlyStopping


def draw(y: np.ndarray, predictions: dict[str, np.ndarray], path: Path) -> None:
    """What was predicted over what came; a perfect prediction lies on the diagonal."""
    drawing = figures.figure(8, 4)
    if drawing is None:
        return
    ends = [y.min(), y.max()]
    for ax, name in zip(drawing.subplots(1, 2, sharey=True), list(predictions)[1:], strict=True):
        ax.scatter(y, predictions[name], s=14, alpha=0.7)
        ax.plot(ends, ends, ":", color="grey", label="perfect")
        ax.axhline(predictions["mean of the training data"][0], color="C1", label="mean")
        ax.set(title=name, xlabel="progression after a year", ylabel="predicted")
        ax.label_outer()
        ax.legend()
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=300)
    options = command_line.begin(parser, reduced_epochs=100)
    x, y = load_diabetes(return_X_y=True, scaled=False)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=1)
    mean, spread = x_train.mean(axis=0), x_train.std(axis=0)
    x_train, x_test = (x_train - mean) / spread, (x_test - mean) / spread
    # A network begins with outputs about 0 and steps of its own size: its targets are made to fit.
    y_mean, y_spread = y_train.mean(), y_train.std()

    model = lamina.Sequential(
        [
            layers.Input((x_train.shape[1],)),
            layers.Dense(16, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(1),
        ]
    )
    model.compile(lamina.optimizers.Adam(0.005), "mse")
    stop = EarlyStopping(patience=20, restore_best_weights=True)
    history = model.fit(
        x_train,
        (y_train - y_mean) / y_spread,
        epochs=options.epochs,
        validation_split=0.2,
        callbacks=[stop],
        verbose=0,
    )
    print(f"the network trained for {len(history.epoch)} epochs; best was {stop.best_epoch + 1}\n")

    predictions = {
        "mean of the training data": np.full(len(y_test), y_mean),
        "linear regression": LinearRegression().fit(x_train, y_train).predict(x_test),
        "network": model.predict(x_test, verbose=0).ravel() * y_spread + y_mean,
    }
    print(f"{'test samples: ' + str(len(y_test)):27}{'MAE':>8}{'R2':>8}")
    r2 = {}
    for name, predicted in predictions.items():
        r2[name] = r2_score(y_test, predicted)
        print(f"{name:27}{mean_absolute_error(y_test, predicted):8.1f}{r2[name]:8.2f}")
    print("\nThe data are few and nearly linear: a network can hardly do better than a line here.")
    assert r2["network"] >= 0.25, "expected about as good as a line"
    draw(y_test, predictions, options.figures / "regression.png")
    command_line.finish(f"test R2: {r2['network']:.2f}")


if __name__ == "__main__":
    main()
