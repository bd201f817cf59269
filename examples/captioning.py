"""Captions for pictures: "a red three left of a blue seven", "a green one above a red four".

    pip install '.[examples]' && python examples/captioning.py [--data FOLDER]

A convolutional network sees a picture of two coloured digits, one beside or above the other; a GRU
writes the caption, word by word, and reads its own last word to write the next. With attention it
looks, before each word, at the place of the picture that fits what it wants to say; without, all
that it knows of the picture is its first state. A caption counts as right only if each word is.
Captions are made of parts: one in five pairs of digits is held out, and no picture of training
shows it. Who has learnt the parts captions such pairs as well as others. Attention does, for it
sees a digit by the same weights wherever it stands and whatever else there is; the one state learns
pairs, and does worse with those held out. Drawn is where the network looked for each word.

References: Xu et al., 2015, "Show, attend and tell: neural image caption generation with visual
attention"; digits of MNIST, at half their size.
"""

import numpy as np
from common import command_line
from common.figures import figure, save

import lamina
from lamina import layers

COLOURS = ("red", "green", "blue")
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
RELATIONS = ("left of", "above")
WORDS = ("<end>", "<begin>", "a", *COLOURS, *DIGITS, "left", "of", "above")
NUMBER = {word: number for number, word in enumerate(WORDS)}
SIDE, LENGTH = 32, 9  # pixels; words of the longest caption and its end
UNITS = 64


def held_out(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Whether a pair of digits is kept from training: 20 of 100, each digit in four of them."""
    return (first + 2 * second) % 5 == 0


def scenes(
    images: np.ndarray, labels: np.ndarray, count: int, held: bool, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Pictures, (count, 32, 32, 5), and their captions as numbers of words, (count, 9).

    A picture's last two channels say how far down and how far right a pixel lies: to attention one
    place is like another otherwise.
    """
    small = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)) / 255
    pairs = random.integers(0, len(labels), (12 * count, 2))
    pairs = pairs[held_out(*labels[pairs].T) == held][:count]
    colours = random.integers(0, 3, (count, 2))
    above = random.integers(0, 2, count)
    pictures = np.zeros((count, SIDE, SIDE, 5), "float32")
    pictures[..., 3], pictures[..., 4] = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    captions = np.zeros((count, LENGTH), "int32")
    for n in range(count):
        for place in (0, 1):
            along, across = random.integers(0, 3) + 16 * place, random.integers(0, SIDE - 13)
            top, left = (along, across) if above[n] else (across, along)
            window = pictures[n, top : top + 14, left : left + 14, colours[n, place]]
            window += small[pairs[n, place]]
        one, other = (
            f"a {COLOURS[colour]} {DIGITS[labels[digit]]}"
            for colour, digit in zip(colours[n], pairs[n], strict=True)
        )
        words = f"{one} {RELATIONS[above[n]]} {other}".split()
        captions[n, : len(words)] = [NUMBER[word] for word in words]
    return pictures, captions


def network(attention: bool) -> tuple[lamina.Model, lamina.Model | None]:
    """What says the next word, and what shows where it looks."""
    seen = lamina.Input((SIDE, SIDE, 5))
    told = lamina.Input((None,), dtype="int32")
    x = seen
    for filters, pool in ((16, 2), (32, 2), (UNITS, 1)):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.MaxPooling2D(pool)(layers.ReLU()(layers.BatchNormalization()(x)))
    places = layers.Reshape((-1, UNITS))(x)
    first_state = layers.Dense(UNITS)(layers.Flatten()(layers.MaxPooling2D(2)(x)))
    words = layers.GRU(UNITS, return_sequences=True)(
        layers.Embedding(len(WORDS), 16)(told), initial_state=[first_state]
    )
    watch = None
    if attention:
        found, weights = layers.Attention(use_scale=True)(
            [words, places], return_attention_scores=True
        )
        words = layers.Concatenate()([words, found])
        watch = lamina.Model([seen, told], weights)
    words = layers.Dense(UNITS, activation="relu")(words)
    model = lamina.Model([seen, told], layers.Dense(len(WORDS), activation="softmax")(words))
    model.compile(lamina.optimizers.Adam(0.002), "sparse_categorical_crossentropy")
    return model, watch


