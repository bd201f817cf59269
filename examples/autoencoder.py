"""Autoencoders: how few numbers say which digit, and how it is written.

    pip install '.[examples]' && python examples/autoencoder.py [--data FOLDER]

An autoencoder learns to give back its input through a bottleneck of few numbers, the code. It needs
no labels: fit(x, x). Here bottlenecks of 2 to 32 numbers are compared by the mean squared error of
images that were not trained with. Principal components (PCA) are the best that layers without
activations can do with as many numbers; the layers of the encoder and the decoder bend the plane of
the components, and lose less. What is lost shows in the figure: first the stroke's thickness and
slant, with two numbers at times the digit itself.

Reference: Hinton and Salakhutdinov, 2006, "Reducing the dimensionality of data with neural
networks".
"""

import numpy as np
from common import command_line, figures
from common.images import load_gray, save_rows
from sklearn.decomposition import PCA

import lamina
from lamina import layers

SIZES = (2, 4, 8, 16, 32)


def autoencoder(size: int) -> lamina.Model:
    return lamina.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(size, name="code"),
            layers.Dense(64, activation="relu"),
            layers.Dense(256, activation="relu"),
            layers.Dense(28 * 28, activation="sigmoid"),
            layers.Reshape((28, 28, 1)),
        ]
    )


def components(x: np.ndarray, x_test: np.ndarray, size: int) -> np.ndarray:
    """The test images as so many principal components of the training images give them."""
    pca = PCA(size, svd_solver="covariance_eigh").fit(x.reshape(len(x), -1))
    codes = pca.transform(x_test.reshape(len(x_test), -1))
    return pca.inverse_transform(codes).reshape(x_test.shape)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=6), reduced_epochs=6)
    images = (6400, 1000) if options.reduced else ()
    sizes = (2, 8) if options.reduced else SIZES
    (x, _), (x_test, y_test) = load_gray(lamina.datasets.mnist, *images)

    given = {"PCA": {}, "autoencoder": {}}
    for size in sizes:
        lamina.utils.set_random_seed(options.seed)
        model = autoencoder(size)
        model.compile(lamina.optimizers.Adam(0.002), "mse")
        print(f"code of {size} numbers:")
        model.fit(x, x, batch_size=128, epochs=options.epochs)
        given["autoencoder"][size] = model.predict(x_test, batch_size=256, verbose=0)
        given["PCA"][size] = components(x, x_test, size)

    errors = {
        name: [float(((images - x_test) ** 2).mean()) for images in by_size.values()]
        for name, by_size in given.items()
    }
    print("\nmean squared error of test images")
    print(f"{'numbers':12}" + "".join(f"{size:>9}" for size in sizes))
    for name, row in errors.items():
        print(f"{name:12}" + "".join(f"{error:9.4f}" for error in row))
    assert all(np.less(errors["autoencoder"], errors["PCA"])), "expected less error than PCA's"

    if drawing := figures.figure(5, 3.2):
        axes = drawing.subplots()
        for name, row in errors.items():
            axes.plot(sizes, row, "o-", label=name)
        axes.set(xlabel="numbers in the code", ylabel="mean squared error", xscale="log", ylim=0)
        axes.set_xticks(sizes, sizes)
        axes.minorticks_off()
        axes.legend()
        figures.save(drawing, options.figures / "autoencoder_errors.png")
    chosen = [int(np.flatnonzero(y_test == digit)[0]) for digit in range(10)]
    rows = {"as they are": x_test[chosen]}
    for name, by_size in given.items():
        rows |= {f"{name}, {size}": images[chosen] for size, images in by_size.items()}
    save_rows(rows, options.figures / "autoencoder.png")
    command_line.finish(
        f"mean squared error: {errors['autoencoder'][-1]:.4f} with {sizes[-1]} numbers, "
        f"{errors['PCA'][-1]:.4f} of PCA"
    )


if __name__ == "__main__":
    main()
