"""Files of classes in folders, as data sets."""

import os
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from lamina import _progress
from lamina.data import Dataset

_LABEL_MODES = ("int", "categorical", "binary", None)


class Listing:
    """The files below a folder, and their labels, as the functions' arguments ask for them.

    Args:
        kind: what files hold, for errors.
        endings: the endings that files may have.
        directory: the folder.
        labels: ``"inferred"`` from the names of folders in it, None, or a list.
        label_mode: how labels are given.
        class_names: the folders to use, in the order of their labels.
        shuffle: whether to bring the files in another order.
        seed: of that order.
        validation_split: the share of the files for validation.
        subset: ``"training"``, ``"validation"``, ``"both"`` or None.
        follow_links: whether to follow links to folders.
        verbose: whether to print how many there are.
    """

    def __init__(
        self,
        kind: str,
        endings: tuple[str, ...],
        directory: Any,
        labels: Any,
        label_mode: str | None,
        class_names: Any,
        shuffle: bool,
        seed: int | None,
        validation_split: float | None,
        subset: str | None,
        follow_links: bool,
        verbose: bool,
    ) -> None:
        _check(labels, label_mode, class_names, shuffle, seed, validation_split, subset)
        self._kind = kind
        self._endings = endings
        self._directory = os.fspath(directory)
        self._shuffle = shuffle
        self._seed = random.getrandbits(31) if seed is None else seed
        self._split = validation_split
        self._subset = subset
        self._verbose = verbose
        self.label_mode = None if labels is None else label_mode
        if label_mode is None:
            labels = None
        self._find(labels, class_names, follow_links)
        if self.label_mode == "binary" and len(self.class_names or ()) != 2:
            raise ValueError(f"label_mode='binary' needs 2 classes, got {self.class_names}")

    def _find(self, labels: Any, class_names: Any, follow_links: bool) -> None:
        folders = [""]
        if labels == "inferred":
            with os.scandir(self._directory) as entries:
                folders = sorted(e.name for e in entries if e.is_dir() and e.name[0] != ".")
            if class_names is not None:
                missing = [name for name in class_names if name not in folders]
                if missing:
                    raise ValueError(
                        f"class_names has {missing[0]!r}, but {self._directory} has the folders "
                        f"{', '.join(folders)}"
                    )
                folders = list(class_names)
        self._paths: list[str] = []
        found: list[int] = []
        for number, name in enumerate(folders):
            paths = list(
                _files_below(os.path.join(self._directory, name), self._endings, follow_links)
            )
            self._paths += paths
            found += [number] * len(paths)
        if not self._paths:
            raise ValueError(
                f"no {self._kind} files in {self._directory}"
                f"{' or its folders' if labels == 'inferred' else ''}; they end in "
                f"{', '.join(self._endings)}"
            )
        self.class_names: list[str] | None = folders
        if labels is None:
            self.class_names = None
            self._labels = None
        elif labels == "inferred":
            self._labels = np.array(found, "int32")
        else:
            if len(labels) != len(self._paths):
                raise ValueError(
                    f"labels has {len(labels)} items for the {len(self._paths)} files in "
                    f"{self._directory}"
                )
            self._labels = np.array(labels, "int32")
            self.class_names = [str(label) for label in sorted(set(labels))]
        classes = (
            "" if self.class_names is None else f" belonging to {len(self.class_names)} classes"
        )
        self._say(f"Found {len(self._paths)} files{classes}.")
        if self._shuffle:
            order = np.random.default_rng(self._seed).permutation(len(self._paths))
            self._paths = [self._paths[i] for i in order]
            self._labels = None if self._labels is None else self._labels[order]

    def _say(self, text: str) -> None:
        if self._verbose:
            _progress.message(text)

    def dataset(
        self, load: Callable[[str], Any], finish: Callable[[Dataset], Dataset]
    ) -> Dataset | tuple[Dataset, Dataset]:
        """What ``load`` makes of each file, with its label; batched by ``finish``."""
        files = len(self._paths)
        held_out = int((self._split or 0) * files)
        parts = {"training": (0, files - held_out), "validation": (files - held_out, files)}
        wanted = ("training", "validation") if self._subset == "both" else (self._subset,)
        made = []
        for name in wanted:
            first, last = (0, files) if name is None else parts[name]
            if name is not None:
                self._say(f"Using {last - first} files for {name}.")
            if first == last:
                raise ValueError(
                    f"validation_split={self._split} leaves no {self._kind} files of {files} for "
                    f"{name}"
                )
            reshuffles = self._shuffle and not (name == "validation" and len(wanted) == 2)
            made.append(self._part(first, last, reshuffles, load, finish))
        return made[0] if len(made) == 1 else (made[0], made[1])

    def _part(
        self,
        first: int,
        last: int,
        reshuffles: bool,
        load: Callable[[str], Any],
        finish: Callable[[Dataset], Dataset],
    ) -> Dataset:
        paths = self._paths[first:last]
        labels = None if self._labels is None else self._encoded(self._labels[first:last])
        numbers = Dataset.from_tensor_slices(np.arange(len(paths)))
        if reshuffles:
            numbers = numbers.shuffle(len(paths), self._seed)
        if labels is None:
            elements = numbers.map(lambda i: load(paths[i]), num_parallel_calls=-1)
        else:
            elements = numbers.map(lambda i: (load(paths[i]), labels[i]), num_parallel_calls=-1)
        dataset = finish(elements)
        dataset.class_names = self.class_names
        dataset.file_paths = paths
        return dataset

    def _encoded(self, labels: np.ndarray) -> np.ndarray:
        if self.label_mode == "binary":
            return labels.astype("float32")[:, None]
        if self.label_mode == "categorical":
            return np.asarray(np.eye(len(self.class_names or ()), dtype="float32")[labels])
        return labels


def _files_below(folder: str, endings: tuple[str, ...], follow_links: bool) -> Iterator[str]:
    for root, _, files in sorted(os.walk(folder, followlinks=follow_links)):
        for name in sorted(files):
            if name.lower().endswith(endings):
                yield os.path.join(root, name)


def _check(
    labels: Any,
    label_mode: str | None,
    class_names: Any,
    shuffle: bool,
    seed: int | None,
    validation_split: float | None,
    subset: str | None,
) -> None:
    if labels is not None and not (isinstance(labels, str) and labels == "inferred"):
        if not isinstance(labels, (list, tuple)):
            raise ValueError(
                f"labels is {labels!r}, expected 'inferred', None, or a list of one a file"
            )
        if class_names:
            raise ValueError("class_names needs labels='inferred'")
    if labels is None and class_names is not None:
        raise ValueError("class_names needs labels='inferred'")
    if label_mode not in _LABEL_MODES:
        raise ValueError(
            f"label_mode is {label_mode!r}, expected 'int', 'categorical', 'binary' or None"
        )
    if validation_split is not None and not 0 < validation_split < 1:
        raise ValueError(f"validation_split is {validation_split!r}, expected between 0 and 1")
    if (validation_split is None) != (subset is None):
        raise ValueError("validation_split and subset need each other")
    if subset not in ("training", "validation", "both", None):
        raise ValueError(f"subset is {subset!r}, expected 'training', 'validation' or 'both'")
    if validation_split and shuffle and seed is None:
        raise ValueError(
            "validation_split with shuffle needs a seed, else both subsets would share files"
        )
