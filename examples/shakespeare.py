"""A network that reads Shakespeare letter by letter and then writes on its own.

    pip install '.[examples]' && python examples/shakespeare.py [--data FOLDER]

It learns to say which character comes next. A text of a million characters is far too long to
propagate back through: the network is stateful, so that each batch goes on where the batch before
ended, and gradients go back 50 characters (truncated back-propagation through time). The text is
read from a folder that holds input.txt, or downloaded once (1.1 MB) to ~/.cache/lamina.

Reference: Karpathy, 2015, "The unreasonable effectiveness of recurrent neural networks".
"""

import argparse
import time
from pathlib import Path

import numpy as np
from common.figures import figure, save
from sequences import load_shakespeare

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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where input.txt is already")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", type=int, default=1, metavar="N", help="use an N-th of the data")
    options = parser.parse_args()

    lamina.utils.set_random_seed(options.seed)
    text = load_shakespeare(options.data)
    text = text[: len(text) // options.part]
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
    begin = time.perf_counter()
    history = model.fit(
        *in_streams(train),
        batch_size=STREAMS,
        epochs=options.epochs,
        shuffle=False,  # a batch goes on where the one before ended
        validation_data=in_streams(test),
        callbacks=[FromTheBeginning(), Slower()],
    ).history
    seconds = time.perf_counter() - begin
    scores["network"] = history["val_loss"][-1] / np.log(2), history["val_accuracy"][-1]

    print(f"\n{'of the last tenth':20}{'bits a character':>18}{'accuracy':>10}")
    for name, (bits, accuracy) in scores.items():
        print(f"{name:20}{bits:18.2f}{accuracy:10.1%}")
    print(f"{seconds:.0f} s\n\nThe network writes:\n")
    print(write(model, alphabet, "ROMEO:\n", 500, options.seed))

    if drawing := figure(6, 3):
        axes = drawing.subplots()
        epochs = range(1, options.epochs + 1)
        for losses, name in (("loss", "training"), ("val_loss", "last tenth")):
            axes.plot(epochs, np.array(history[losses]) / np.log(2), "o-", label=f"network, {name}")
        for name, (bits, _) in list(scores.items())[:-1]:
            axes.axhline(bits, linestyle=":", color="grey")
            axes.text(1, bits, name, color="grey", va="bottom")
        axes.set(xlabel="epoch", ylabel="bits a character")
        axes.legend()
        save(drawing, "shakespeare.png")


if __name__ == "__main__":
    main()
