"""A variational autoencoder: codes in a plane where every place is a digit.

    pip install '.[examples]' && python examples/vae.py [--data FOLDER]

The encoder says for each image not where its code lies but where it may lie: a mean and a spread.
What the layer ``Sampling`` adds to the loss (``add_loss``) keeps these clouds close to one normal
distribution, so that numbers drawn from it decode to images that look like the data. The loss is a
bound of the images' description length, in nats: what the decoder leaves unsaid of the pixels, and
how much the code says. Compared are codes of 2 and of 16 numbers, beside the mean image, which says
nothing of the single one. The figures show what the plane of 2 numbers decodes to, and where the
ten digits lie in it, which nobody told the network.

Reference: Kingma and Welling, 2014, "Auto-encoding variational Bayes".
"""

import numpy as np
from common import command_line, figures
from common.images import load_gray, save_rows
from scipy.stats import norm

import lamina
from lamina import layers, ops


class Sampling(layers.Layer):
    """A code drawn from the normal distribution that the encoder gives; its divergence is added."""

    def call(self, inputs):
        mean, log_variance = ops.split(inputs, 2, axis=-1)
        divergence = (ops.exp(log_variance) + mean**2 - 1 - log_variance) / 2
        self.add_loss(ops.mean(ops.sum(divergence, axis=-1)))
        return mean + ops.exp(log_variance / 2) * lamina.random.normal(mean.shape)


def unsaid(x, logits):
    """What the decoder leaves unsaid of an image, each pixel a share of black and white: nats."""
    nats = ops.softplus(logits) - x * logits
    return ops.sum(nats, axis=(1, 2, 3))


def networks(size: int) -> tuple[lamina.Model, lamina.Model, lamina.Model]:
    """The encoder, the decoder, and both with a code drawn between them."""
    encoder = lamina.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(2 * size),  # means, then logarithms of variances
        ]
    )
    decoder = lamina.Sequential(
        [
            layers.Input((size,)),
            layers.Dense(256, activation="relu"),
            layers.Dense(28 * 28),
            layers.Reshape((28, 28, 1)),
        ]
    )
    images = lamina.Input((28, 28, 1))
    return encoder, decoder, lamina.Model(images, decoder(Sampling()(encoder(images))))


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=10), reduced_epochs=6)
    (x, _), (x_test, y_test) = load_gray(
        lamina.datasets.mnist, *((6400, 1000) if options.reduced else ())
    )
    mean = x.mean(axis=0).clip(1e-4, 1 - 1e-4)
    nats = {"mean image": float(ops.mean(unsaid(x_test, np.log(mean / (1 - mean)))))}
    trained = {}
    for size in (2, 16):
        lamina.utils.set_random_seed(options.seed)
        encoder, decoder, model = trained[size] = networks(size)
        model.compile(lamina.optimizers.Adam(0.002), unsaid)
        model.fit(x, x, batch_size=128, epochs=options.epochs)
        nats[f"code of {size}"] = model.evaluate(x_test, x_test, batch_size=250, verbose=0)

    print(f"\n{'':12}{'nats an image':>15}")
    for name, loss in nats.items():
        print(f"{name:12}{loss:15.1f}")
    assert nats["code of 16"] < nats["code of 2"] < nats["mean image"]

    encoder, decoder, _ = trained[2]
    steps = norm.ppf(np.linspace(0.02, 0.98, 15))  # as many digits lie between two steps as any
    plane = np.array([(right, up) for up in steps[::-1] for right in steps], "float32")
    decoded = ops.sigmoid(decoder.predict(plane, verbose=0)).numpy().reshape(15, 15, 28, 28)
    if drawing := figures.figure(10, 4.6):
        left, right = drawing.subplots(1, 2)
        left.imshow(decoded.transpose(0, 2, 1, 3).reshape(15 * 28, 15 * 28), cmap="gray")
        left.set_axis_off()
        left.set_title("what the plane of codes decodes to")
        codes = encoder.predict(x_test, verbose=0)[:, :2]
        dots = right.scatter(*codes.T, c=y_test, s=2, cmap="tab10")
        right.legend(*dots.legend_elements(), title="digit", bbox_to_anchor=(1, 1))
        right.set(title="where test images lie in it", aspect="equal")
        figures.save(drawing, options.figures / "vae_plane.png")
    random = np.random.default_rng(options.seed)
    rows = {}
    for size, (_, decoder, _) in trained.items():
        codes = random.normal(size=(24, size)).astype("float32")
        samples = ops.sigmoid(decoder.predict(codes, verbose=0)).numpy()
        rows |= {f"samples of {size}": samples[:12], f"more of {size}": samples[12:]}
    save_rows(rows, options.figures / "vae.png")
    command_line.finish(
        f"nats an image: {nats['code of 16']:.1f} with 16 numbers, {nats['code of 2']:.1f} with 2"
    )


if __name__ == "__main__":
    main()
