"""Schedules of the learning rate: constant, steps, exponential, cosine, warm-up, on a plateau.

    pip install '.[examples]' && python examples/learning_rates.py [--data FOLDER]

A network tells clothes apart (10,000 images of Fashion-MNIST to learn from, as many to test with;
30 MB are downloaded once), by stochastic gradient descent with momentum at a high rate. At a
constant rate the loss stays restless, since each step follows one batch; as the rate falls it
comes to rest in a lower place. A warm-up begins gently, while the weights are still far off. What
ReduceLROnPlateau does is decided by the loss on images kept apart; the others count steps.

References: Loshchilov and Hutter, 2017, "SGDR: stochastic gradient descent with warm restarts";
Goyal et al., 2017, "Accurate, large minibatch SGD" (warm-up).
"""

from pathlib import Path

import numpy as np
from common import command_line, figures

import lamina
from lamina import layers
from lamina.callbacks import History, ReduceLROnPlateau
from lamina.optimizers import SGD, schedules

RATE, BATCH_SIZE = 0.1, 64


def network() -> lamina.Sequential:
    return lamina.Sequential(
        [
            layers.Input((28, 28)),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(10),
        ]
    )


def learning_rates(steps: int) -> dict[str, float | schedules.LearningRateSchedule]:
    """What each optimizer is given; all fall to a hundredth of the rate, or to 0."""
    thirds = [steps // 3, 2 * steps // 3]
    return {
        "constant": RATE,
        "steps": schedules.PiecewiseConstantDecay(thirds, [RATE, RATE / 10, RATE / 100]),
        "exponential": schedules.ExponentialDecay(RATE, steps, 0.01),
        "cosine": schedules.CosineDecay(RATE, steps),
        "warm-up, cosine": schedules.CosineDecay(
            0.0, steps - steps // 10, warmup_target=RATE, warmup_steps=steps // 10
        ),
        "on plateau": RATE,
    }


def draw(rates: dict[str, np.ndarray], histories: dict[str, History], path: Path) -> None:
    """The rates, and the losses of training and validation."""
    drawing = figures.figure(12, 3.6)
    if drawing is None:
        return
    left, middle, right = drawing.subplots(1, 3)
    for name, history in histories.items():
        epochs = np.arange(1, 1 + len(history.epoch))
        left.plot(np.linspace(0, len(epochs), len(rates[name])), rates[name], label=name)
        middle.plot(epochs, history.history["loss"], label=name)
        right.plot(epochs, history.history["val_loss"])
    left.set(title="learning rate", xlabel="epoch", yscale="log", ylim=(3e-4, 2e-1))
    middle.set(title="training loss", xlabel="epoch")
    right.set(title="validation loss", xlabel="epoch")
    middle.legend(fontsize=8)
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=15)
    options = command_line.begin(parser, reduced_epochs=8)
    count = 3000 if options.reduced else 10000
    (x, y), (x_test, y_test) = lamina.datasets.fashion_mnist.load_data()
    x, y, x_val, y_val = x[:count], y[:count], x[-2000:], y[-2000:]

    steps_an_epoch = -(-count // BATCH_SIZE)
    steps = options.epochs * steps_an_epoch
    rates, histories, accuracies = {}, {}, {}
    print(f"{'':16}{'last loss':>10}{'validation':>11}{'test accuracy':>15}")
    for name, rate in learning_rates(steps).items():
        lamina.utils.set_random_seed(options.seed)  # all begin with the same weights
        model = network()
        model.compile(
            SGD(rate, momentum=0.9),
            lamina.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        plateau = [ReduceLROnPlateau(factor=0.3, patience=1)] if name == "on plateau" else []
        histories[name] = model.fit(
            x,
            y,
            batch_size=BATCH_SIZE,
            epochs=options.epochs,
            validation_data=(x_val, y_val),
            callbacks=plateau,
            verbose=0,
        )
        if plateau:
            rates[name] = np.repeat(histories[name].history["learning_rate"], steps_an_epoch)
        else:
            rates[name] = rate(np.arange(steps)).numpy() if callable(rate) else np.full(steps, rate)
        _, accuracies[name] = model.evaluate(x_test, y_test, batch_size=256, verbose=0)
        losses = histories[name].history
        print(
            f"{name:16}{losses['loss'][-1]:10.3f}{losses['val_loss'][-1]:11.3f}"
            f"{accuracies[name]:15.1%}",
            flush=True,
        )

    last = {name: history.history["loss"][-1] for name, history in histories.items()}
    assert all(last[name] < last["constant"] for name in last if name != "constant"), last
    draw(rates, histories, options.figures / "learning_rates.png")
    command_line.finish(f"test accuracy with the cosine: {accuracies['cosine']:.1%}")


if __name__ == "__main__":
    main()
