"""Writes the pages of the API reference, which nobody keeps by hand, into docs/api.

Python: a page a public module, of its docstrings (autodoc). C++: a page a folder of the public
headers, which are short and carry their documentation: they are shown as they are, without what
only a compiler reads. That costs a second, no package, and cannot fall behind; Doxygen and Breathe
would cost a system package and minutes for pages that say the same.
"""

import importlib
import inspect
import os
import re
from pathlib import Path

import lamina

MODULES = [
    "models", "layers", "ops", "losses", "metrics", "optimizers", "optimizers.schedules",
    "callbacks", "data", "datasets", "activations", "initializers", "regularizers", "constraints",
    "random", "autograd", "saving", "utils", "preprocessing", "plotting", "wrappers",
    "dtype_policies", "config", "tree", "mixed_precision", "backend",
]  # fmt: skip

# Layers by what they do, by the modules that define them; those of no group come last.
LAYER_GROUPS = {
    "Core": "layer input dense einsum_dense activation embedding reversible_embedding identity"
    " lambda_layer masking wrapper operation _input_spec",
    "Convolution": "conv conv_transpose depthwise_conv separable_conv",
    "Pooling": "max_pooling average_pooling min_pooling global_average_pooling global_max_pooling"
    " adaptive_average_pooling adaptive_max_pooling",
    "Recurrence": "rnn simple_rnn gru lstm conv_lstm bidirectional time_distributed"
    " stacked_rnn_cells",
    "Attention": "attention additive_attention multi_head_attention grouped_query_attention",
    "Normalization": "batch_normalization layer_normalization rms_normalization"
    " group_normalization unit_normalization spectral_normalization normalization",
    "Regularization": "dropout spatial_dropout gaussian_dropout gaussian_noise alpha_dropout"
    " activity_regularization",
    "Activations": "relu leaky_relu prelu elu softmax",
    "Merging": "merge concatenate dot",
    "Shapes": "flatten reshape permute repeat_vector cropping zero_padding up_sampling",
    "Preprocessing": "text_vectorization string_lookup integer_lookup category_encoding hashing"
    " discretization rescaling resizing center_crop spectrograms pipeline",
    "Augmentation": "random_flip random_colors random_geometry mixing histograms rand_augment",
}

HEADER_FOLDERS = {
    "core": "Tensors, variables, devices, threads, random numbers, errors.",
    "ops": "Operations on tensors.",
    "autograd": "Recording and gradients.",
    "layers": "Layers, symbolic tensors, and the base classes of layers of one's own.",
    "models": "Models: compile, fit, evaluate, predict, save, load.",
    "losses": "Losses.",
    "metrics": "Metrics.",
    "optimizers": "Optimizers and learning-rate schedules.",
    "training": "Options of a run, callbacks, sources of batches.",
    "initializers": "How weights begin.",
    "regularizers": "What weights add to the loss.",
    "constraints": "What weights are brought back to.",
    "text": "Strings and vocabularies.",
}


# Exported for lamina's other modules.
INTERNAL = {"BuiltinLoss", "LossFunction", "LossMetric", "as_loss", "core_of", "measuring", "wrap"}


def public_names(module) -> list[str]:
    names = getattr(module, "__all__", None)
    if names is None:
        names = [
            name
            for name, value in vars(module).items()
            if name[0] != "_" and getattr(value, "__module__", "") == module.__name__
        ]
    names = [name for name in names if name not in INTERNAL]
    return [name for name in names if not inspect.ismodule(getattr(module, name))]


def by_object(module, names: list[str]) -> dict[str, list[str]]:
    """The name each thing is documented by, and its other names."""
    groups: dict[int, list[str]] = {}
    for name in names:
        groups.setdefault(id(getattr(module, name)), []).append(name)
    result = {}
    for group in groups.values():
        own = getattr(getattr(module, group[0]), "__name__", group[0])
        first = own if own in group else group[0]
        result[first] = [name for name in group if name != first]
    return dict(sorted(result.items()))


def heading(text: str, mark: str) -> str:
    return f"{text}\n{mark * len(text)}\n\n"


# Where a thing is documented: at the first page that has it. Later pages refer to that one.
homes: dict[int, str] = {}


def entries(module, names: list[str]) -> str:
    """The documentation of these names of the module."""
    text = ""
    path = module.__name__
    elsewhere = []
    for name, others in by_object(module, names).items():
        value = getattr(module, name)
        if not callable(value):
            continue
        home = homes.setdefault(id(value), f"{path}.{name}")
        if home != f"{path}.{name}":
            elsewhere.append(f"* ``{'``, ``'.join([name, *others])}``: :py:obj:`{home}`")
            continue
        kind = "autoclass" if inspect.isclass(value) else "autofunction"
        text += f".. {kind}:: {path}.{name}\n\n"
        if others:
            text += "   Also called " + ", ".join(f"``{other}``" for other in others) + ".\n\n"
    if elsewhere:
        text += "Names of things that are documented elsewhere:\n\n" + "\n".join(elsewhere) + "\n\n"
    return text


