"""What ``fit``, ``evaluate`` and ``predict`` take as data: arrays, or batches."""

import warnings
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import numpy as np

from lamina import _tree
from lamina._lamina import PythonBatches, Tensor, Variable
from lamina.data import _prefetch, _tables
from lamina.data._dataset import Dataset
from lamina.data._py_dataset import Epochs, PyDataset

_PARTS = ("x", "y", "sample_weight")


class Source:
    """Batches for a loop of a model, brought into the form that the core takes.

    Args:
        model: whose samples and targets they are.
        owner: who takes them, for errors.
        batches: anything that can be iterated.
        count: how many there are in a pass; None where that is not known.
        steps: how many an epoch takes; None for a pass.
    """

    def __init__(
        self, model: Any, owner: str, batches: Any, count: int | None, steps: int | None
    ) -> None:
        self._model = model
        self._owner = owner
        self._batches = batches
        self.count = count
        self._steps = steps
        self._pass: Iterator[Any] | None = None
        self._structure: Any = None
        self._taken = 0
        self._ended = False
        self.is_stored = False  # whether it reads arrays in files

    def core(self) -> PythonBatches:
        """What the core takes batches from. It keeps this object, which must not keep it."""
        return PythonBatches(self, self.count or 0)

    def limit(self, steps: int | None) -> None:
        """Says how many batches an epoch takes; None for a pass."""
        self._steps = steps
        if isinstance(self._batches, Epochs):
            self._batches.steps = steps

    def close(self) -> None:
        """Ends the pass that goes on."""
        close = getattr(self._pass, "close", None)
        self._pass = None
        if close is not None:
            close()

    def __iter__(self) -> Iterator[Any]:
        self.close()
        self._pass = self._checked_batches()
        return self._pass

    def _checked_batches(self) -> Iterator[Any]:
        batches = iter(self._batches)
        is_same = batches is self._batches
        if is_same and self._ended and self._steps and self._taken % self._steps:
            warnings.warn(
                f"{self._owner} ran out of data after {self._taken} batches: an iterator gives "
                "each batch once. Give one that yields steps_per_epoch * epochs batches, or an "
                "object that can be iterated again.",
                stacklevel=2,
            )
        close = None if is_same else getattr(batches, "close", None)
        try:
            for batch in batches:
                self._taken += 1
                yield self._checked(batch)
            self._ended = True
        finally:
            if close is not None:
                close()

    def _checked(self, batch: Any) -> Any:
        if is_list_of_parts(batch):
            batch = tuple(batch)
        if not isinstance(batch, tuple):
            batch = (batch,)
        if not 0 < len(batch) <= 3:
            return batch  # which the core refuses
        x, y, weight = (*map(plain, batch), None, None)[:3]
        structure = (_form(x), _form(y), _form(weight))
        if self._structure is None:
            self._check_first(x, y)
            self._structure = structure
        elif structure != self._structure:
            raise ValueError(
                f"{self._owner} got batch {self._taken} as {_described(structure)}, those before "
                f"it as {_described(self._structure)}; all batches of a run need one form"
            )
        x, y = self._model._samples(x), self._model._targets(y)
        return (x, y, weight) if weight is not None else (x, y) if y is not None else (x,)

    def _check_first(self, x: Any, y: Any) -> None:
        """Refuses what beginners give instead of batches."""
        if y is None and isinstance(x, dict) and not self._owner.startswith("predict"):
            label = _tables.label_of(x)
            if label is not None and _compares(self._model):
                raise ValueError(
                    f"{self._owner} got batches that are dictionaries with {label!r} among the "
                    "inputs; yield (x, y): the inputs, and the labels by themselves"
                )
        if not self._model.built or not is_rows(x):
            return
        expected = self._model.input_shape
        sample = expected[1:] if isinstance(expected, tuple) else ()
        # One sample of one number looks as a batch of them.
        if len(sample) > 0 and sample != (1,) and tuple(np.shape(x)) == sample:
            raise ValueError(
                f"{self._owner} got a batch of the shape {sample} of one sample; give batches of "
                "them, or let lamina.data.Dataset put them together: "
                "Dataset.from_tensor_slices((x, y)).batch(32)"
            )


