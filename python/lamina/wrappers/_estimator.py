"""What all estimators share: parameters, making a model, fitting and predicting."""

import difflib
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import train_test_split
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import (
    _check_sample_weight,
    check_is_fitted,
    check_random_state,
    column_or_1d,
    validate_data,
)

from lamina import layers, models, optimizers
from lamina.models import Model
from lamina.wrappers._seeds import seeded

# Parameters of parts: `model__units`, `optimizer__learning_rate`.
_PARTS = ("model", "optimizer", "compile", "fit")


def multilayer_perceptron(
    X: Any, n_outputs: int, activation: str, units: Any = (64,), dropout: float = 0.0
) -> Model:
    """The model where none is given: dense layers with ``relu``, dropout after each."""
    stack: list[Any] = [layers.Input(X.shape[1:])]
    if X.ndim > 2:
        stack.append(layers.Flatten())
    for width in [units] if isinstance(units, (int, np.integer)) else units:
        stack.append(layers.Dense(int(width), activation="relu"))
        if dropout:
            stack.append(layers.Dropout(dropout))
    return models.Sequential([*stack, layers.Dense(n_outputs, activation=activation)])


class Estimator(BaseEstimator):
    """A model as an estimator. Attributes after ``fit``: ``model_``, ``history_``."""

    model: Any
    model_: Any
    warm_start: bool
    random_state: Any

    _targets: Any

    def _default_model(self) -> Callable[..., Any]:
        """What makes the model where none is given."""
        return multilayer_perceptron

    # Parameters.

    def _take(self, arguments: dict[str, Any]) -> None:
        # scikit-learn wants no refusal before fit().
        self.__dict__.update(arguments)

    def _extra(self) -> dict[str, Any]:
        """What was given beside the named parameters: parameters of parts, and mistakes."""
        named = self._get_param_names()
        return {
            name: value
            for name, value in vars(self).items()
            if name not in named and not name.startswith("_") and not name.endswith("_")
        }

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by their names, those of parts (``model__units``) too."""
        return {**super().get_params(deep), **self._extra()}

    def set_params(self, **params: Any) -> Any:
        """Sets parameters, those of parts (``model__units``) too."""
        extra = {*self._extra(), *filter(_is_of_part, params)}
        self._take({name: value for name, value in params.items() if name in extra})
        super().set_params(**{k: v for k, v in params.items() if k not in extra})
        return self

    def _refuse_mistakes(self) -> None:
        for name in self._extra():
            if not _is_of_part(name):
                close = difflib.get_close_matches(name, self._get_param_names(), n=1)
                raise TypeError(
                    f"{type(self).__name__} has no parameter {name!r}"
                    + (f" (did you mean {close[0]!r}?)" if close else "")
                    + "; those of parts are model__<name>, optimizer__<name>, compile__<name> and "
                    "fit__<name>"
                )

    def _of_part(self, part: str) -> dict[str, Any]:
        head = f"{part}__"
        return {k.removeprefix(head): v for k, v in vars(self).items() if k.startswith(head)}

    def _model_arguments(self) -> dict[str, Any]:
        return self._of_part("model")

    def _compile_arguments(self) -> dict[str, Any] | None:
        """What an uncompiled model is compiled with; None where it must come compiled."""
        return None

    def _fit_arguments(self) -> dict[str, Any]:
        return self._of_part("fit")

    def _held_out(self) -> float:
        """The share of samples that ``fit`` keeps apart to validate with."""
        return 0.0

    # Making a model.

    def _make_model(self, X: Any, numbers: Any) -> Any:
        made = self._new_model(X, numbers)
        if not isinstance(made, Model):
            raise TypeError(
                f"the model of {type(self).__name__} is {made!r}, expected a lamina.Model or a "
                "function that returns one"
            )
        if not made.built:
            made.build((None, *X.shape[1:]))
        given = self._compile_arguments()
        part = self._of_part("optimizer")
        if made.compiled:
            named = [key for key in ("optimizer", "loss", "metrics") if (given or {}).get(key)]
            named += [f"optimizer__{key}" for key in part] + list(self._of_part("compile"))
            if named:
                raise ValueError(
                    f"{type(self).__name__} got {', '.join(named)} beside a model that is compiled "
                    "already: let the function return it without compile()"
                )
        elif given is None:
            raise RuntimeError("Given model needs to be compiled, and have a loss and an optimizer")
        else:
            given["optimizer"] = _optimizer(given["optimizer"] or "adam", part)
            given["loss"] = given["loss"] or self._targets.default_loss
            made.compile(**given)
        if made.loss is None:
            raise RuntimeError("Given model needs to be compiled, and have a loss and an optimizer")
        if isinstance(made.output_shape, list):
            raise ValueError(
                f"the model of {type(self).__name__} has {len(made.output_shape)} outputs, "
                "expected one: scikit-learn's y is one array"
            )
        return made

    def _new_model(self, X: Any, numbers: Any) -> Any:
        arguments = self._model_arguments()
        if isinstance(self.model, Model):
            if arguments:
                raise ValueError(
                    f"{type(self).__name__} got {', '.join(arguments)} for its model, which is "
                    "made already: give a function that makes it"
                )
            return self.model if self.warm_start else models.clone_model(self.model)
        make = self._default_model() if self.model is None else self.model
        if not callable(make):
            raise TypeError(
                f"model of {type(self).__name__} is {make!r}, expected a lamina.Model or a "
                "function that returns one"
            )
        offered = self._offered(X, numbers)
        known = inspect.signature(make).parameters
        takes_any = any(p.kind is p.VAR_KEYWORD for p in known.values())
        unknown = [] if takes_any else [name for name in arguments if name not in known]
        if unknown:
            raise ValueError(
                f"the function of {type(self).__name__} that makes a model has no parameter "
                f"{', '.join(unknown)}; its parameters are {', '.join(known)}"
            )
        # X and y are what Keras's estimators give by keyword.
        for_any = {"X", "y"} if takes_any else set()
        own = {k: v for k, v in offered.items() if k in known or k in for_any}
        return make(**{**own, **arguments})

    def _offered(self, X: Any, numbers: Any) -> dict[str, Any]:
        """What a function that makes a model may ask for."""
        return {
            "X": X,
            "y": self._targets.rows(numbers),
            "n_features": int(np.prod(X.shape[1:])),
            "n_outputs": self._targets.outputs,
            "activation": self._targets.activation,
        }

    # Fitting.

    def _train(
        self, X: Any, y: Any, sample_weight: Any, arguments: dict[str, Any], goes_on: bool
    ) -> Any:
        owner = type(self).__name__
        self._refuse_mistakes()
        goes_on = goes_on and hasattr(self, "model_")
        X, y = self._data(X, y, goes_on)
        if not goes_on:
            self._targets = self._new_targets(y)
            if self._targets.classes is not None:
                self.classes_ = self._targets.classes
        numbers = self._targets.numbers(y, owner)
        weight = self._weight(X, y, sample_weight)
        generator = None if self.random_state is None else check_random_state(self.random_state)
        if goes_on:
            model = self.model_
        else:
            with seeded(generator):
                model = self._make_model(X, numbers)

        def as_taken(labels: Any) -> Any:
            width = model.output_shape[-1]
            return self._targets.for_model(labels, width, model.loss, owner)

        target = as_taken(numbers)
        options = {**self._fit_arguments(), **arguments}
        validation = options.get("validation_data")
        if isinstance(validation, (tuple, list)) and len(validation) in (2, 3):
            samples, labels, *rest = validation
            labels = as_taken(self._targets.numbers(np.asarray(labels), owner))
            options["validation_data"] = (samples, labels, *rest)
        elif self._held_out():
            X, target, weight, options["validation_data"] = self._split(
                X, target, weight, numbers, generator
            )
        self.history_ = model.fit(X, target, sample_weight=weight, **options)
        self.model_ = model
        return self

    def _data(self, X: Any, y: Any, goes_on: bool) -> tuple[Any, Any]:
        """Samples and targets, checked."""
        X, y = validate_data(self, X, y, reset=not goes_on, allow_nd=True, multi_output=True)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)  # as scikit-learn's own estimators
        return X, y

    def _new_targets(self, y: Any) -> Any:
        raise NotImplementedError

    def _class_weight(self) -> Any:
        return None

    def _weight(self, X: Any, y: Any, sample_weight: Any) -> Any:
        """How much each sample counts, 1 on average.

        What counts in scikit-learn is weights beside each other: boosting gives such that add up to
        1, with which a network would hardly learn.
        """
        by_class = self._class_weight()
        if sample_weight is None and by_class is None:
            return None
        weight = _check_sample_weight(
            sample_weight, X, dtype=np.float64, ensure_non_negative=True, copy=True
        )
        if by_class is not None:
            weight *= compute_sample_weight(by_class, y)
        mean = weight.mean()
        if mean == 0:
            raise ValueError(f"sample_weight of {type(self).__name__} is zero for all samples")
        return weight / mean

    def _split(self, X: Any, target: Any, weight: Any, numbers: Any, generator: Any) -> Any:
        """Samples to learn from, and as many of each class, where that can be, to validate with."""
        stratify = None
        if self._targets.classes is not None and numbers.ndim == 1:
            counts = np.bincount(numbers)
            counts = counts[counts > 0]
            apart = math.ceil(self._held_out() * len(X))
            fits = counts.min() > 1 and len(counts) <= min(apart, len(X) - apart)
            stratify = numbers if fits else None
        places = np.arange(len(X))
        learn, validate = train_test_split(
            places, test_size=self._held_out(), random_state=generator, stratify=stratify
        )
        learn, validate = np.sort(learn), np.sort(validate)
        held = (X[validate], target[validate])
        if weight is None:
            return X[learn], target[learn], None, held
        return X[learn], target[learn], weight[learn], (*held, weight[validate])

    # Predicting.

    def _outputs(self, X: Any) -> Any:
        check_is_fitted(self, "model_")
        X = validate_data(self, X, reset=False, allow_nd=True)
        size = self._fit_arguments().get("batch_size")
        return self.model_.predict(X, batch_size=size, verbose=0)


def _is_of_part(name: str) -> bool:
    return name.partition("__")[0] in _PARTS and "__" in name


def _optimizer(given: Any, options: dict[str, Any]) -> Any:
    """An optimizer of its own, with some options changed."""
    if isinstance(given, type):
        return given(**options)
    made = optimizers.get(given)
    return type(made).from_config({**made.get_config(), **options})
