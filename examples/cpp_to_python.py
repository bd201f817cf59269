"""A model that is trained in C++ and drawn in Python: which of two spirals a point lies on.

    pip install '.[examples]' && python examples/cpp_to_python.py

The program of cpp_to_python.cpp makes the points, trains, and saves the model. Python loads it as
one of its own: it lists its layers, gives for the program's points the same answers to the bit,
asks it for a whole plane of points, and could train it on. Drawn are the plane, the points and the
losses of training. The program is compiled here, which takes cmake and a compiler; --program names
one that is there already.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from common import command_line
from common.figures import figure, save
from common.programs import compiled

import lamina


def draw(model: lamina.Model, points: np.ndarray, losses: np.ndarray, path: Path) -> None:
    if (drawing := figure(9, 4)) is None:
        return
    plane, course = drawing.subplots(1, 2)
    line = np.linspace(-1.2, 1.2, 201)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2).astype("float32")
    p = model.predict(grid, batch_size=4096, verbose=0).reshape(201, 201)
    shown = plane.contourf(line, line, p, np.linspace(0, 1, 11), cmap="RdBu", alpha=0.7)
    drawing.colorbar(shown, label="probability of spiral 1")
    for spiral, colour in enumerate(("darkred", "darkblue")):
        x, y = points[points[:, 2] == spiral, :2].T
        plane.plot(x, y, ".", color=colour, markersize=3, label=f"spiral {spiral}")
    plane.set(aspect="equal", xlabel="x", ylabel="y")
    plane.legend(loc="upper left")
    course.plot(range(1, len(losses) + 1), losses)
    course.set(xlabel="epoch", ylabel="cross-entropy of training, in C++", ylim=(0, None))
    save(drawing, path)


def main() -> None:
    parser = command_line.parser(__doc__, epochs=300)
    parser.add_argument("--program", type=Path, help="example_cpp_to_python, compiled already")
    options = command_line.begin(parser)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = options.program or compiled("cpp_to_python", folder)
        if program is None:
            sys.exit("without the program there is no model to draw")
        subprocess.run([program.resolve(), folder, str(options.epochs)], check=True)
        model = lamina.models.load_model(folder / "spirals.lamina")
        points = np.loadtxt(folder / "points.csv", "float32", delimiter=",", skiprows=1)
        losses = np.loadtxt(folder / "losses.csv", ndmin=1)

    model.summary()
    said = model.predict(points[:, :2], verbose=0).ravel()
    assert np.array_equal(said, points[:, 3]), "expected the program's answers, to the bit"
    draw(model, points, losses, options.figures / "cpp_to_python.png")
    accuracy = np.mean((said > 0.5) == points[:, 2])
    command_line.finish(f"accuracy: {accuracy:.1%} of {len(points)} points of training")


if __name__ == "__main__":
    main()
