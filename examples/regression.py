"""How far diabetes will progress in a year: a network beside a straight line and a plain mean.

    pip install '.[examples]' && python examples/regression.py

The data are scikit-learn's 442 patients, which come with it.
"""

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split

import lamina
from lamina import layers
from lamina.callbacks import EarlyStopping


def main() -> None:
    lamina.utils.set_random_seed(1)
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
        epochs=300,
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


if __name__ == "__main__":
    main()
