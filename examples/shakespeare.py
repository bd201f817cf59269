"""A network that reads Shakespeare letter by letter and then writes on its own.

    pip install '.[examples]' && python examples/shakespeare.py [--data FOLDER]

It learns to say which character comes next. A text of a million characters is far too long to
propagate back through: the network is stateful, so that each batch goes on where the batch before
ended, and gradients go back 50 characters (truncated back-propagation through time). Beside it
stand models that count what follows the last 0 to 4 characters: five letters say much, and the
network has to learn to remember further back than that to do better.

Reference: Karpathy, 2015, "The unreasonable effectiveness of recurrent neural networks", with its
text (1.1 MB).
"""

import numpy as np
from common import command_line
from common.figures import figure, save
from common.sequences import load_shakespeare

import lamina
from lamina import layers
from lamina.callbacks import Callback

STREAMS = 32  # places of the text that are read at the same time
STEPS = 50  # characters that a batch reads of each
UNITS = 192
LEARNING_RATE = 0.004


def network(characters: int, streams: int, steps: int) -> lamina.Model:
    return lamina.Sequential(
        [
            layers.Input((steps,), batch_size=streams, dtype="int32"),
            layers.Embedding(characters, 32),
            layers.GRU(UNITS, return_sequences=True, stateful=True),
            layers.Dense(characters),
        ]
    )


def in_streams(text: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (batches * STREAMS, STEPS) and, one character later, targets.

    The text is cut into STREAMS long pieces; row i of each batch goes on with the i-th.
    """
    batches = (len(text) - 1) // (STREAMS * STEPS)
    length = batches * STEPS

    def rows(begin: int) -> np.ndarray:
        pieces = text[begin : begin + STREAMS * length].reshape(STREAMS, batches, STEPS)
        return pieces.transpose(1, 0, 2).reshape(-1, STEPS)

    return rows(0), rows(1)


class FromTheBeginning(Callback):
    """Forgets the state where the text begins again."""

    def forget(self, *_):
        for layer in self.model.layers:
            if isinstance(layer, layers.GRU):
                layer.reset_states()

    on_epoch_begin = on_test_begin = forget


class Slower(Callback):
    """Halves the learning rate in each of the last epochs."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch >= self.params["epochs"] - 3 and epoch > 0:
            self.model.optimizer.learning_rate = self.model.optimizer.learning_rate / 2


def as_numbers(text: np.ndarray, order: int, skip: int, characters: int) -> np.ndarray:
    """For each character but the first few, those before it: the last counts 1, then 65, ..."""
    before = np.zeros(len(text) - skip, np.int64)
    for k in range(order):
        before += text[skip - k - 1 : -k - 1] * np.int64(characters**k)
    return before


def by_counting(train: np.ndarray, test: np.ndarray, characters: int) -> dict[str, tuple]:
    """Bits a character and accuracy of models that look at the 0, 1, ... or 4 characters before.

    They count what followed in the training text. Where little was seen, the counts lean on the
    model that looks at one character less.
    """
    longest, scores = 4, {}
    contexts, p = np.zeros(1, np.int64), np.full((1, characters), 1 / characters)
    said = np.tile(p, (len(test) - longest, 1))
    for order in range(longest + 1):
        before, asked = (as_numbers(text, order, longest, characters) for text in (train, test))
        shorter, p_shorter = contexts, p
        contexts, rows = np.unique(before, return_inverse=True)
        cells = rows * characters + train[longest:]
        counts = np.bincount(cells, minlength=len(contexts) * characters).reshape(-1, characters)
        lean = p_shorter[np.searchsorted(shorter, contexts % characters ** max(0, order - 1))]
        p = (counts + 3 * lean) / (counts.sum(axis=1, keepdims=True) + 3)

        row = np.searchsorted(contexts, asked).clip(max=len(contexts) - 1)
        said = np.where((contexts[row] == asked)[:, None], p[row], said)
        bits = -np.log2(said[np.arange(len(said)), test[longest:]]).mean()
        accuracy = np.mean(said.argmax(axis=1) == test[longest:])
        scores[f"counts after {order}"] = bits, accuracy
    return scores


def write(model: lamina.Model, alphabet: list[str], begin: str, count: int, seed: int) -> str:
    """A text that goes on from ``begin``: each character is drawn, and read to draw the next."""
    writer = network(len(alphabet), streams=1, steps=1)
    writer.set_weights(model.get_weights())
    random = np.random.default_rng(seed)
    text = list(begin)
    with lamina.no_grad():
        for character in begin[:-1]:
            writer([[alphabet.index(character)]])
        for _ in range(count):
            logits = writer([[alphabet.index(text[-1])]]).numpy()[0, 0].astype(float)
            # Below 1, a temperature makes the likely likelier: fewer blunders, less invention.
            p = np.exp((logits - logits.max()) / 0.7)
            text.append(alphabet[random.choice(len(alphabet), p=p / p.sum())])
    return "".join(text)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=5), reduced_epochs=2)
    text = load_shakespeare()
    text = text[: len(text) // 5] if options.reduced else text
    alphabet = sorted(set(text))
    places = {character: place for place, character in enumerate(alphabet)}
    numbers = np.array([places[character] for character in text], "int32")
    train, test = np.split(numbers, [len(numbers) * 9 // 10])
    scores = by_counting(train, test, len(alphabet))

    model = network(len(alphabet), STREAMS, STEPS)
    model.compile(
        lamina.optimizers.Adam(LEARNING_RATE, clipnorm=1.0),
        lamina.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    history = model.fit(
        *in_streams(train),
        batch_size=STREAMS,
        epochs=options.epochs,
        shuffle=False,  # a batch goes on where the one before ended
        validation_data=in_streams(test),
        callbacks=[FromTheBeginning(), Slower()],
    ).history
    scores["network"] = history["val_loss"][-1] / np.log(2), history["val_accuracy"][-1]

    print(f"\n{'of the last tenth':20}{'bits a character':>18}{'accuracy':>10}")
    for name, (bits, accuracy) in scores.items():
        print(f"{name:20}{bits:18.2f}{accuracy:10.1%}")
    print("\nThe network writes:\n")
    print(write(model, alphabet, "ROMEO:\n", 500, options.seed))

    if drawing := figure(7, 3.5):
        axes = drawing.subplots()
        epochs = range(1, options.epochs + 1)
        for losses, name in (("loss", "training"), ("val_loss", "last tenth")):
            axes.plot(epochs, np.array(history[losses]) / np.log(2), "o-", label=f"network, {name}")
        heights = ["center", "center", "center", "bottom", "top"]  # the last two are close
        edge = axes.get_yaxis_transform()
        for height, (name, (bits, _)) in zip(heights, scores.items(), strict=False):
            axes.axhline(bits, linestyle=":", color="grey")
            axes.text(1.01, bits, name, color="grey", va=height, transform=edge)
        axes.set(xlabel="epoch", ylabel="bits a character", xticks=epochs)
        axes.legend(loc="center right")
        save(drawing, options.figures / "shakespeare.png")
    best, bits = min(((n, b) for n, (b, _) in scores.items() if n != "network"), key=lambda s: s[1])
    command_line.finish(
        f"bits a character: {scores['network'][0]:.2f} of the network, {bits:.2f} of {best}"
    )


if __name__ == "__main__":
    main()