def module_pages(folder: Path, name: str) -> list[str]:
    """Writes the pages of a public module; their names."""
    module = importlib.import_module(f"lamina.{name}")
    names = public_names(module)
    about = inspect.getdoc(module) or ""
    begin = heading(f"lamina.{name}", "=") + f".. module:: lamina.{name}\n\n"
    begin += f"{about.partition('>>>')[0].strip()}\n\n"
    if name == "layers":
        groups = layer_groups(module, names)
    elif name == "ops":
        groups = operation_groups(module, names)
    else:
        page = name.replace(".", "_")
        (folder / f"{page}.rst").write_text(begin + entries(module, names))
        return [page]
    pages = []
    for title, (where, group) in groups.items():
        page = f"{name}_{title.lower()}"
        text = heading(f"{where.__name__}: {title.lower()}", "=")
        (folder / f"{page}.rst").write_text(text + entries(where, group))
        pages.append(page)
    for page, (title, (where, group)) in zip(pages, groups.items(), strict=True):
        things = [getattr(where, each) for each in by_object(where, group)]
        links = ", ".join(f":py:obj:`~{homes[id(thing)]}`" for thing in things)
        begin += f":doc:`{title} <{page}>`: {links}\n\n"
    begin += ".. toctree::\n   :hidden:\n\n" + "".join(f"   {page}\n" for page in pages)
    (folder / f"{name}.rst").write_text(begin)
    return [name]


def layer_groups(module, names: list[str]) -> dict:
    home = {part: title for title, parts in LAYER_GROUPS.items() for part in parts.split()}
    groups: dict = {title: (module, []) for title in LAYER_GROUPS}
    for name in names:
        part = getattr(module, name).__module__.rpartition(".")[2]
        groups.setdefault(home.get(part, "Other"), (module, []))[1].append(name)
    return groups


def operation_groups(module, names: list[str]) -> dict:
    """Each operation once, in the first of the families that has it."""
    left = set(names)
    groups = {}
    for title, family in (("NN", "nn"), ("Linalg", "linalg"), ("Core", "core"), ("NumPy", "numpy")):
        part = importlib.import_module(f"lamina.ops.{family}")
        mine = [name for name in public_names(part) if name in left]
        left -= set(mine)
        groups[title] = (module, mine)
    image = importlib.import_module("lamina.ops.image")
    groups["Image"] = (image, public_names(image))
    if left:
        groups["Other"] = (module, sorted(left))
    return groups


def package_page(folder: Path) -> None:
    text = heading("lamina", "=") + ".. module:: lamina\n\n"
    text += "The names that stand in the package itself.\n\n"
    (folder / "lamina.rst").write_text(text + entries(lamina, public_names(lamina)))


def shown(header: Path) -> str:
    """A header without what only a compiler reads."""
    lines = header.read_text().split("\n")
    skipped = re.compile(r"#pragma once|#include|namespace lamina \{|\}  // namespace lamina$")
    text = "\n".join(line for line in lines if not skipped.match(line))
    text = re.sub(r"\n private:\n.*?(?=\n\};)", "", text, flags=re.S)
    text = text.replace("LAMINA_API ", "").replace("LAMINA_INTERNAL_API ", "")
    text = re.sub(r"\n+(?=\};)", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def header_pages(folder: Path, headers: Path) -> list[str]:
    pages = []
    for name, about in HEADER_FOLDERS.items():
        text = f"# C++: {name}\n\n{about}\n\n"
        for header in sorted((headers / name).glob("*.hpp")):
            path = header.relative_to(headers.parent)
            text += f"## {path}\n\n```cpp\n{shown(header)}\n```\n\n"
        (folder / f"cpp_{name}.md").write_text(text)
        pages.append(f"cpp_{name}")
    missing = {each.name for each in headers.iterdir() if each.is_dir()} - set(HEADER_FOLDERS)
    if missing:
        raise ValueError(f"docs/reference.py: HEADER_FOLDERS lacks {sorted(missing)}")
    return pages


def write(docs: Path) -> None:
    """Writes all pages; those that did not change keep their time, so Sphinx leaves them alone."""
    folder = docs / "api"
    folder.mkdir(exist_ok=True)
    before = {path: (path.read_bytes(), path.stat()) for path in folder.iterdir()}
    for path in before:
        path.unlink()
    homes.clear()
    python = [page for name in MODULES for page in module_pages(folder, name)]
    package_page(folder)
    cpp = header_pages(folder, docs.parent / "cpp" / "include" / "lamina")
    for page, title, about, pages in (
        ("python", "Python reference", PYTHON, ["lamina", *python]),
        ("cpp", "C++ reference", CPP, cpp),
    ):
        tree = "".join(f"{name}\n" for name in pages)
        text = f"# {title}\n\n{about}\n\n```{{toctree}}\n:maxdepth: 1\n\n{tree}```\n"
        (folder / f"{page}.md").write_text(text)
    for path, (content, status) in before.items():
        if path.exists() and path.read_bytes() == content:
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


PYTHON = "Every public module, from its docstrings."
CPP = """
The public headers, as they are installed; `#include <lamina/lamina.hpp>` takes all of them, and
everything is in namespace `lamina`. Private members are left out here. A comment that begins with
`///` belongs to the declaration below it; a comment at the top, to the file. Formulas, shapes and
defaults are those of the Python class of the same name, whose page says more.
"""
