"""Which pixels did the network look at? Four maps of it, and a test that compares them.

    pip install '.[examples]' && python examples/sensitivity.py [--data FOLDER]

The sensitivity of an output to each input is the size of its gradient: a saliency map. SmoothGrad
takes its mean over noisy copies of the image, which evens out what changes from pixel to pixel.
Grad-CAM weighs the maps of the last convolution by how much the answer depends on each: coarse, but
about shapes in place of pixels. Occlusion needs no gradient: a gray patch wanders over the image,
and the map says how much surer the network was without it. A map is worth as much as it foretells.
So the pixels of strokes that it puts first are erased: the network should then doubt its answer
more than when as many strokes' pixels are erased at random.

References: Simonyan et al., 2014, "Deep inside convolutional networks"; Smilkov et al., 2017,
"SmoothGrad"; Selvaraju et al., 2017, "Grad-CAM"; Zeiler and Fergus, 2014, "Visualizing and
understanding convolutional networks".
"""

import numpy as np
from common import command_line
from common.images import load_gray, save_rows
from lenet5 import lenet5, train

import lamina
from lamina import Tensor, ops
from lamina.autograd import grad

ERASED = 40  # pixels; a digit has about 150 that are not black


def chosen(logits, classes):
    """The sum over images of the logit of each one's class, so that gradients are each image's."""
    return ops.sum(ops.take_along_axis(logits, classes[:, None], axis=1))


def saliency(model, images, classes):
    x = Tensor(images, requires_grad=True)
    (gradient,) = grad(chosen(model(x, training=False), classes), x)
    return ops.abs(gradient).numpy()


def smooth_grad(model, images, classes, copies=25, noise=0.3):
    random = np.random.default_rng(0)
    noisy = (images + noise * random.normal(size=(copies, *images.shape))).astype("float32")
    return np.mean([saliency(model, copy, classes) for copy in noisy], axis=0)


def grad_cam(model, images, classes):
    layer = next(layer for layer in model.layers[::-1] if isinstance(layer, lamina.layers.Conv2D))
    both = lamina.Model(model.inputs, [layer.output, model.output])
    maps, logits = both(images, training=False)
    (gradient,) = grad(chosen(logits, classes), maps)
    weights = ops.mean(gradient, axis=(1, 2), keepdims=True)
    heat = ops.relu(ops.sum(weights * maps, axis=-1, keepdims=True))
    return ops.image.resize(heat, images.shape[1:3]).numpy()


def occlusion(model, images, classes, size=5):
    before = confidence(model, images, classes)
    heat = np.zeros_like(images)
    for top in range(0, images.shape[1], 2):
        for left in range(0, images.shape[2], 2):
            rows = slice(max(0, top - size // 2), top + size // 2 + 1)
            columns = slice(max(0, left - size // 2), left + size // 2 + 1)
            hidden = images.copy()
            hidden[:, rows, columns] = 0.5
            drop = before - confidence(model, hidden, classes)
            heat[:, top : top + 2, left : left + 2] = drop[:, None, None, None]
    return heat


def confidence(model, images, classes):
    """The probability that the network gives each image's class."""
    probabilities = ops.softmax(model.predict(images, batch_size=256, verbose=0)).numpy()
    return probabilities[np.arange(len(classes)), classes]


def erased(images, heat):
    """Images without the pixels of strokes that a map puts first."""
    order = np.where(images > 0, heat, -np.inf).reshape(len(images), -1).argsort(axis=1)
    left = images.reshape(len(images), -1).copy()
    np.put_along_axis(left, order[:, -ERASED:], 0, axis=1)
    return left.reshape(images.shape)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=3), reduced_epochs=2)
    sizes = (6400, 50) if options.reduced else (60000, 500)
    (x, y), (images, _) = load_gray(lamina.datasets.mnist, *sizes)
    model = train(lenet5(), x, y, options.epochs)
    classes = model.predict(images, verbose=0).argmax(axis=1)

    random = np.random.default_rng(options.seed)
    maps = {
        "at random": random.uniform(size=images.shape),
        "saliency": saliency(model, images, classes),
        "SmoothGrad": smooth_grad(model, images, classes),
        "Grad-CAM": grad_cam(model, images, classes),
        "occlusion": occlusion(model, images, classes),
    }
    print(f"\n{ERASED} pixels of strokes erased   confidence left   answers kept")
    left, kept = {}, {}
    for name, heat in maps.items():
        rest = erased(images, heat)
        left[name] = confidence(model, rest, classes).mean()
        kept[name] = (model.predict(rest, verbose=0).argmax(axis=1) == classes).mean()
        print(f"{name:28}{left[name]:18.1%}{kept[name]:15.1%}")

    assert left["SmoothGrad"] < left["at random"], "expected SmoothGrad to foretell something"

    _, shown = np.unique(classes, return_index=True)  # one of each class
    rows = {"images": images[shown]}
    for name, heat in list(maps.items())[1:]:
        heat = heat[shown].clip(0)
        rows[name] = heat / heat.max(axis=(1, 2, 3), keepdims=True)
    rows["without SmoothGrad's"] = erased(images, maps["SmoothGrad"])[shown]
    save_rows(rows, options.figures / "sensitivity.png")
    command_line.finish(
        f"confidence left: {left['SmoothGrad']:.1%} without what SmoothGrad puts first, "
        f"{left['at random']:.1%} without as many pixels at random"
    )


if __name__ == "__main__":
    main()
