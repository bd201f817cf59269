"""Too stiff or too restless: bias, variance and noise of networks of several sizes.

    pip install '.[examples]' && python examples/bias_variance.py [--data FOLDER]

How cold does it get in Melbourne on the n-th day of the year? Ten years were measured (67 kB are
downloaded once). A network learns from a few days alone, again and again from others. What its
predictions are wrong by on average is bias; how they differ from one sample of days to the next is
variance; what the same day differs by from year to year is noise, which nobody can foretell. Their
sum is the expected squared error. Small networks are too stiff (bias), large ones follow every
single day (variance), and more days help the large ones. The network is one hidden layer of tanh;
0 hidden units mean a straight line.

Reference: Geman, Bienenstock and Doursat, 1992, "Neural networks and the bias/variance dilemma".
"""

from pathlib import Path

import numpy as np
from common import command_line, figures, tables

import lamina
from lamina import layers
from lamina.initializers import RandomNormal

DAYS = np.linspace(-1, 1, 365, dtype="float32")[:, None]
UNITS = (0, 1, 2, 4, 8, 16, 64)
SIZES = (15, 30, 60, 120, 240)
FEW, MIDDLE = 30, 16  # days of the capacity sweep, units of the sweep over days


def temperatures() -> np.ndarray:
    """The lowest of each day in degrees Celsius: (years, days)."""
    rows = tables.rows("daily-min-temperatures.csv")[1:]
    return np.array([float(value.lstrip("?")) for _, value in rows]).reshape(10, 365)


def usual(years: np.ndarray) -> np.ndarray:
    """The mean of each day and of the ten days before and after it, over the years."""
    around = np.pad(years.mean(axis=0), 10, mode="wrap")
    return np.convolve(around, np.full(21, 1 / 21), mode="valid")


def predictions(
    years: np.ndarray, units: int, size: int, repeats: int, epochs: int, seed: int
) -> np.ndarray:
    """What networks say of each day, each of which learnt from other days: (networks, 365)."""
    middle, spread = years.mean(), years.std()
    found = []
    for repeat in range(repeats):
        lamina.utils.set_random_seed(1000 * seed + repeat)
        chosen = np.random.default_rng(1000 * seed + repeat).choice(years.size, size, replace=False)
        model = lamina.Sequential([layers.Input((1,))])
        if units:
            # Wide enough for bends all over the year.
            wide = RandomNormal(stddev=4.0)
            model.add(
                layers.Dense(
                    units, activation="tanh", kernel_initializer=wide, bias_initializer=wide
                )
            )
        model.add(layers.Dense(1))
        model.compile(lamina.optimizers.Adam(0.03), "mse")
        x, y = DAYS[chosen % 365], (years.ravel()[chosen] - middle) / spread
        model.fit(x, y, batch_size=size, epochs=epochs, verbose=0)
        found.append(model.predict(DAYS, verbose=0)[:, 0] * spread + middle)
    return np.array(found)


def decompose(years: np.ndarray, found: np.ndarray) -> dict[str, float]:
    """Means over the days of the year, in square degrees."""
    truth = usual(years)
    return {
        "bias^2": float(np.mean((found.mean(axis=0) - truth) ** 2)),
        "variance": float(np.mean(found.var(axis=0))),
        "noise": float(np.mean((years - truth) ** 2)),
        "error": float(np.mean((years[None] - found[:, None]) ** 2)),
    }


def sweep(name: str, values: tuple, parts: list[dict[str, float]]) -> None:
    print(f"\n{name:>13}" + "".join(f"{part:>10}" for part in [*parts[0], "their sum"]))
    for value, part in zip(values, parts, strict=True):
        total = part["bias^2"] + part["variance"] + part["noise"]
        print(f"{value:13}" + "".join(f"{number:10.2f}" for number in [*part.values(), total]))


def draw(years: np.ndarray, said: dict, capacity: list, amount: list, path: Path) -> None:
    drawing = figures.figure(12, 6.4)
    if drawing is None:
        return
    axes = drawing.subplots(2, 3)
    for ax, units in zip(axes[0], (UNITS[0], UNITS[2], UNITS[-1]), strict=True):
        ax.plot(said[units].T, color="C0", linewidth=0.7, alpha=0.5)
        ax.plot(said[units].mean(axis=0), color="black", label="mean of the networks")
        ax.plot(usual(years), color="C1", label="usual")
        ax.set(title=f"{units} hidden units", xlabel="day of the year", ylim=(0, 24))
    axes[0, 0].set_ylabel("degrees Celsius")
    axes[0, 2].legend()
    for ax, values, parts, title in (
        (axes[1, 0], range(len(UNITS)), capacity, f"hidden units ({FEW} days)"),
        (axes[1, 1], SIZES, amount, f"days learnt from ({MIDDLE} hidden units)"),
    ):
        for name in parts[0]:
            style = "k--" if name == "error" else ".-"
            ax.plot(values, [part[name] for part in parts], style, label=name)
        ax.set(xlabel=title, ylabel="square degrees", ylim=(0, 24))
    axes[1, 0].set_xticks(range(len(UNITS)), UNITS)
    axes[1, 1].set(xscale="log", xticks=SIZES, xticklabels=SIZES)
    axes[1, 1].minorticks_off()
    axes[1, 1].legend()
    axes[1, 2].plot(DAYS.size * (DAYS + 1) / 2, years.T, ".", color="grey", markersize=1, alpha=0.5)
    axes[1, 2].plot(usual(years), color="C1")
    axes[1, 2].set(title="ten years", xlabel="day of the year", ylabel="degrees Celsius")
    figures.save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=1000)
    options = command_line.begin(parser, reduced_epochs=400)
    repeats = 8 if options.reduced else 30
    years = temperatures()

    common = (repeats, options.epochs, options.seed)
    said = {units: predictions(years, units, FEW, *common) for units in UNITS}
    capacity = [decompose(years, said[units]) for units in UNITS]
    sweep("hidden units", UNITS, capacity)
    amount = [decompose(years, predictions(years, MIDDLE, size, *common)) for size in SIZES]
    sweep("days", SIZES, amount)

    best = min(range(len(UNITS)), key=lambda i: capacity[i]["error"])
    assert 0 < best < len(UNITS) - 1, "expected the best size to lie between"
    assert capacity[0]["bias^2"] > 5 * capacity[-1]["bias^2"]
    assert capacity[0]["variance"] < capacity[best]["variance"] < capacity[-1]["variance"]
    assert amount[-1]["variance"] < amount[0]["variance"] / 2
    print(f"\n{UNITS[best]} hidden units are best for {FEW} days")
    draw(years, said, capacity, amount, options.figures / "bias_variance.png")
    command_line.finish(f"squared error of the best size: {capacity[best]['error']:.2f}")


if __name__ == "__main__":
    main()
