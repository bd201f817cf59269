"""A denoising autoencoder finds the digit beneath the noise.

    pip install '.[examples]' && python examples/denoising.py [--data FOLDER]

The network sees images with noise and is trained to give the clean ones. The noise is a layer of
the model, which acts in training alone and draws anew for every batch; so fit(x, x) is all. Beside
it stand the filters of image processing, which know nothing of digits: a mean over neighbours,
weighted by a Gaussian, and their median. The noise is so strong (standard deviation a half of the
range from black to white) that they take away a few strokes with it; the network knows what strokes
look like.

Reference: Vincent et al., 2008, "Extracting and composing robust features with denoising
autoencoders".
"""

import numpy as np
from common import command_line
from common.images import load_gray, save_rows
from scipy import ndimage

import lamina
from lamina import layers

NOISE = 0.5


def denoiser() -> lamina.Model:
    options = {"padding": "same", "activation": "relu"}
    return lamina.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.GaussianNoise(NOISE),
            layers.ReLU(max_value=1),  # no pixel is darker than black or brighter than white
            layers.Conv2D(16, 3, strides=2, **options),
            layers.Conv2D(32, 3, strides=2, **options),
            layers.Conv2D(32, 3, **options),
            layers.Conv2DTranspose(32, 3, strides=2, **options),
            layers.Conv2DTranspose(16, 3, strides=2, **options),
            layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
        ]
    )


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=4), reduced_epochs=2)
    images = (6400, 1000) if options.reduced else ()
    (x, _), (x_test, y_test) = load_gray(lamina.datasets.mnist, *images)
    random = np.random.default_rng(options.seed)
    noisy = x_test + NOISE * random.normal(size=x_test.shape).astype("float32")
    noisy = noisy.clip(0, 1)

    model = denoiser()
    model.compile(lamina.optimizers.Adam(0.002), "binary_crossentropy")
    model.fit(x, x, batch_size=32 if options.reduced else 64, epochs=options.epochs)

    given = {
        "noisy": noisy,
        "Gaussian filter": ndimage.gaussian_filter(noisy, (0, 1, 1, 0)),
        "median filter": ndimage.median_filter(noisy, (1, 3, 3, 1)),
        "autoencoder": model.predict(noisy, batch_size=256, verbose=0),
    }
    errors = {name: float(((images - x_test) ** 2).mean()) for name, images in given.items()}
    print(f"\n{'':18}{'mean squared error':>20}{'noise below by':>16}")
    for name, error in errors.items():
        print(f"{name:18}{error:20.4f}{errors['noisy'] / error:15.1f}x")
    assert errors["autoencoder"] == min(errors.values()), "expected the autoencoder to be the best"

    chosen = [int(np.flatnonzero(y_test == digit)[0]) for digit in range(10)]
    rows = {name: images[chosen] for name, images in given.items()}
    save_rows({"as they are": x_test[chosen], **rows}, options.figures / "denoising.png")
    command_line.finish(
        f"noise divided by: {errors['noisy'] / errors['autoencoder']:.1f} "
        f"(mean squared error {errors['autoencoder']:.4f} after {errors['noisy']:.4f})"
    )


if __name__ == "__main__":
    main()