def source_of(
    model: Any,
    owner: str,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int = 32,
    shuffle: bool = False,
    steps: int | None = None,
) -> Source | None:
    """The batches that ``x`` stands for; None where it is an array, or arrays, or no data.

    Batches come without ``y``: from a generator, an iterator, any object that is no array and has
    ``__iter__``, or ``__len__`` and ``__getitem__``, or from a list of tuples.
    """
    if x is None or isinstance(x, (np.ndarray, Tensor, Variable, str, bytes, set)):
        return None
    if hasattr(x, "toarray"):
        raise TypeError(
            f"{owner} got x as a sparse {type(x).__name__} of shape {x.shape}; tensors are dense: "
            "give x.toarray(), or batches of it from a generator"
        )
    if isinstance(x, (dict, list, tuple)):
        # Nested lists of arrays may be several inputs too, which only training knows not to be.
        if y is None and is_list_of_batches(x, or_of_lists=owner.startswith(("fit", "evaluate"))):
            return Source(model, owner, x, len(x), steps)
        return None
    if _is_array(x):
        return None
    _refuse_what_gives_no_batches(owner, x)
    if y is not None:
        raise ValueError(
            f"{owner} got x as a {type(x).__name__}, which gives batches, and y too; let each "
            "batch be (x, y)"
        )
    if sample_weight is not None:
        raise ValueError(
            f"{owner} got x as a {type(x).__name__}, which gives batches, and sample_weight too; "
            "let each batch be (x, y, sample_weight)"
        )
    if _tables.is_table(x):
        return _source_of_table(model, owner, x, batch_size, shuffle, steps)
    if isinstance(x, Dataset):
        if x.batch_size is None:
            x = x.batch(batch_size)
        if x.cardinality() == -1 and steps is None:
            raise ValueError(f"{owner} got a Dataset without end; say {_steps_of(owner)}")
    is_numbered = hasattr(x, "__len__") and hasattr(x, "__getitem__")
    if isinstance(x, PyDataset) or (is_numbered and not hasattr(x, "__iter__")):
        if isinstance(x, PyDataset) and x.num_batches is None and steps is None:
            raise ValueError(
                f"{owner} got a {type(x).__name__} without end (its num_batches is None); say "
                f"{_steps_of(owner)}"
            )
        epochs = Epochs(x, shuffle and isinstance(x, PyDataset), steps)
        return Source(model, owner, epochs, epochs.count, steps)
    try:
        return Source(model, owner, x, len(x), steps)
    except TypeError:
        return Source(model, owner, x, None, steps)


def stored_source(
    model: Any,
    owner: str,
    arrays: tuple[Any, Any, Any],
    batch_size: int,
    shuffle: bool = False,
    steps: int | None = None,
    rows: tuple[float, float] = (0.0, 1.0),
) -> Source | None:
    """Batches of x, y and sample_weight that lie in files, which would else be read whole.

    None where there are no such. ``rows`` are the shares of the samples between which to read.
    """
    if not any(map(_holds_stored, arrays)):
        return None
    leaves, form = _tree.flatten([_as_rows(part) for part in arrays], is_rows)
    samples = leaves[0].shape[0]
    for leaf in leaves:
        if leaf.shape[0] != samples:
            raise ValueError(
                f"{owner} got arrays of {samples} and of {leaf.shape[0]} samples; all need the "
                "same number"
            )

    def take(chosen: Any) -> Any:
        x, y, weight = _tree.fill(form, [np.asarray(leaf[chosen]) for leaf in leaves])
        return x, y, weight

    first, last = (int(np.floor(samples * share)) for share in rows)
    epochs = Epochs(_tables.Rows(take, first, last, batch_size, shuffle), False, steps)
    source = Source(model, owner, epochs, epochs.count, steps)
    source.is_stored = True
    return source


def _holds_stored(part: Any) -> bool:
    if isinstance(part, dict):
        return any(map(_holds_stored, part.values()))
    if isinstance(part, (list, tuple)):
        return _holds_arrays(part) and any(map(_holds_stored, part))
    return _tables.is_stored(part)


def _as_rows(part: Any) -> Any:
    """Arrays, but those in files, as NumPy's; nested lists of numbers as one."""
    if isinstance(part, dict):
        return {name: _as_rows(item) for name, item in part.items()}
    if isinstance(part, (list, tuple)) and any(map(_holds_arrays, part)):
        return [_as_rows(item) for item in part]
    return part if part is None or _tables.is_stored(part) else np.asarray(part)


def is_rows(value: Any) -> bool:
    """Whether it is an array with samples along its first axis."""
    return hasattr(value, "shape") and hasattr(value, "__getitem__") and len(value.shape) > 0


