"""Wines of three growers told apart by 13 chemical measurements.

    pip install '.[examples]' && python examples/classification.py

The data are scikit-learn's 178 wines, which come with it. Their measurements are brought to one
scale by mean and spread of the training wines, and the confusion matrix of the others is drawn.
"""

import numpy as np
from common import command_line, figures
from sklearn.datasets import load_wine
from sklearn.model_selection import train_test_split

import lamina
from lamina import layers


def main() -> None:
    parser = command_line.parser(__doc__, epochs=30)
    options = command_line.begin(parser, reduced_epochs=15)
    wine = load_wine()
    x_train, x_test, y_train, y_test = train_test_split(
        wine.data, wine.target, test_size=0.3, random_state=42, stratify=wine.target
    )
    # The test samples stand for wines not yet seen: they take no part in mean and spread.
    mean, spread = x_train.mean(axis=0), x_train.std(axis=0)
    x_train, x_test = (x_train - mean) / spread, (x_test - mean) / spread

    model = lamina.Sequential(
        [
            layers.Input((x_train.shape[1],)),
            layers.Dense(16, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(
        lamina.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = model.fit(x_train, y_train, batch_size=16, epochs=options.epochs, verbose=0).history
    for epoch in sorted({0, 4, 9, options.epochs - 1} & set(range(options.epochs))):
        loss, accuracy = history["loss"][epoch], history["accuracy"][epoch]
        print(f"epoch {epoch + 1:2}: training loss {loss:.3f}, accuracy {accuracy:.1%}")

    predicted = model.predict(x_test, verbose=0).argmax(axis=1)
    confusion = np.zeros((3, 3), int)
    np.add.at(confusion, (y_test, predicted), 1)
    print("\nconfusion matrix of the test samples: a row a true class, a column a predicted one")
    print("          " + "".join(f"{name:>9}" for name in wine.target_names))
    for name, row in zip(wine.target_names, confusion, strict=True):
        print(f"{name:>10}" + "".join(f"{count:9}" for count in row))
    print()

    accuracy = confusion.trace() / confusion.sum()
    assert accuracy >= 0.9, "expected at least 90 %"
    path = options.figures / "classification.png"
    figures.save_confusion(y_test, predicted, wine.target_names, path)
    command_line.finish(f"test accuracy: {accuracy:.1%} ({confusion.trace()} of {confusion.sum()})")


if __name__ == "__main__":
    main()
