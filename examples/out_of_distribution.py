"""Does this image belong here? A network of digits is shown clothes, and should notice.

    pip install '.[examples]' && python examples/out_of_distribution.py [--data FOLDER]

A classifier gives one of its ten classes to whatever it sees, a shoe as well. Three scores say how
strange an image is. The first two ask the classifier itself: how unsure is its softmax, and how
small are all logits together (the energy). The third asks an autoencoder that was trained with the
same digits: how badly it gives the image back. None of them saw clothes before. The area under the
ROC curve (AUC) is the chance that a garment of Fashion-MNIST is found stranger than a digit of
MNIST; 50 percent is a coin's. A threshold that sends away one digit in twenty tells how many
clothes pass.

References: Hendrycks and Gimpel, 2017, "A baseline for detecting misclassified and
out-of-distribution examples in neural networks"; Liu et al., 2020, "Energy-based
out-of-distribution detection".
"""

import numpy as np
from autoencoder import autoencoder
from common import command_line, figures
from common.images import load_gray
from lenet5 import lenet5, train
from sklearn.metrics import roc_auc_score, roc_curve

import lamina
from lamina import ops


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=5), reduced_epochs=3)
    sizes = (6400, 2000) if options.reduced else ()
    (x, y), (digits, truth) = load_gray(lamina.datasets.mnist, *sizes)
    _, (clothes, _) = load_gray(lamina.datasets.fashion_mnist, *sizes)

    print("classifier of digits:")
    classifier = train(lenet5(), x, y, options.epochs)
    print("autoencoder of digits:")
    coder = autoencoder(16)
    coder.compile(lamina.optimizers.Adam(0.002), "mse")
    coder.fit(x, x, batch_size=128, epochs=options.epochs)

    def logits(images):
        return classifier.predict(images, batch_size=256, verbose=0)

    def unsure(images):
        return 1 - ops.max(ops.softmax(logits(images)), axis=1).numpy()

    def energy(images):
        return -ops.logsumexp(logits(images), axis=1).numpy()

    def reconstruction(images):
        return ((coder.predict(images, batch_size=256, verbose=0) - images) ** 2).mean((1, 2, 3))

    scores = {
        "softmax": (unsure(digits), unsure(clothes)),
        "energy": (energy(digits), energy(clothes)),
        "reconstruction": (reconstruction(digits), reconstruction(clothes)),
    }
    is_garment = np.repeat([0, 1], [len(digits), len(clothes)])
    accuracy = (logits(digits).argmax(axis=1) == truth).mean()
    print(f"\naccuracy of digits: {accuracy:.1%}")
    print(f"{'score':16}{'ROC AUC':>9}{'clothes that pass with 95% of digits':>38}")
    areas = {}
    for name, (own, strange) in scores.items():
        areas[name] = roc_auc_score(is_garment, np.concatenate([own, strange]))
        passes = (strange <= np.quantile(own, 0.95)).mean()
        print(f"{name:16}{areas[name]:9.3f}{passes:38.1%}")
    assert min(areas.values()) > 0.5, "expected each score to tell more than a coin"

    if drawing := figures.figure(10, 3):
        *axes, last = drawing.subplots(1, 4)
        for ax, (name, (own, strange)) in zip(axes, scores.items(), strict=True):
            edges = np.linspace(*np.quantile([*own, *strange], [0, 0.99]), 40)
            ax.hist(own, edges, alpha=0.6, density=True, label="digits")
            ax.hist(strange, edges, alpha=0.6, density=True, label="clothes")
            ax.set(title=name, yticks=[])
            false_rate, found, _ = roc_curve(is_garment, np.concatenate([own, strange]))
            last.plot(false_rate, found, label=name)
        axes[0].legend()
        last.set(title="ROC", xlabel="digits sent away", ylabel="clothes found", aspect="equal")
        last.legend(fontsize=7)
        figures.save(drawing, options.figures / "out_of_distribution.png")
    best = max(areas, key=areas.get)
    command_line.finish(
        f"ROC AUC: {areas[best]:.3f} of the {best} score, {areas['softmax']:.3f} of the softmax"
    )


if __name__ == "__main__":
    main()