def _source_of_table(
    model: Any, owner: str, table: Any, batch_size: int, shuffle: bool, steps: int | None
) -> Source:
    if not hasattr(table, "__len__"):
        raise ValueError(
            f"{owner} got a Hugging Face data set that streams; give its batches by a generator "
            "that takes (x, y) from those of its iter(batch_size)"
        )
    rows = _tables.Rows(_tables.columns_of(table), 0, len(table), batch_size, shuffle)
    epochs = Epochs(rows, False, steps)
    return Source(model, owner, epochs, epochs.count, steps)


def _steps_of(owner: str) -> str:
    if "validation" in owner:
        return "validation_steps"
    return "steps_per_epoch" if owner.startswith("fit") else "steps"


def _is_array(x: Any) -> bool:
    if any(hasattr(x, name) for name in ("__array__", "__array_interface__", "__array_struct__")):
        return True
    try:
        memoryview(x)
    except TypeError:
        return _tables.is_stored(x)
    return True


def _refuse_what_gives_no_batches(owner: str, x: Any) -> None:
    name = getattr(x, "__name__", type(x).__name__)
    if isinstance(x, type):
        raise TypeError(f"{owner} got x as the class {name}; give an object of it: {name}(...)")
    if any(
        parent.__name__ in ("Dataset", "IterableDataset")
        and parent.__module__.startswith("torch.utils.data")
        for parent in type(x).__mro__
    ):
        raise TypeError(
            f"{owner} got x as a {name} of PyTorch, which gives single samples; wrap it: "
            "torch.utils.data.DataLoader(dataset, batch_size=32)"
        )
    if hasattr(x, "__iter__") or (hasattr(x, "__len__") and hasattr(x, "__getitem__")):
        return
    if callable(x):
        flags = getattr(getattr(x, "__code__", None), "co_flags", 0)
        is_generator = bool(flags & 0x20)  # CO_GENERATOR of the inspect module
        what = "generator function" if is_generator else "function"
        raise TypeError(f"{owner} got x as the {what} {name}, not what it gives; call it: {name}()")
    raise TypeError(f"{owner} got x as a {name}, expected arrays or something that gives batches")


def is_list_of_batches(x: Any, or_of_lists: bool = False) -> bool:
    """Whether it is a list of tuples, each a batch; or also one of lists ``[x, y]`` of arrays."""
    if not isinstance(x, list) or not x:
        return False
    if all(isinstance(item, tuple) for item in x):
        return True
    return or_of_lists and all(is_list_of_parts(item) and 2 <= len(item) <= 3 for item in x)


def is_list_of_parts(batch: Any) -> bool:
    """Whether a batch that is a list is one of x, y and sample_weight; else it is x, as numbers."""
    return isinstance(batch, list) and any(map(_holds_arrays, batch))


def _holds_arrays(part: Any) -> bool:
    if isinstance(part, (list, tuple)):
        return bool(part) and _holds_arrays(part[0])  # of many numbers one tells it
    return isinstance(part, dict) or is_rows(part)


def plain(value: Any) -> Any:
    """Tensors of PyTorch as arrays; what else may be within lists and dictionaries as it is."""
    if isinstance(value, np.ndarray):
        if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
            raise TypeError(
                f"data of shape {value.shape} are a masked array, of which tensors know no mask: "
                "give filled(...) of it, or leave out what it masks"
            )
        return value
    if type(value).__module__.split(".")[0] == "torch" and hasattr(value, "detach"):
        value = value.detach().cpu()
        return (value.float() if str(value.dtype) == "torch.bfloat16" else value).numpy()
    if _tables.is_frame(value):
        _tables.require_numbers(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)) and any(map(_holds_arrays, value)):
        return type(value)(map(plain, value)) if type(value) in (list, tuple) else value
    return value


def _form(part: Any) -> Any:
    if isinstance(part, dict):
        return tuple(part)
    if isinstance(part, (list, tuple)) and any(map(_holds_arrays, part)):
        return len(part)
    return part is not None


def _described(structure: tuple[Any, Any, Any]) -> str:
    texts = []
    for name, form in zip(_PARTS, structure, strict=True):
        if form is False:
            continue
        if isinstance(form, tuple):
            texts.append(f"{name} with the keys {', '.join(map(str, form))}")
        else:
            texts.append(name if form is True else f"{name} of {form} arrays")
    return f"({', '.join(texts)})"