def so_far(captions: np.ndarray) -> np.ndarray:
    """What the decoder reads when it says each word: the words before."""
    return np.insert(captions[:, :-1], 0, NUMBER["<begin>"], axis=1)


def write(model: lamina.Model, pictures: np.ndarray) -> np.ndarray:
    """The captions that a network writes on its own."""
    captions = np.zeros((len(pictures), LENGTH), "int32")
    for n in range(LENGTH):
        read = so_far(captions)[:, : n + 1]
        captions[:, n] = model.predict([pictures, read], batch_size=250, verbose=0)[:, -1].argmax(1)
    return captions


def as_text(caption: np.ndarray) -> str:
    return " ".join(WORDS[word] for word in caption if WORDS[word] != "<end>")


def draw(pictures: np.ndarray, captions: np.ndarray, weights: np.ndarray, path: object) -> None:
    """A row for each picture: itself, and where the network looked for each word."""
    if drawing := figure(10, 1.3 * len(pictures)):
        grid = drawing.subplots(len(pictures), LENGTH)
        for row, picture, caption, looked in zip(grid, pictures, captions, weights, strict=True):
            for axes in row:
                axes.axis("off")
            picture = picture[..., :3].clip(0, 1)
            row[0].imshow(picture)
            for axes, word, share in zip(row[1:], caption, looked, strict=False):
                if WORDS[word] != "<end>":
                    light = np.kron(share.reshape(8, 8) / share.max(), np.ones((4, 4)))
                    axes.imshow(0.6 * picture + 0.4 * light[..., None])
                    axes.set_title(WORDS[word], fontsize=10)
        save(drawing, path)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=10), reduced_epochs=6)
    random = np.random.default_rng(options.seed)
    (images, labels), (test_images, test_labels) = lamina.datasets.mnist.load_data()
    count = 4000 if options.reduced else 12000
    pictures, captions = scenes(images, labels, count, False, random)
    tests = {
        "pairs of training": scenes(test_images, test_labels, count // 8, False, random),
        "held-out pairs": scenes(test_images, test_labels, count // 8, True, random),
    }

    right = {}
    names = ["without attention", "with attention"]
    for name in names[-1:] if options.reduced else names:
        lamina.utils.set_random_seed(options.seed)
        model, watch = network(name == "with attention")
        # In training the decoder reads the right words so far, not its own: "teacher forcing".
        model.fit(
            [pictures, so_far(captions)], captions, batch_size=16, epochs=options.epochs, verbose=2
        )
        for tested, (x, y) in tests.items():
            written = write(model, x)
            right[name, tested] = np.mean((written == y).all(axis=1))

    print(f"\n{'captions all right':20}" + "".join(f"{tested:>20}" for tested in tests))
    for name in dict.fromkeys(name for name, _ in right):
        print(f"{name:20}" + "".join(f"{right[name, tested]:20.1%}" for tested in tests))
    print("\nof held-out pairs, and what would have been right where that was wrong:")
    for caption, truth in zip(written[:8], y, strict=False):
        print(f"{as_text(caption):40}" + ("" if (caption == truth).all() else as_text(truth)))
    looked = watch.predict([x[:5], so_far(written[:5])], verbose=0)
    draw(x[:5], written[:5], looked, options.figures / "captioning.png")
    if not options.reduced:
        assert right["with attention", tested] > right["without attention", tested]
    command_line.finish(
        f"captions of {tested}: {right[name, tested]:.1%} right "
        f"({right[name, 'pairs of training']:.1%} of pairs of training)"
    )


if __name__ == "__main__":
    main()
