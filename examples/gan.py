"""A generative adversarial network writes digits that no hand wrote.

    pip install '.[examples]' && python examples/gan.py [--data FOLDER] [--epochs 6]

Two networks play against each other: the generator makes images of 32 random numbers, the
discriminator says which images are real, and each learns from how well the other does. ``Gan`` is a
``Model`` with a ``train_step`` of its own, which is all that ``fit`` needs for that. Whether the
samples are digits, and of all ten kinds, is judged by a LeNet-5 that saw real digits alone: counted
are samples of which it is 80 % sure, beside the real test images and noise. Takes about five
minutes on two cores.

References: Goodfellow et al., 2014, "Generative adversarial nets"; Radford et al., 2016,
"Unsupervised representation learning with deep convolutional generative adversarial networks".
"""

import numpy as np
from common import command_line
from common.images import load_gray, save_rows
from lenet5 import lenet5, train

import lamina
from lamina import layers, ops
from lamina.autograd import grad

CODE = 32  # random numbers behind a sample
SURE = 0.8
LOSS = lamina.losses.BinaryCrossentropy(from_logits=True)


def generator() -> lamina.Model:
    return lamina.Sequential(
        [
            layers.Input((CODE,)),
            layers.Dense(7 * 7 * 64, use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Reshape((7, 7, 64)),
            layers.Conv2DTranspose(32, 4, strides=2, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.Conv2DTranspose(1, 4, strides=2, padding="same", activation="sigmoid"),
        ]
    )


def discriminator() -> lamina.Model:
    return lamina.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Dropout(0.3),
            layers.Conv2D(64, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Dropout(0.3),
            layers.Flatten(),
            layers.Dense(1),
        ]
    )


class Gan(lamina.Model):
    def __init__(self):
        super().__init__()
        self.generator, self.discriminator = generator(), discriminator()

    def compile(self, learning_rate):
        super().compile()
        self.generates = lamina.optimizers.Adam(learning_rate, beta_1=0.5)
        self.discriminates = lamina.optimizers.Adam(learning_rate, beta_1=0.5)

    def call(self, codes):
        return self.generator(codes)

    def train_step(self, data):
        (real,) = data
        made = self.generator(lamina.random.normal((len(real), CODE)), training=True)

        # The discriminator learns to say yes to real images, and no to those just made.
        weights = self.discriminator.trainable_weights
        said = self.discriminator(ops.concatenate([real, ops.stop_gradient(made)]), training=True)
        # Nine in ten are said to be real, lest it become too sure to teach (Salimans et al., 2016).
        truth = ops.concatenate([ops.full((len(real), 1), 0.9), ops.zeros((len(real), 1))])
        judged = LOSS(truth, said)
        self.discriminates.apply(grad(judged, weights), weights)

        # The generator learns to make it say yes.
        weights = self.generator.trainable_weights
        fooled = LOSS(ops.ones((len(real), 1)), self.discriminator(made, training=True))
        self.generates.apply(grad(fooled, weights), weights)
        return {"discriminator": judged, "generator": fooled}


def judge(judges: lamina.Model, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The class that the judge sees in each image, and how sure it is."""
    probabilities = ops.softmax(judges.predict(images, batch_size=256, verbose=0)).numpy()
    return probabilities.argmax(axis=1), probabilities.max(axis=1)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=6), reduced_epochs=2)
    (x, y), (x_test, _) = load_gray(lamina.datasets.mnist, 2560 if options.reduced else None)
    judges = train(lenet5(), x, y, epochs=3, verbose=0)

    lamina.utils.set_random_seed(options.seed)
    model = Gan()
    model.compile(5e-4)
    model.fit(x, batch_size=32 if options.reduced else 128, epochs=options.epochs)

    random = np.random.default_rng(options.seed)
    codes = random.normal(size=(2000, CODE)).astype("float32")
    seen = {
        "real test images": x_test,
        "generated": model.predict(codes, verbose=0),
        "noise": random.uniform(size=(2000, 28, 28, 1)).astype("float32"),
    }
    print(f"\n{'':20}{'mean confidence':>16}{f'above {SURE:.0%}':>12}  images of 0 to 9, in 100")
    for name, images in seen.items():
        digits, confidence = judge(judges, images)
        counts = 100 * np.bincount(digits, minlength=10) / len(images)
        shares = " ".join(f"{count:4.1f}" for count in counts)
        print(f"{name:20}{confidence.mean():16.1%}{(confidence > SURE).mean():12.1%}  {shares}")

    digits, confidence = judge(judges, seen["generated"])
    print(f"the rarest of the ten: {np.bincount(digits, minlength=10).min()} of 2000 samples")
    rows = {f"taken for {digit}": seen["generated"][digits == digit][:12] for digit in range(10)}
    save_rows({name: row for name, row in rows.items() if len(row)}, options.figures / "gan.png")
    command_line.finish(f"samples judged confidently: {(confidence > SURE).mean():.1%}")


if __name__ == "__main__":
    main()