class Sources:
    """What a loop of a model takes batches from; as a context it ends all of it.

    Args:
        model: the model.
        batch_size: of data that come as single samples.
        shuffle: whether data that have an order of their own get another each epoch.
    """

    def __init__(self, model: Any, batch_size: int, shuffle: bool = False) -> None:
        self._model = model
        self._batch_size = batch_size
        self._shuffle = shuffle
        self._opened: list[Source] = []

    def __enter__(self) -> "Sources":
        return self

    def __exit__(self, kind: Any, *exception: Any) -> None:
        with _prefetch.interrupted() if kind is KeyboardInterrupt else nullcontext():
            for source in self._opened:
                source.close()

    def of(
        self,
        loop: str,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        steps: int | None = None,
        shuffle: bool = False,
        batch_size: int | None = None,
        rows: tuple[float, float] = (0.0, 1.0),
    ) -> Source | None:
        """The batches of that loop, for which ``x`` stands; None where the core reads arrays."""
        owner = f"{loop} of '{self._model.name}'"
        size = max(batch_size or self._batch_size, 1)
        source = source_of(self._model, owner, x, y, sample_weight, size, shuffle, steps)
        if source is None:
            arrays = (plain(x), plain(y), plain(sample_weight))
            source = stored_source(self._model, owner, arrays, size, shuffle, steps, rows)
        if source is None:
            self._refuse_pair(owner, x, y)
        else:
            self._opened.append(source)
        return source

    def of_fit(
        self,
        x: Any,
        y: Any,
        sample_weight: Any,
        steps: int | None,
        options: dict[str, Any],
        validation_data: Any,
    ) -> Source | None:
        """The same for ``fit``; adds to its options what it validates with."""
        split = options["validation_split"] if validation_data is None else 0.0
        if not 0 <= split < 1:
            split = 0.0  # the core refuses it
        source = self.of("fit", x, y, sample_weight, steps, self._shuffle, rows=(0.0, 1.0 - split))
        keys = ("validation_x", "validation_y", "validation_sample_weight", "validation_source")
        options.update(dict.fromkeys(keys))
        held_out: Source | None = None
        if validation_data is not None:
            held_out = self._validation(validation_data, options)
        elif source is not None and source.is_stored and split:
            held_out = self.of(
                "validation in fit",
                x,
                y,
                sample_weight,
                options["validation_steps"] or None,
                batch_size=options["validation_batch_size"],
                rows=(1.0 - split, 1.0),
            )
        if source is not None and source.is_stored:
            options["sample_weight"] = None
            if split:
                options["validation_split"] = 0.0
        if held_out is not None:
            options["validation_source"] = held_out.core()
        return source

    def _validation(self, given: Any, options: dict[str, Any]) -> Source | None:
        x, y, weight = given, None, None
        if isinstance(given, (tuple, list)) and not is_list_of_batches(given):
            if len(given) not in (2, 3):
                raise ValueError(
                    f"validation_data has {len(given)} items, expected (x, y) or "
                    "(x, y, sample_weight)"
                )
            x, y, weight = (*given, None)[:3]
        steps = options["validation_steps"] or None
        size = options["validation_batch_size"]
        source = self.of("validation in fit", x, y, weight, steps, batch_size=size)
        if source is None:
            if x is given:
                raise ValueError("validation_data must be (x, y), (x, y, sample_weight) or batches")
            options["validation_x"] = self._model._samples(plain(x))
            options["validation_y"] = self._model._targets(plain(y))
            options["validation_sample_weight"] = weight
        return source

    def _refuse_pair(self, owner: str, x: Any, y: Any) -> None:
        is_pair = isinstance(x, (list, tuple)) and len(x) in (2, 3) and all(map(is_rows, x))
        if owner.startswith("predict") or y is not None or not is_pair:
            return
        takes_several = self._model._core.input_arrangement[0] != "single"
        if (isinstance(x, list) and takes_several) or not _compares(self._model):
            return
        raise ValueError(
            f"{owner} got x as a {type(x).__name__} of {len(x)} arrays and no y; give them as "
            f"arguments of their own: {owner.split()[0]}(x, y)"
        )


def _compares(model: Any) -> bool:
    """Whether the steps of a model need labels."""
    own = {"train_step", "compute_loss"}.intersection(model._own_steps)
    return model.loss is not None and not own
