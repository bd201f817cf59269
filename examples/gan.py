"""A generative adversarial network writes the digits that it is asked for.

    pip install '.[examples]' && python examples/gan.py [--data FOLDER] [--epochs 6]

Two networks play against each other. The generator makes an image of 32 random numbers and the
digit that it should be; the discriminator says for each of the ten digits whether an image is a
real one, of which the answer for the digit in question counts. Each learns from how well the other
does. ``Gan`` is a ``Model`` with a ``train_step`` of its own, which is all that ``fit`` needs for
that. Whether the samples are digits is judged by a LeNet-5 that saw real digits alone: counted are
samples in which it sees the digit asked for, and how sure it is. That is not all: a classifier can
be sure of what is no digit, as of noise, and a generator that wrote ten images only would please it
best. So look at the figure, and at the spread within a digit, beside that of real images. Takes
under two minutes on two cores.

References: Goodfellow et al., 2014, "Generative adversarial nets"; Radford et al., 2016,
"Unsupervised representation learning with deep convolutional generative adversarial networks";
Miyato and Koyama, 2018, "cGANs with projection discriminator".
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
            layers.Input((CODE + 10,)),
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
            layers.Dense(10),
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

    def call(self, inputs):
        return self.generator(inputs)

    def is_real(self, images, digits):
        """The discriminator's logits, of the digits in question."""
        said = self.discriminator(images, training=True)
        return ops.take_along_axis(said, digits[:, None], axis=1)

    def train_step(self, data):
        real, digits = data
        codes = asked(lamina.random.normal((len(real), CODE)), digits)
        made = self.generator(codes, training=True)
        yes, no = ops.ones((len(real), 1)), ops.zeros((len(real), 1))

        # The discriminator learns to say yes to real images, and no to those just made. Nine in
        # ten are said to be real, lest it become too sure to teach (Salimans et al., 2016).
        weights = self.discriminator.trainable_weights
        judged = LOSS(0.9 * yes, self.is_real(real, digits))
        judged = judged + LOSS(no, self.is_real(ops.stop_gradient(made), digits))
        self.discriminates.apply(grad(judged, weights), weights)

        # The generator learns to make it say yes.
        weights = self.generator.trainable_weights
        fooled = LOSS(yes, self.is_real(made, digits))
        self.generates.apply(grad(fooled, weights), weights)
        return {"discriminator": judged, "generator": fooled}


def asked(codes, digits):
    """What the generator takes: random numbers, and which digit it should write."""
    return ops.concatenate([codes, ops.one_hot(digits, 10)], axis=1)


def spread(images, digits):
    """How far images are from the mean image of their digit, mean squared."""
    return np.mean([images[digits == digit].var(axis=0).mean() for digit in range(10)])


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=6), reduced_epochs=2)
    (x, y), (x_test, y_test) = load_gray(lamina.datasets.mnist, 2560 if options.reduced else None)
    judge = train(lenet5(), x, y, epochs=3, verbose=0)

    lamina.utils.set_random_seed(options.seed)
    model = Gan()
    model.compile(5e-4)
    model.fit(x, y, batch_size=32 if options.reduced else 64, epochs=options.epochs)

    random = np.random.default_rng(options.seed)
    digits = np.arange(2000) % 10
    codes = asked(random.normal(size=(2000, CODE)).astype("float32"), digits)
    noise = random.uniform(size=(2000, 28, 28, 1)).astype("float32")
    samples = model.predict(codes, batch_size=250, verbose=0)
    sets = {
        "real": (x_test, y_test),
        "generated": (samples, digits),
        "noise": (noise, digits),
    }
    right, sure = {}, {}
    print(f"\n{'':12}{'as asked':>10}{f'{SURE:.0%} sure':>10}{'mean confidence':>17}{'spread':>8}")
    for name, (images, truth) in sets.items():
        p = ops.softmax(judge.predict(images, batch_size=250, verbose=0)).numpy()
        confidence, seen = p.max(axis=1), p.argmax(axis=1)
        right[name], sure[name] = seen == truth, confidence.mean()
        share = (confidence > SURE).mean()
        numbers = f"{right[name].mean():10.1%}{share:10.1%}{sure[name]:17.1%}"
        print(f"{name:12}{numbers}{spread(images, truth):8.3f}")
    by_digit = right["generated"].reshape(-1, 10).mean(axis=0)
    print("as asked, digit by digit: " + " ".join(f"{share:.0%}" for share in by_digit))

    rows = {f"asked for {digit}": samples[digits == digit][:12] for digit in range(10)}
    save_rows(rows, options.figures / "gan.png")
    command_line.finish(
        f"samples that the judge takes for what was asked: {right['generated'].mean():.1%}, "
        f"mean confidence {sure['generated']:.1%}"
    )


if __name__ == "__main__":
    main()
