"""How dirty Beijing's air will be in six hours, forecast from two days of weather and air.

    pip install '.[examples]' && python examples/forecast.py [--data FOLDER]

Of hourly measurements of five years three are trained with, 2013 says when to stop, and 2014 is
forecast. The forecasts are of the change from now on: that the air stays as it is is then the
simplest of them. An LSTM reads the hours one by one; a linear model (ridge regression) has a weight
for each hour and measurement.

Data: Liang et al., 2015, "Assessing Beijing's PM2.5 pollution" (2 MB).
"""

from pathlib import Path

import numpy as np
from common import command_line
from common.figures import figure, save
from common.sequences import load_pollution
from sklearn.linear_model import RidgeCV
from sklearn.metrics import mean_absolute_error, r2_score

import lamina
from lamina import layers
from lamina.callbacks import EarlyStopping

WINDOW, AHEAD = 48, 6  # hours


def measurements(table: dict[str, list[str]]) -> tuple[np.ndarray, np.ndarray]:
    """Fine dust (PM2.5) in micrograms per cubic metre, NaN where missing; and what models see.

    They see dust, dew point, temperature and pressure, amounts of wind, snow and rain, which come
    in all magnitudes and so as logarithms, the direction of the wind, and the hour and month as
    points on a circle, on which 23 lies beside 0.
    """
    dust = np.array([np.nan if text == "NA" else float(text) for text in table["pm2.5"]])
    measured = np.flatnonzero(~np.isnan(dust))
    # A missing value is taken to be the one before; the first day has none.
    latest = np.searchsorted(measured, np.arange(len(dust)), side="right") - 1
    filled = dust[measured[latest.clip(0)]]

    columns = [filled, np.log1p(filled)]
    columns += [np.array(table[name], float) for name in ("DEWP", "TEMP", "PRES")]
    columns += [np.log1p(np.array(table[name], float)) for name in ("Iws", "Is", "Ir")]
    wind = np.array(table["cbwd"])
    columns += [wind == direction for direction in np.unique(wind)]
    for name, period in (("hour", 24), ("month", 12)):
        angle = 2 * np.pi * np.array(table[name], float) / period
        columns += [np.sin(angle), np.cos(angle)]
    return dust, np.stack(columns, axis=1)


def network(features: int) -> lamina.Model:
    model = lamina.Sequential(
        [
            layers.Input((WINDOW, features)),
            layers.LSTM(32),
            layers.Dropout(0.2),
            layers.Dense(1),
        ]
    )
    model.compile(lamina.optimizers.Adam(0.001), "mae")
    return model


def draw(dust: np.ndarray, forecast: np.ndarray, path: Path) -> None:
    if drawing := figure(9, 3):
        axes = drawing.subplots()
        axes.plot(dust, color="black", linewidth=1, label="measured")
        axes.plot(forecast, label=f"forecast {AHEAD} hours before")
        axes.set(xlabel="hour", ylabel="PM2.5 (µg/m³)")
        axes.legend()
        save(drawing, path)


def main() -> None:
    options = command_line.begin(command_line.parser(__doc__, epochs=20), reduced_epochs=2)
    table = load_pollution()
    dust, inputs = measurements(table)
    year = np.array(table["year"], int)
    past = inputs[year < 2013]  # later years take no part in mean and spread
    inputs = ((inputs - past.mean(axis=0)) / past.std(axis=0)).astype("float32")

    # Window i covers hours i to i + 47. It is used if its last hour and its target were measured.
    windows = np.lib.stride_tricks.sliding_window_view(inputs[:-AHEAD], WINDOW, axis=0)
    now = np.arange(WINDOW - 1, len(dust) - AHEAD)
    used = ~np.isnan(dust[now] + dust[now + AHEAD])
    if options.reduced:
        used &= (now % 4 == 0) | (year[now + AHEAD] == 2014)
    x, now = windows[used].transpose(0, 2, 1), now[used]
    years = year[now + AHEAD]
    train, validation, test = years < 2013, years == 2013, years == 2014
    unit = dust[now][train].std()
    change = (dust[now + AHEAD] - dust[now]) / unit

    flat = x.reshape(len(x), -1)
    line = RidgeCV([100.0, 1000.0, 10000.0]).fit(flat[train], change[train])
    model = network(x.shape[2])
    model.fit(
        x[train],
        change[train],
        batch_size=64,
        epochs=options.epochs,
        validation_data=(x[validation], change[validation]),
        validation_batch_size=256,
        callbacks=[EarlyStopping(patience=4, restore_best_weights=True)],
        verbose=2,
    )

    said = {
        "as it is now": np.zeros(test.sum()),
        "linear (ridge)": line.predict(flat[test]),
        "network": model.predict(x[test], batch_size=256, verbose=0).ravel(),
    }
    truth = dust[now + AHEAD][test]
    print(f"\nforecasts for {len(truth)} hours of 2014, {AHEAD} hours ahead, in µg/m³")
    print(f"{'':16}{'MAE':>8}{'RMSE':>8}{'R2':>8}")
    errors = {}
    for name, changes in said.items():
        said[name] = forecast = np.maximum(0, dust[now][test] + changes * unit)
        errors[name] = mae = mean_absolute_error(truth, forecast)
        rmse = np.sqrt(np.mean((truth - forecast) ** 2))
        print(f"{name:16}{mae:8.1f}{rmse:8.1f}{r2_score(truth, forecast):8.3f}")
    draw(truth[:500], said["network"][:500], options.figures / "forecast.png")
    assert errors["linear (ridge)"] < errors["as it is now"]
    assert errors["network"] < errors["as it is now"]
    others = ", ".join(f"{name} {error:.1f}" for name, error in list(errors.items())[:-1])
    command_line.finish(f"mean absolute error: {errors['network']:.1f} µg/m³ ({others})")


if __name__ == "__main__":
    main()
