"""Blocks of convolutions compared: a plain stack, grouped ones as ResNeXt's, dense as DenseNet's.

    pip install '.[examples]' && python examples/blocks.py [--data FOLDER]

Three networks with as many parameters each see the same 8,000 photographs of CIFAR-10. The plain
stack spends them on few wide convolutions. ResNeXt's block narrows the image's channels, convolves
them in eight groups that do not see each other, widens them again and adds the result to what came
in. In DenseNet's block each convolution makes a few channels more, of all that were made before it.
Both get more layers out of the same parameters, and stay trainable by their short ways from the
first layer to the last. The table says what that is worth, and what it costs in time.

References: Xie et al., 2017, "Aggregated residual transformations for deep neural networks"; Huang
et al., 2017, "Densely connected convolutional networks".
"""

import math
import time

from common import command_line, figures
from common.images import load_cifar10

import lamina
from lamina import layers
from lamina.optimizers.schedules import CosineDecay


def convolution(x, filters, size=3, groups=1):
    """Normalized and rectified; the moving averages follow runs of few steps."""
    x = layers.Conv2D(filters, size, padding="same", use_bias=False, groups=groups)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def plain(x, filters):
    for _ in range(2):
        x = convolution(x, filters)
    return x


def resnext(x, filters, blocks=2, groups=8):
    for _ in range(blocks):
        block = convolution(x, filters, 1)
        block = convolution(block, filters, groups=groups)
        block = layers.Conv2D(filters, 1, use_bias=False)(block)
        block = layers.BatchNormalization(momentum=0.9)(block)
        if x.shape[-1] != filters:
            x = layers.Conv2D(filters, 1, use_bias=False)(x)
        x = layers.ReLU()(layers.Add()([x, block]))
    return x


def densenet(x, growth, blocks=4):
    for _ in range(blocks):
        new = convolution(convolution(x, 2 * growth, 1), growth)
        x = layers.Concatenate()([x, new])
    return convolution(x, x.shape[-1] // 2, 1)


# What makes each stage, and its width in the three stages: about 80,000 parameters each.
NETWORKS = {
    "plain": (plain, (20, 34, 64)),
    "ResNeXt": (resnext, (32, 56, 88)),
    "DenseNet": (densenet, (12, 14, 17)),
}


def network(stage, widths) -> lamina.Model:
    """For photographs (32, 32, 3) from 0 to 255; it gives ten logits."""
    inputs = lamina.Input((32, 32, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(layers.RandomFlip("horizontal")(inputs))
    x = convolution(x, 16)
    for width in widths:
        x = stage(layers.MaxPooling2D(2)(x), width)
    return lamina.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=8), reduced_epochs=3)
    (x, y), validation = load_cifar10(*((600, 500) if options.reduced else ()))
    batch_size = 25 if options.reduced else 64
    steps = options.epochs * math.ceil(len(x) / batch_size)

    rows, courses = [], {}
    for name, (stage, widths) in NETWORKS.items():
        lamina.utils.set_random_seed(options.seed)
        model = network(stage, widths)
        convolutions = sum(isinstance(layer, layers.Conv2D) for layer in model.layers)
        print(f"{name}: {model.count_params()} parameters")
        model.compile(
            lamina.optimizers.Adam(CosineDecay(0.004, steps)),
            lamina.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        begin = time.perf_counter()
        history = model.fit(
            x, y, batch_size, options.epochs, validation_data=validation, validation_batch_size=250
        ).history
        seconds = time.perf_counter() - begin
        courses[name] = history["val_accuracy"]
        rows.append((name, convolutions, model.count_params(), history, seconds))

    print(f"\n{'':10}{'convolutions':>13}{'parameters':>12}{'loss':>8}{'test':>8}{'seconds':>9}")
    for name, convolutions, count, history, seconds in rows:
        loss, accuracy = history["loss"][-1], history["val_accuracy"][-1]
        print(f"{name:10}{convolutions:13}{count:12}{loss:8.3f}{accuracy:8.1%}{seconds:9.0f}")
    if drawing := figures.figure(5, 3.2):
        axes = drawing.subplots()
        for name, course in courses.items():
            axes.plot(range(1, options.epochs + 1), course, "o-", markersize=3, label=name)
        axes.set(xlabel="epoch", ylabel="test accuracy")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend()
        figures.save(drawing, options.figures / "blocks.png")
    reached = {name: course[-1] for name, course in courses.items()}
    command_line.finish(
        f"test accuracy: {reached['DenseNet']:.1%} of DenseNet, {reached['ResNeXt']:.1%} of "
        f"ResNeXt, {reached['plain']:.1%} of the plain stack"
    )


if __name__ == "__main__":
    main()
