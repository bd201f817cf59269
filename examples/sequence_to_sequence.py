"""Sequences in, sequences out: the ways to use a recurrent network, each on a task one can check.

    pip install '.[examples]' && python examples/sequence_to_sequence.py

One value to a sequence, a sequence to one value, sequences to sequences as long, and sequences to
sequences of another length, by an encoder and a decoder, without and with attention. The data are
made here. Each network is tested with sequences that it has not seen, and an answer counts as right
only if all of it is. Where the decoder looks is drawn: with attention it reads the digits backwards
and steps over the zeros.

References: Sutskever et al., 2014, "Sequence to sequence learning with neural networks"; Luong et
al., 2015, "Effective approaches to attention-based neural machine translation".
"""

import time
from pathlib import Path

import numpy as np
from common import command_line
from common.figures import figure, save

import lamina
from lamina import layers


def train(model: lamina.Model, x: object, y: np.ndarray, epochs: int, learning_rate: float) -> None:
    model.compile(
        lamina.optimizers.Adam(learning_rate, clipnorm=1.0), "sparse_categorical_crossentropy"
    )
    model.fit(x, y, batch_size=64, epochs=epochs, verbose=0)


def right(answers: np.ndarray, truth: np.ndarray) -> float:
    return np.mean((answers == truth).reshape(len(truth), -1).all(axis=1))


def one_to_many(random: np.random.Generator, epochs: int = 50) -> float:
    """A vector of 10 bits is told bit by bit.

    ``RepeatVector`` shows the vector at each step; the state tells the steps apart.
    """
    bits = random.permutation(1024)[:, None] >> np.arange(10) & 1
    model = lamina.Sequential(
        [
            layers.Input((10,)),
            layers.RepeatVector(10),
            layers.GRU(64, return_sequences=True),
            layers.Dense(2, activation="softmax"),
        ]
    )
    train(model, bits[200:], bits[200:], epochs, 0.01)
    return right(model.predict(bits[:200], verbose=0).argmax(axis=2), bits[:200])


def many_to_one(random: np.random.Generator, epochs: int = 30) -> float:
    """The largest of 12 digits less the smallest.

    The state after the last step is all that is left of the sequence: two numbers to remember.
    """
    digits = random.integers(0, 10, (6000, 12))
    ranges = np.ptp(digits, axis=1)
    model = lamina.Sequential(
        [
            layers.Input((None,), dtype="int32"),
            layers.Embedding(10, 8),
            layers.LSTM(32),
            layers.Dense(10, activation="softmax"),
        ]
    )
    train(model, digits[1000:], ranges[1000:], epochs, 0.01)
    return right(model.predict(digits[:1000], verbose=0).argmax(axis=1), ranges[:1000])


def many_to_many(random: np.random.Generator, epochs: int = 10) -> float:
    """Two binary numbers are added, lowest digits first: a pair of bits in, a bit of the sum out.

    All there is to remember is the carry. The network learns with numbers of 8 bits and is tested
    with numbers of 40: what it has learnt is the rule.
    """

    def sums(count: int, bits: int) -> tuple[np.ndarray, np.ndarray]:
        numbers = random.integers(0, 2**bits, (count, 2))
        places = np.arange(bits + 1)
        pairs = numbers[:, None, :] >> places[:, None] & 1
        return pairs, numbers.sum(axis=1)[:, None] >> places & 1

    model = lamina.Sequential(
        [
            layers.Input((None, 2)),
            layers.SimpleRNN(8, return_sequences=True),
            layers.Dense(2, activation="softmax"),
        ]
    )
    train(model, *sums(4000, bits=8), epochs, 0.01)
    pairs, truth = sums(1000, bits=40)
    return right(model.predict(pairs, verbose=0).argmax(axis=2), truth)


