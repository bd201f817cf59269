"""Pictures of models."""

import os
from typing import Any

from lamina import _lamina


def model_to_dot(
    model: Any,
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = True,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    subgraph: bool = False,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> str:
    """The model as a graph in Graphviz's language.

    Args:
        model: a model, built if shapes are to be shown.
        show_shapes: whether to show the shapes that layers give.
        show_dtype: whether to show what layers compute in.
        show_layer_names: whether to show names beside classes.
        rankdir: ``"TB"``, downwards, ``"LR"``, to the right, ``"BT"`` or ``"RL"``.
        expand_nested: whether to show the layers of models within it too.
        dpi: dots an inch.
        subgraph: Keras's argument for a part of another graph, which this cannot be.
        show_layer_activations: whether to show layers' activations.
        show_trainable: whether to say if training changes each layer.
        splines: how Graphviz draws edges: ``"ortho"``, ``"curved"``, ``"polyline"``, ...
        **kwargs: nothing; Keras's argument.

    >>> print(model_to_dot(Sequential([Input((3,)), Dense(2)], name="small")))
    digraph "small" {
      splines="ortho";
      dpi=200;
      node [shape=box];
      0 [label="input (Input)"];
      1 [label="dense (Dense)"];
      0 -> 1;
    }
    <BLANKLINE>
    """
    if kwargs:
        raise ValueError(f"model_to_dot has no argument {next(iter(kwargs))!r}")
    core = getattr(model, "_core", None)
    if not isinstance(core, _lamina.Model):
        raise TypeError(f"expected a model, got {model!r}")
    if subgraph:
        raise ValueError("model_to_dot gives a graph as text, which is no subgraph of another")
    graph = core.dot(
        bool(show_shapes),
        bool(show_dtype),
        bool(show_layer_names),
        rankdir,
        bool(expand_nested),
        int(dpi or 0),
        bool(show_layer_activations),
        bool(show_trainable),
    )
    first, _, rest = graph.partition("\n")
    return f'{first}\n  splines="{splines}";\n{rest}'


def plot_model(
    model: Any,
    to_file: str | os.PathLike[str] = "model.png",
    show_shapes: bool = False,
    show_dtype: bool = False,
    show_layer_names: bool = False,
    rankdir: str = "TB",
    expand_nested: bool = False,
    dpi: int = 200,
    show_layer_activations: bool = False,
    show_trainable: bool = False,
    splines: str = "ortho",
    **kwargs: Any,
) -> str | None:
    """Draws the model to a file, in the format that its ending names.

    Files that end in ``.dot`` or ``.txt`` need nothing else; others need Graphviz's program
    ``dot``. Where that is missing the model's summary is printed instead; a ``.dot`` file can be
    drawn elsewhere.

    Args:
        model: a built model.
        to_file: where to draw.
        show_shapes: whether to show the shapes that layers give.
        show_dtype: whether to show what layers compute in.
        show_layer_names: whether to show names beside classes.
        rankdir: ``"TB"``, downwards, ``"LR"``, to the right, ``"BT"`` or ``"RL"``.
        expand_nested: whether to show the layers of models within it too.
        dpi: dots an inch.
        show_layer_activations: whether to show layers' activations.
        show_trainable: whether to say if training changes each layer.
        splines: how Graphviz draws edges: ``"ortho"``, ``"curved"``, ``"polyline"``, ...
        **kwargs: nothing; Keras's argument.

    Returns:
        The file's name, or None where it was printed.

    Raises:
        RuntimeError: Graphviz refused to draw.
        TypeError: it is no model.

    >>> plot_model(model, "model.dot", show_shapes=True)  # doctest: +SKIP
    'model.dot'
    """
    path = os.fspath(to_file)
    ending = os.path.splitext(path)[1].lstrip(".").lower() or "png"
    graph = model_to_dot(
        model,
        show_shapes,
        show_dtype,
        show_layer_names,
        rankdir,
        expand_nested,
        dpi,
        show_layer_activations=show_layer_activations,
        show_trainable=show_trainable,
        splines=splines,
        **kwargs,
    )
    if ending in ("dot", "txt"):
        with open(path, "w", encoding="utf-8") as file:
            file.write(graph if ending == "dot" else _summary(model))
        return path
    # Only a drawing needs them: `import lamina` stays fast.
    import shutil
    import subprocess

    program = shutil.which("dot")
    if program is None:
        print(f"Graphviz's program dot, which draws {path}, was not found; here is the model:")
        print(_summary(model))
        return None
    command = [program, f"-T{ending}", "-o", path]
    done = subprocess.run(command, input=graph.encode(), capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"dot could not draw {path}: {done.stderr.decode(errors='replace')}")
    return path


def _summary(model: Any) -> str:
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    return "\n".join(lines)
