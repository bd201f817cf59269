"""Filters by hand and filters learnt: what the kernels of convolutions look for.

    pip install '.[examples]' && python examples/filters.py [--data FOLDER]

A convolution slides a small pattern over an image and answers where it finds it. Long before
networks learnt such patterns, they were chosen by hand: Sobel's two kernels answer to edges,
Laplace's to spots and lines, a Gaussian blurs. Set as the weights of a ``Conv2D`` they give what
SciPy's filters give, here of a photograph. The kernels of LeNet-5 begin as noise and become such
detectors by training alone; drawn are its first kernels and what both convolutions answer to a
digit. Beside it stands a LeNet-5 whose first kernels are edges by hand and stay so: it reads digits
nearly as well, as what the first layer has to find is no secret.
"""

import numpy as np
from common import command_line, figures
from common.images import load_gray
from lenet5 import lenet5, train
from scipy import ndimage
from sklearn.datasets import load_sample_image

import lamina
from lamina import layers

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
BY_HAND = {
    "edges, left to right": SOBEL,
    "edges, top to bottom": SOBEL.T,
    "spots and lines (Laplace)": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "blurred (Gauss)": np.outer([1, 2, 1], [1, 2, 1]) / 16,
}
SLOPES = [np.cos(angle) * SOBEL + np.sin(angle) * SOBEL.T for angle in np.pi * np.arange(6) / 3]


def filtered(photograph: np.ndarray) -> dict[str, np.ndarray]:
    """What a convolution with the kernels by hand makes of a photograph."""
    layer = layers.Conv2D(len(BY_HAND), 3, use_bias=False)
    layer.build((None, None, None, 1))
    layer.set_weights([np.stack(list(BY_HAND.values()), axis=-1)[:, :, None, :]])
    answers = layer(photograph[None, :, :, None]).numpy()[0]
    across, down = answers[..., 0], answers[..., 1]
    inside = np.s_[1:-1, 1:-1]
    np.testing.assert_allclose(across, ndimage.sobel(photograph, axis=1)[inside], atol=1e-3)
    np.testing.assert_allclose(down, ndimage.sobel(photograph, axis=0)[inside], atol=1e-3)
    named = dict(zip(BY_HAND, np.moveaxis(answers, -1, 0), strict=True))
    return {"photograph": photograph, **named, "edges (both)": np.hypot(across, down)}


def with_edges_by_hand() -> lamina.Model:
    """A LeNet-5 whose first kernels are edges of six slopes, and stay so."""
    model = lenet5()
    kernels = np.pad(np.stack(SLOPES, axis=-1) / 4, ((1, 1), (1, 1), (0, 0)))
    model.layers[0].set_weights([kernels[:, :, None, :], np.zeros(6)])
    model.layers[0].trainable = False
    return model


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=3), reduced_epochs=1)
    (x, y), (x_test, y_test) = load_gray(
        lamina.datasets.mnist, *((6400, 2000) if options.reduced else ())
    )
    pictures = filtered(load_sample_image("china.jpg").mean(axis=-1).astype("float32"))
    print("A Conv2D with Sobel's kernels gives what scipy.ndimage.sobel gives.")

    accuracy, models = {}, {}
    for name, made in {"edges by hand": with_edges_by_hand, "learnt": lenet5}.items():
        print(f"first kernels: {name}")
        lamina.utils.set_random_seed(options.seed)
        models[name] = train(made(), x, y, options.epochs)
        _, accuracy[name] = models[name].evaluate(x_test, y_test, batch_size=256, verbose=0)
    print(f"\n{'first kernels':16}{'trained':>8}{'test accuracy':>15}")
    for name, model in models.items():
        count = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
        print(f"{name:16}{count:8}{accuracy[name]:15.1%}")

    if drawing := figures.figure(10, 5):
        for axes, (name, picture) in zip(
            drawing.subplots(2, 3).ravel(), pictures.items(), strict=True
        ):
            axes.imshow(picture, cmap="gray")
            axes.set_title(name)
            axes.set_axis_off()
        figures.save(drawing, options.figures / "filters_by_hand.png")
        model, digit = models["learnt"], x_test[0]
        convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]
        figures.save(lamina.plotting.filters(convolutions[0]), options.figures / "filters.png")
        for i, layer in enumerate(convolutions, 1):
            maps = lamina.plotting.feature_maps(model, digit, layer)
            figures.save(maps, options.figures / f"feature_maps_{i}.png")
    command_line.finish(
        f"test accuracy: {accuracy['learnt']:.1%} with learnt first kernels, "
        f"{accuracy['edges by hand']:.1%} with edges by hand"
    )


if __name__ == "__main__":
    main()
