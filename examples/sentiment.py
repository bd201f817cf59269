"""Whether a sentence about a film praises it or not.

    pip install '.[examples]' && python examples/sentiment.py [--data FOLDER]

``TextVectorization`` makes numbers of words, ``Embedding`` vectors of numbers, and an LSTM reads
them in order, both ways. Sentences are filled up with zeros, which a mask leaves out. A logistic
regression of the bag of words stands beside it and knows nothing of order. 8,500 sentences are few,
and single words say most: order can hardly add to them here.

Data: Pang and Lee, 2005, "Seeing stars: exploiting class relationships for sentiment
categorization" (1.2 MB).
"""

import numpy as np
from common import command_line
from common.figures import save_confusion
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
    options = command_line.begin(command_line.parser(__doc__, epochs=15), reduced_epochs=4)
    sentences, praises = load_reviews()
    if options.reduced:
        sentences, praises = sentences[::2], praises[::2]
    split = {"random_state": options.seed, "shuffle": True}
    sentences, test, y, truth = train_test_split(
        sentences, praises, test_size=0.2, stratify=praises, **split
    )
    train, validation, y_train, y_val = train_test_split(sentences, y, test_size=0.1, **split)

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
    scores = print_scores(truth, said)
    path = options.figures / "sentiment.png"
    save_confusion(truth, said["network"] > 0.5, ["pans", "praises"], path)
    own = ["a warm and funny film .", "a long , dull and pointless mess ."]
    for sentence, p in zip(own, model.predict(vectorize(own), verbose=0).ravel(), strict=True):
        print(f"{p:4.0%} praise: {sentence}")
    linear = scores["logistic regression"].accuracy
    command_line.finish(
        f"test accuracy: {scores['network'].accuracy:.1%} (logistic regression {linear:.1%})"
    )


if __name__ == "__main__":
    main()
