"""Gradient descent by all samples, by mini-batches and by single samples, on one model and data.

    pip install '.[examples]' && python examples/descent.py

The data are scikit-learn's 569 tumours, benign or malignant, which come with it.
"""

import time

from sklearn.datasets import load_breast_cancer

import lamina
from lamina import layers

EPOCHS = 20


def main() -> None:
    x, y = load_breast_cancer(return_X_y=True)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    losses, totals = {}, []
    for name, batch_size in {"batch": len(x), "mini-batch": 32, "single": 1}.items():
        lamina.utils.set_random_seed(1)  # all begin with the same weights
        model = lamina.Sequential(
            [
                layers.Input((x.shape[1],)),
                layers.Dense(8, activation="tanh"),
                layers.Dense(1, activation="sigmoid"),
            ]
        )
        model.compile(lamina.optimizers.SGD(0.05), "binary_crossentropy", metrics=["accuracy"])
        begin = time.perf_counter()
        history = model.fit(x, y, batch_size=batch_size, epochs=EPOCHS, verbose=0).history
        seconds = time.perf_counter() - begin
        losses[name] = history["loss"]
        totals.append((name, batch_size, int(model.optimizer.iterations), seconds, history))

    print("training loss of each epoch")
    print("epoch" + "".join(f"{name:>12}" for name in losses))
    for epoch in range(EPOCHS):
        print(f"{epoch + 1:5}" + "".join(f"{course[epoch]:12.4f}" for course in losses.values()))

    print(f"\n{'':12}{'samples a step':>15}{'updates':>9}{'seconds':>9}{'loss':>9}{'accuracy':>10}")
    for name, batch_size, updates, seconds, history in totals:
        loss, accuracy = history["loss"][-1], history["accuracy"][-1]
        print(
            f"{name:12}{batch_size:15}{updates:9}{seconds:9.3f}{loss:9.4f}{accuracy:10.1%}",
        )
    print("\nMore updates an epoch learn more an epoch, and take longer: mini-batches lie between.")
    assert losses["single"][-1] < losses["mini-batch"][-1] < losses["batch"][-1]


if __name__ == "__main__":
    main()
