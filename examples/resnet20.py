"""ResNet-20 beside its plain twin: the same layers without the connections that skip them.

    pip install '.[examples]' && python examples/resnet20.py [--data FOLDER] [--epochs 10]

Nineteen convolutions in a row are hard to train: each changes what reaches the one before it. In a
residual network every second convolution only adds to what came in, so that both the image and the
gradients also pass unchanged. The two networks here have the same layers and the same number of
epochs on 8,000 photographs of CIFAR-10, each image flipped and shifted at random; drawn is how well
they know 2,000 others. Both take some three minutes on two cores.

Data: Krizhevsky, 2009, "Learning multiple layers of features from tiny images".
Reference: He et al., 2016, "Deep residual learning for image recognition", section 4.2, with
shortcuts by projection where the shape changes.
"""

import math

from common import command_line, figures
from common.images import load_cifar10

import lamina
from lamina import layers
from lamina.optimizers.schedules import CosineDecay
from lamina.regularizers import L2

LEARNING_RATE = 0.1
WEIGHT_DECAY = 1e-4


def resnet20(skips: bool) -> lamina.Model:
    """Twenty layers with weights between the images, 0 to 255, and ten logits."""

    def convolution(x, filters, size=3, strides=1):
        x = layers.Conv2D(
            filters,
            size,
            strides=strides,
            padding="same",
            use_bias=False,
            kernel_initializer="he_normal",
            kernel_regularizer=L2(WEIGHT_DECAY / 2),
        )(x)
        # The moving averages must follow runs of few steps: Keras's 0.99 is for long ones.
        return layers.BatchNormalization(momentum=0.9)(x)

    inputs = lamina.Input((32, 32, 3))
    x = layers.RandomFlip("horizontal")(inputs)
    shift = 4 / 32
    x = layers.RandomTranslation(shift, shift, "constant", "nearest", fill_value=127)(x)
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = layers.ReLU()(convolution(x, 16))
    for filters in (16, 32, 64):
        for block in range(3):
            shrinks = block == 0 and filters > 16
            strides = 2 if shrinks else 1
            block = layers.ReLU()(convolution(x, filters, strides=strides))
            block = convolution(block, filters)
            if skips:
                shortcut = convolution(x, filters, 1, strides) if shrinks else x
                block = layers.Add()([shortcut, block])
            x = layers.ReLU()(block)
    x = layers.GlobalAveragePooling2D()(x)
    return lamina.Model(inputs, layers.Dense(10)(x))


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=10), reduced_epochs=4)
    sizes = (500, 500) if options.reduced else (8000, 2000)
    batch_size = 32 if options.reduced else 128
    (x, y), validation = load_cifar10(*sizes)
    steps = options.epochs * math.ceil(len(x) / batch_size)

    histories = {}
    for name, skips in {"without": False, "with": True}.items():
        lamina.utils.set_random_seed(options.seed)
        model = resnet20(skips)
        print(f"{name} skip connections: {model.count_params()} parameters")
        rates = CosineDecay(
            0.0, steps - steps // 20, warmup_target=LEARNING_RATE, warmup_steps=steps // 20
        )
        model.compile(
            lamina.optimizers.SGD(rates, momentum=0.9),
            lamina.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        fitted = model.fit(
            x,
            y,
            batch_size=batch_size,
            epochs=options.epochs,
            validation_data=validation,
            validation_batch_size=250,
            verbose=2,
        )
        histories[name] = fitted.history

    print(f"\n{'skip connections':18}{'training loss':>15}{'test accuracy':>15}")
    for name, history in histories.items():
        print(f"{name:18}{history['loss'][-1]:15.3f}{history['val_accuracy'][-1]:15.1%}")
    if drawing := figures.figure(5, 3.2):
        axes = drawing.subplots()
        for name, history in histories.items():
            axes.plot(range(1, options.epochs + 1), history["val_accuracy"], label=f"{name} skips")
        axes.set(xlabel="epoch", ylabel="test accuracy")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend()
        figures.save(drawing, options.figures / "resnet20.png")
    reached = {name: history["val_accuracy"][-1] for name, history in histories.items()}
    command_line.finish(
        f"test accuracy: {reached['with']:.1%} with skip connections, "
        f"{reached['without']:.1%} without"
    )


if __name__ == "__main__":
    main()
