"""Whether a sentence about a film praises it or not.

    pip install '.[examples]' && python examples/sentiment.py [--data FOLDER]

``TextVectorization`` makes numbers of words, ``Embedding`` vectors of numbers, and an LSTM reads
them in order, both ways. Sentences are filled up with zeros, which a mask leaves out. The data are
read from a folder that holds rt-polarity.neg and rt-polarity.pos, or downloaded once (1.2 MB) to
~/.cache/lamina.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from common.figures import save_confusion
from sequences import load_reviews
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

import lamina
from lamina import layers
from lamina.callbacks import EarlyStopping

WORDS = 10000  # in the vocabulary
LENGTH = 40  # words that are read of a sentence; one in fifty has more


def network() -> lamina.Model:
    model = lamina.Sequential(
        [
            layers.Input((LENGTH,), dtype="int32"),
            layers.Embedding(WORDS, 64, mask_zero=True),
            layers.Dropout(0.7),
            layers.Bidirectional(layers.LSTM(32)),
            layers.Dropout(0.5),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(lamina.optimizers.Adam(0.001), "binary_crossentropy", metrics=["accuracy"])
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="where the files are already")
    parser.add_argument("--epochs", type=int, default=15, help="at most so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", type=int, default=1, metavar="N", help="use an N-th of the data")
    options = parser.parse_args()

    lamina.utils.set_random_seed(options.seed)
    sentences, praises = load_reviews(options.data)
    sentences, praises = sentences[:: options.part], praises[:: options.part]
    split = {"random_state": options.seed, "shuffle": True}
    sentences, test, y, truth = train_test_split(
        sentences, praises, test_size=0.2, stratify=praises, **split
    )
    train, validation, y_train, y_val = train_test_split(sentences, y, test_size=0.1, **split)

    begin = time.perf_counter()
    line = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(sentences, y)

    vectorize = layers.TextVectorization(max_tokens=WORDS, output_sequence_length=LENGTH)
    vectorize.adapt(train)
    model = network()
    model.fit(
        vectorize(train),
        y_train,
        batch_size=64,
        epochs=options.epochs,
        validation_data=(vectorize(validation), y_val),
        callbacks=[EarlyStopping(patience=3, restore_best_weights=True)],
        verbose=2,
    )

    said = {
        "majority class": np.full(len(truth), float(y.mean() > 0.5)),
        "logistic regression": line.predict_proba(test)[:, 1],
        "network": model.predict(vectorize(test), verbose=0).ravel(),
    }
    print(f"\n{len(truth)} sentences tested, {truth.mean():.0%} praise")
    print(f"{'':20}{'accuracy':>10}{'F1':>8}{'ROC AUC':>10}")
    for name, p in said.items():
        accuracy = np.mean(truth == (p > 0.5))
        f1 = f1_score(truth, p > 0.5, zero_division=0)
        print(f"{name:20}{accuracy:10.3f}{f1:8.3f}{roc_auc_score(truth, p):10.3f}")
    print(f"{time.perf_counter() - begin:.0f} s")
    print("The sentences are few, and single words say most: order can hardly add to them here.\n")
    save_confusion(truth, said["network"] > 0.5, ["pans", "praises"], "sentiment.png")

    own = ["a warm and funny film .", "a long , dull and pointless mess ."]
    for sentence, p in zip(own, model.predict(vectorize(own), verbose=0).ravel(), strict=True):
        print(f"{p:4.0%} praise: {sentence}")


if __name__ == "__main__":
    main()
