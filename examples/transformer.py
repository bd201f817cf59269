"""A transformer block reads whether a sentence about a film praises it or not.

    pip install '.[examples]' && python examples/transformer.py [--data FOLDER]

Attention compares each word with all others, wherever they stand, and so knows nothing of order: a
vector that is learnt for each place is added to that of the word. The block is attention and a
small MLP, each added to what it was given (a residual connection) and normalized. Beside it stand
the same network without the block, which takes the mean of its words' vectors, and a logistic
regression of the bag of words. What the block attends to is drawn.

References: Vaswani et al., 2017, "Attention is all you need"; Pang and Lee, 2005, "Seeing stars:
exploiting class relationships for sentiment categorization" (the data, 1.2 MB).
"""

import numpy as np
from common import command_line
from common.figures import figure, save
from common.scores import print_scores
from common.sequences import load_reviews
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

import lamina
from lamina import layers
from lamina.callbacks import EarlyStopping

WORDS = 10000  # in the vocabulary
LENGTH = 40  # words that are read of a sentence; one in fifty has more
WIDTH, HEADS = 32, 2


class Places(layers.Layer):
    """Adds to each vector of a sequence one that is learnt for its place."""

    supports_masking = True

    def build(self, input_shape):
        self.table = self.add_weight(input_shape[1:], "random_uniform", name="table")

    def call(self, inputs):
        return inputs + self.table


def network(with_block: bool) -> tuple[lamina.Model, lamina.Model | None]:
    """What says whether a sentence praises, and what shows the block's attention."""
    read = lamina.Input((LENGTH,), dtype="int32")
    x = layers.Embedding(WORDS, WIDTH, mask_zero=True)(read)
    watch = None
    if with_block:
        x = layers.Dropout(0.5)(Places()(x))
        normal = layers.LayerNormalization()(x)
        attended, weights = layers.MultiHeadAttention(HEADS, WIDTH // HEADS, dropout=0.2)(
            normal, normal, return_attention_scores=True
        )
        x = layers.Add()([x, attended])
        small = layers.Dense(2 * WIDTH, activation="relu")(layers.LayerNormalization()(x))
        x = layers.Add()([x, layers.Dropout(0.2)(layers.Dense(WIDTH)(small))])
        watch = lamina.Model(read, weights)
    mean = layers.Dropout(0.5)(layers.GlobalAveragePooling1D()(x))
    model = lamina.Model(read, layers.Dense(1, activation="sigmoid")(mean))
    model.compile(lamina.optimizers.Adam(0.001), "binary_crossentropy", metrics=["accuracy"])
    return model, watch


def draw(weights: np.ndarray, words: list[str], path: object) -> None:
    """A panel for each head: a row for each word, and how much it looks at the others."""
    if drawing := figure(5 * HEADS, 5):
        for head, axes in enumerate(drawing.subplots(1, HEADS, squeeze=False)[0]):
            shares = weights[head, : len(words), : len(words)]
            axes.imshow(shares, cmap="Blues", vmin=0)
            axes.set_xticks(range(len(words)), words, rotation=90)
            axes.set_yticks(range(len(words)), words)
            axes.set(title=f"head {head + 1}, at most {shares.max():.0%}", xlabel="is looked at")
        drawing.axes[0].set_ylabel("looks")
        save(drawing, path)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=12), reduced_epochs=6)
    sentences, praises = load_reviews()
    split = {"random_state": options.seed, "shuffle": True}
    sentences, test, y, truth = train_test_split(
        sentences, praises, test_size=0.2, stratify=praises, **split
    )
    train, validation, y_train, y_val = train_test_split(sentences, y, test_size=0.1, **split)
    vectorize = layers.TextVectorization(max_tokens=WORDS, output_sequence_length=LENGTH)
    vectorize.adapt(train)

    line = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(sentences, y)
    said = {"bag of words": line.predict_proba(test)[:, 1]}
    for name, with_block in {"mean of vectors": False, "transformer block": True}.items():
        lamina.utils.set_random_seed(options.seed)
        model, watch = network(with_block)
        print(f"{name}: {model.count_params()} parameters")
        model.fit(
            vectorize(train),
            y_train,
            batch_size=32,
            epochs=options.epochs,
            validation_data=(vectorize(validation), y_val),
            callbacks=[EarlyStopping(patience=2, restore_best_weights=True)],
            verbose=2,
        )
        said[name] = model.predict(vectorize(test), verbose=0).ravel()

    scores = print_scores(truth, said)
    print("8,500 sentences are few, and single words say most: the block has little to add here.")
    own = ["not a good film at all , but a long and dull one", "what a warm and funny film"]
    for sentence, p in zip(own, model.predict(vectorize(own), verbose=0).ravel(), strict=True):
        print(f"{p:4.0%} praise: {sentence}")
    words = own[0].replace(" ,", "").split()
    weights = watch.predict(vectorize(own), verbose=0)[0]
    draw(weights, words, options.figures / "transformer.png")
    others = ", ".join(f"{name} {scores[name].accuracy:.1%}" for name in list(said)[:-1])
    command_line.finish(f"test accuracy: {scores[name].accuracy:.1%} ({others})")


if __name__ == "__main__":
    main()
