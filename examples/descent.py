"""Gradient descent by all samples, by mini-batches and by single samples, on one model and data.

    pip install '.[examples]' && python examples/descent.py

The data are scikit-learn's 569 tumours, benign or malignant, which come with it. An epoch shows all
of them to the network; how many of them each step looks at decides how many steps it makes. The
more steps, the more it learns in an epoch, but the longer an epoch takes: mini-batches lie between,
as the figure shows of loss over epochs and over time.
"""

import time
from pathlib import Path

from common import command_line, figures
from sklearn.datasets import load_breast_cancer

import lamina
from lamina import layers


def draw(losses: dict[str, list[float]], seconds: dict[str, float], path: Path) -> None:
    """The losses over epochs and over time."""
    drawing = figures.figure(9, 3.4)
    if drawing is None:
        return
    by_epoch, by_time = drawing.subplots(1, 2, sharey=True)
    for name, course in losses.items():
        epochs = range(1, len(course) + 1)
        by_epoch.plot(epochs, course, ".-", label=name)
        times = [seconds[name] * epoch / len(course) for epoch in epochs]
        by_time.plot(times, course, ".-", label=name)
    by_epoch.set(xlabel="epoch", ylabel="training loss", yscale="log")
    by_time.set(xlabel="seconds", xscale="log")
    by_epoch.xaxis.get_major_locator().set_params(integer=True)
    by_time.legend()
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=20)
    options = command_line.begin(parser)
    x, y = load_breast_cancer(return_X_y=True)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    losses, seconds, totals = {}, {}, []
    for name, batch_size in {"batch": len(x), "mini-batch": 32, "single": 1}.items():
        lamina.utils.set_random_seed(options.seed)  # all begin with the same weights
        model = lamina.Sequential(
            [
                layers.Input((x.shape[1],)),
                layers.Dense(8, activation="tanh"),
                layers.Dense(1, activation="sigmoid"),
            ]
        )
        model.compile(lamina.optimizers.SGD(0.05), "binary_crossentropy", metrics=["accuracy"])
        begun = time.perf_counter()
        history = model.fit(x, y, batch_size=batch_size, epochs=options.epochs, verbose=0).history
        seconds[name] = time.perf_counter() - begun
        losses[name] = history["loss"]
        totals.append((name, batch_size, int(model.optimizer.iterations), history))

    print("training loss of each epoch")
    print("epoch" + "".join(f"{name:>12}" for name in losses))
    for epoch in range(options.epochs):
        print(f"{epoch + 1:5}" + "".join(f"{course[epoch]:12.4f}" for course in losses.values()))

    print(f"\n{'':12}{'samples a step':>15}{'updates':>9}{'seconds':>9}{'loss':>9}{'accuracy':>10}")
    for name, batch_size, updates, history in totals:
        loss, accuracy = history["loss"][-1], history["accuracy"][-1]
        print(
            f"{name:12}{batch_size:15}{updates:9}{seconds[name]:9.3f}{loss:9.4f}{accuracy:10.1%}",
        )
    print("\nMore updates an epoch learn more an epoch, and take longer: mini-batches lie between.")
    assert losses["single"][-1] < losses["mini-batch"][-1] < losses["batch"][-1]
    draw(losses, seconds, options.figures / "descent.png")
    command_line.finish(f"training accuracy by mini-batches: {totals[1][3]['accuracy'][-1]:.1%}")


if __name__ == "__main__":
    main()
