"""Rules that people can read, taken out of a pruned network.

    pip install '.[examples]' && python examples/rules.py

A network learns Fisher's irises, which come with scikit-learn. Of each hidden unit only the
heaviest input is kept, and its activation is made steep, step by step, while it learns on: so each
unit becomes a question with two answers, whether one length is above a threshold. The network
decides by these answers alone; its decisions are written down as rules, shortened as long as they
decide the same of every training flower, and tested on flowers that took no part.

Reference: Setiono and Liu, 1995, "Understanding neural networks via rule extraction".
"""

from pathlib import Path
from typing import Any

import numpy as np
from common import command_line, figures
from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split

import lamina
from lamina import layers

UNITS = 4
Rule = dict[int, bool]  # what the answers of some hidden units must be


class Heaviest(lamina.Constraint):
    """Holds at 0 all but one input of each unit, once there is a mask."""

    mask: Any = None

    def __call__(self, w: Any) -> Any:
        return w if self.mask is None else w * self.mask


def train(x: np.ndarray, y: np.ndarray, epochs: int) -> lamina.Sequential:
    """A network whose hidden units ask about one input each, and answer nearly 0 or 1."""
    only = Heaviest()
    model = lamina.Sequential(
        [
            layers.Input((x.shape[1],)),
            layers.Dense(UNITS, activation="sigmoid", kernel_constraint=only),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(lamina.optimizers.Adam(0.05), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=32, epochs=epochs, verbose=0)
    hidden = model.layers[0]
    weights = np.abs(hidden.kernel.numpy())
    only.mask = (weights == weights.max(axis=0)).astype("float32")
    hidden.kernel.assign(hidden.kernel.numpy() * only.mask)
    for _ in range(6):
        model.fit(x, y, batch_size=32, epochs=epochs // 2, verbose=0)
        for weight in (hidden.kernel, hidden.bias):
            weight.assign(1.5 * weight.numpy())
    # Now the answers are 0 or 1, the thresholds stay, and the output learns what they mean.
    for weight in (hidden.kernel, hidden.bias):
        weight.assign(1000 * weight.numpy())
    hidden.trainable = False
    model.compile(lamina.optimizers.Adam(0.05), "sparse_categorical_crossentropy")
    model.fit(x, y, batch_size=32, epochs=epochs, verbose=0)
    return model


def holds(rule: Rule, answers: np.ndarray) -> np.ndarray:
    """Which rows of answers a rule is about."""
    about = np.ones(len(answers), bool)
    for unit, answer in rule.items():
        about &= answers[:, unit] == answer
    return about


def read_rules(answers: np.ndarray, classes: np.ndarray) -> list[tuple[Rule, int]]:
    """A rule for each pattern of answers, without the conditions that it does not need."""
    patterns, number = np.unique(answers, axis=0, return_inverse=True)
    votes = [np.bincount(classes[number.ravel() == i]) for i in range(len(patterns))]
    decided = np.array([vote.argmax() for vote in votes])[number.ravel()]
    rules = []
    for pattern in patterns:
        rule = dict(enumerate(pattern.tolist()))
        said = int(decided[holds(rule, answers)][0])
        for unit in list(rule):
            shorter = {other: answer for other, answer in rule.items() if other != unit}
            if (decided[holds(shorter, answers)] == said).all():
                rule = shorter
        if (rule, said) not in rules:
            rules.append((rule, said))
    return rules


def draw(x: np.ndarray, y: np.ndarray, questions: list, names: list[str], path: Path) -> None:
    """The flowers by the lengths of their petals, and the thresholds that ask about these."""
    drawing = figures.figure(5.5, 4)
    if drawing is None:
        return
    axes = drawing.subplots()
    for kind, name in enumerate(names):
        axes.scatter(*x[y == kind][:, 2:].T, label=name, s=20)
    for feature, threshold in questions:
        if feature >= 2:
            (axes.axvline if feature == 2 else axes.axhline)(threshold, color="black")
    axes.set(xlabel="petal length in cm", ylabel="petal width in cm")
    axes.legend()
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=100)
    options = command_line.begin(parser, reduced_epochs=60)
    iris = load_iris()
    features = [name.replace(" (cm)", "") for name in iris.feature_names]
    x, x_test, y, y_test = train_test_split(
        iris.data, iris.target, test_size=0.3, stratify=iris.target, random_state=1
    )
    mean, spread = x.mean(axis=0), x.std(axis=0)
    model = train(((x - mean) / spread).astype("float32"), y, options.epochs)

    # A unit answers yes where w (x - mean) / spread + b > 0: for w > 0 above a threshold.
    kernel, bias = model.layers[0].kernel.numpy(), model.layers[0].bias.numpy()
    inputs = np.abs(kernel).argmax(axis=0)
    weights = kernel[inputs, range(UNITS)]
    thresholds = mean[inputs] - bias / weights * spread[inputs]

    def answers(flowers: np.ndarray) -> np.ndarray:
        """Whether each length is above its threshold."""
        return flowers[:, inputs] > thresholds

    def network(flowers: np.ndarray) -> np.ndarray:
        scaled = ((flowers - mean) / spread).astype("float32")
        return model.predict(scaled, verbose=0).argmax(axis=1)

    rules = read_rules(answers(x), network(x))
    decided = np.full(len(x_test), -1)
    for rule, kind in rules:
        conditions = [
            f"{features[inputs[unit]]} {'>' if above else '<='} {thresholds[unit]:.2f} cm"
            for unit, above in rule.items()
        ]
        about = holds(rule, answers(x_test))
        decided[about] = kind
        right = (y_test[about] == kind).sum()
        print(f"{iris.target_names[kind]:>10} if {' and '.join(conditions) or 'nothing else'}")
        print(f"{'':10}    ({right} of {about.sum()} test flowers right)")

    by_rules, by_network = (decided == y_test).mean(), (network(x_test) == y_test).mean()
    same = (decided == network(x_test)).mean()
    print(f"\n{'rules':10}{by_rules:8.1%}\n{'network':10}{by_network:8.1%}\nthe same  {same:8.1%}")
    assert same > 0.9, "expected the rules to say what the network says"
    questions = list(zip(inputs, thresholds, strict=True))
    draw(iris.data, iris.target, questions, iris.target_names, options.figures / "rules.png")
    command_line.finish(f"test accuracy of {len(rules)} rules: {by_rules:.1%}")


if __name__ == "__main__":
    main()