def encoder_decoder(
    random: np.random.Generator, epochs: int = 10, attention: bool = False, path: Path | None = None
) -> float:
    """14 digits are told backwards, zeros left out: 3 0 ... 4 1 becomes 1 4 ... 3 and an end mark.

    The encoder reads all digits; the decoder begins with its state, reads its own last digit and
    tells the next. Without attention that state must hold all 14 digits. With attention the decoder
    also sees, at each step, a mean of the encoder's outputs, weighted by how they fit its own; the
    weights of four answers are drawn.
    """
    length, begin, end = 14, 10, 11
    digits = random.integers(0, 10, (10000, length))
    truth = np.full((len(digits), length + 1), end)
    for row, backwards in zip(truth, digits[:, ::-1], strict=True):
        kept = backwards[backwards > 0]
        row[: len(kept)] = kept

    read = lamina.Input((length,), dtype="int32")
    told = lamina.Input((None,), dtype="int32")
    encoded, state = layers.GRU(64, return_sequences=True, return_state=True)(
        layers.Embedding(10, 16)(read)
    )
    decoded = layers.GRU(64, return_sequences=True)(
        layers.Embedding(12, 16)(told), initial_state=[state]
    )
    if attention:
        found, looked = layers.Attention()([decoded, encoded], return_attention_scores=True)
        watch = lamina.Model([read, told], looked)
        decoded = layers.Concatenate()([decoded, found])
    model = lamina.Model([read, told], layers.Dense(12, activation="softmax")(decoded))

    # In training the decoder is told the right digits so far, not its own: "teacher forcing".
    so_far = np.insert(truth[:, :-1], 0, begin, axis=1)
    train(model, [digits[1000:], so_far[1000:]], truth[1000:], epochs, 0.005)

    answers = np.full((1000, 1), begin)
    for _ in range(length + 1):
        said = model.predict([digits[:1000], answers], batch_size=250, verbose=0)
        following = said[:, -1].argmax(axis=1)
        following[answers[:, -1] == end] = end  # an answer that has ended stays so
        answers = np.append(answers, following[:, None], axis=1)
    if attention and path:
        draw(
            digits[:4],
            answers[:4, 1:],
            watch.predict([digits[:4], answers[:4, :-1]], verbose=0),
            path,
        )
    return right(answers[:, 1:], truth[:1000])


def draw(digits: np.ndarray, answers: np.ndarray, weights: np.ndarray, path: Path) -> None:
    """A panel for each answer: a row for each digit told, and where the decoder looked."""
    if drawing := figure(3 * len(digits), 3.5):
        panels = drawing.subplots(1, len(digits))
        for axes, read, told, looked in zip(panels, digits, answers, weights, strict=True):
            axes.imshow(looked, cmap="Blues", vmin=0, vmax=1)
            axes.set_xticks(range(len(read)), read)
            axes.set_yticks(range(len(told)), [digit if digit < 10 else "end" for digit in told])
            axes.set(xlabel="read", ylabel="told")
        save(drawing, path)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__))
    epochs = (20, 12, 10, 4) if options.reduced else (50, 30, 10, 10)
    decoder = {"epochs": epochs[3], "path": options.figures / "sequence_to_sequence.png"}
    tasks = {
        "one to many: bits of a vector": (one_to_many, {"epochs": epochs[0]}),
        "many to one: largest less smallest digit": (many_to_one, {"epochs": epochs[1]}),
        "many to many: sum of binary numbers": (many_to_many, {"epochs": epochs[2]}),
        "encoder and decoder: backwards, no zeros": (encoder_decoder, decoder),
        "the same with attention": (encoder_decoder, {**decoder, "attention": True}),
    }
    shares = {}
    for name, (task, arguments) in tasks.items():
        lamina.utils.set_random_seed(options.seed)
        begin = time.perf_counter()
        shares[name] = task(np.random.default_rng(options.seed), **arguments)
        seconds = time.perf_counter() - begin
        print(f"{name:42}{shares[name]:7.1%} right, {seconds:4.1f} s", flush=True)
    without, share = list(shares.values())[-2:]
    assert share > without, "expected attention to help"
    command_line.finish(f"answers with attention: {share:.1%} right, without {without:.1%}")


if __name__ == "__main__":
    main()
