"""Adversarial examples: changes that hardly show make a network err; training with them helps.

    pip install '.[examples]' && python examples/adversarial.py [--data FOLDER]

The gradient of the loss by the pixels says in which direction each pixel hurts most. The fast
gradient sign method (FGSM) moves all pixels by epsilon in that direction; projected gradient
descent (PGD) takes ten smaller steps and never leaves the same distance. A tenth of the range from
black to white, which no reader of digits minds, leaves LeNet-5 little of its 99 %. A second LeNet-5
is trained with images that are attacked in the same way, each batch as the network stands at that
moment; it keeps most of its accuracy. Beyond the distance that it was trained for it falls too.

References: Goodfellow et al., 2015, "Explaining and harnessing adversarial examples"; Madry et al.,
2018, "Towards deep learning models resistant to adversarial attacks"; Wong et al., 2020, "Fast is
better than free: revisiting adversarial training", for the random start.
"""

import numpy as np
from common import command_line
from common.images import load_gray, save_rows
from lenet5 import lenet5, train

import lamina
from lamina import Tensor, ops
from lamina.autograd import grad

EPSILON = 0.1  # of the range from black to white
LOSS = lamina.losses.SparseCategoricalCrossentropy(from_logits=True)


def harmful(model, x, y):
    """For each pixel the sign of the change that raises the loss."""
    x = Tensor(x, requires_grad=True)
    (gradient,) = grad(LOSS(y, model(x, training=False)), x)
    return ops.sign(gradient)


def fgsm(model, x, y, epsilon=EPSILON):
    return ops.clip(x + epsilon * harmful(model, x, y), 0, 1)


def pgd(model, x, y, epsilon=EPSILON, steps=10):
    attacked = x
    for _ in range(steps):
        attacked = attacked + 2.5 * epsilon / steps * harmful(model, attacked, y)
        attacked = ops.clip(ops.clip(attacked, x - epsilon, x + epsilon), 0, 1)
    return attacked


class Robust(lamina.Sequential):
    """Trains with attacked images: from a random place nearby, one step in the worst direction."""

    def train_step(self, data):
        x, y = data
        near = x + lamina.random.uniform(x.shape, -EPSILON, EPSILON)
        attacked = near + 1.25 * EPSILON * harmful(self, near, y)
        attacked = ops.clip(ops.clip(attacked, x - EPSILON, x + EPSILON), 0, 1)
        return super().train_step((attacked, y))


def accuracy(model, x, y, attack, epsilon):
    """The share of images that the model still knows when each is attacked."""
    right = 0
    for begin in range(0, len(x), 500):
        images, labels = Tensor(x[begin : begin + 500]), y[begin : begin + 500]
        logits = model(attack(model, images, labels, epsilon), training=False).numpy()
        right += (logits.argmax(axis=1) == labels).sum()
    return right / len(x)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=5), reduced_epochs=2)
    sizes = (6400, 500) if options.reduced else (60000, 2000)
    (x, y), (x_test, y_test) = load_gray(lamina.datasets.mnist, *sizes)

    models = {"plain": lenet5(), "robust": Robust(lenet5().layers)}
    for name, model in models.items():
        print(f"{name}:")
        train(model, x, y, options.epochs)

    distances = [0.0, 0.05, EPSILON, 0.15, 0.2]
    kept = {}
    print(f"\n{'test accuracy':15}" + "".join(f"{f'epsilon {d}':>14}" for d in distances))
    for name, model in models.items():
        for attack in (fgsm, pgd):
            kept[name, attack] = [accuracy(model, x_test, y_test, attack, d) for d in distances]
            row = "".join(f"{share:14.1%}" for share in kept[name, attack])
            print(f"{f'{name}, {attack.__name__}':15}{row}")

    chosen = [int(np.flatnonzero(y_test == digit)[0]) for digit in range(10)]
    digits, labels = Tensor(x_test[chosen]), y_test[chosen]
    rows, answers = {"as they are": digits.numpy()}, {}
    for name, model in models.items():
        for attack in (fgsm, pgd):
            row = f"{attack.__name__.upper()}, {name}"
            rows[row] = attack(model, digits, labels).numpy()
            answers[row] = model.predict(rows[row], verbose=0).argmax(axis=1)
    save_rows(rows, options.figures / "adversarial.png", notes=answers)
    distance = distances.index(EPSILON)
    command_line.finish(
        f"accuracy under FGSM: {kept['robust', fgsm][distance]:.1%} after adversarial training, "
        f"{kept['plain', fgsm][distance]:.1%} without"
    )


if __name__ == "__main__":
    main()
