"""Estimators whose parameters are all options of compiling and fitting."""

from typing import Any

import numpy as np
from sklearn.base import (
    ClassifierMixin,
    ClassNamePrefixFeaturesOutMixin,
    RegressorMixin,
    TransformerMixin,
)
from sklearn.utils.validation import check_is_fitted, validate_data

from lamina import layers, models
from lamina.wrappers._estimator import Estimator
from lamina.wrappers._targets import Classes, Numbers

_OF_FIT = ("epochs", "batch_size", "callbacks", "shuffle", "verbose")


class LaminaEstimator(Estimator):
    """What estimators with those parameters share."""

    def _compile_arguments(self) -> dict[str, Any] | None:
        own = {name: getattr(self, name) for name in ("optimizer", "loss", "metrics")}
        return {**own, **self._of_part("compile")}

    def _fit_arguments(self) -> dict[str, Any]:
        own = {name: getattr(self, name) for name in _OF_FIT}
        return {**own, **self._of_part("fit")}

    def _held_out(self) -> float:
        share: float = self.validation_split
        return share


class ClassifierMethods:
    """What a classifier predicts."""

    _targets: Any
    model_: Any

    def _new_targets(self, y: Any) -> Any:
        return Classes(y, type(self).__name__)

    def predict_proba(self, X: Any) -> Any:
        """How likely each class is: a column each, in the order of ``classes_``.

        Args:
            X: samples.
        """
        outputs = self._outputs(X)  # type: ignore[attr-defined]
        return self._targets.probabilities(outputs, self.model_.loss)

    def decision_function(self, X: Any) -> Any:
        """The log-odds of each class, a column each; of two classes those of the second alone.

        Args:
            X: samples.
        """
        probabilities = self.predict_proba(X)
        return self._targets.scores(probabilities)

    def predict(self, X: Any) -> Any:
        """The likeliest class of each sample.

        Args:
            X: samples.
        """
        probabilities = self.predict_proba(X)
        return self._targets.chosen(probabilities)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.classifier_tags.multi_label = True
        return tags


class RegressorMethods:
    """What a regressor predicts."""

    _targets: Any

    def _new_targets(self, y: Any) -> Any:
        return Numbers(y, type(self).__name__)

    def predict(self, X: Any) -> Any:
        """The numbers that samples should give.

        Args:
            X: samples.
        """
        outputs = self._outputs(X)  # type: ignore[attr-defined]
        return self._targets.predicted(outputs)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()  # type: ignore[misc]
        tags.target_tags.multi_output = True
        return tags


class LaminaClassifier(ClassifierMethods, ClassifierMixin, LaminaEstimator):
    """A model that tells classes, as a classifier of scikit-learn.

    Everything of scikit-learn takes it: ``cross_val_score``, ``GridSearchCV``, pipelines, bagging,
    boosting, voting, calibration. Scale the features before it, in a pipeline.

    Args:
        model: a function that returns a model, or a model, whose architecture is copied. The
            function gets those of ``X``, ``y`` (a column a class), ``n_features``, ``n_outputs``,
            ``n_classes`` and ``activation`` that it names. By default dense layers:
            ``model__units`` is a list of widths, ``model__dropout`` a rate.
        optimizer: for a model that is not compiled; ``"adam"`` by default.
        loss: for a model that is not compiled; by default a crossentropy. Labels are brought to
            the form that it takes.
        metrics: for a model that is not compiled.
        epochs: passes over the samples.
        batch_size: samples a step.
        validation_split: the share of samples that are kept apart, as many of each class, to
            validate each epoch; for ``EarlyStopping``.
        callbacks: a list of ``lamina.Callback``.
        class_weight: how much samples of each class count, or ``"balanced"``.
        shuffle: whether each epoch takes the samples in another order.
        verbose: as for ``Model.fit``.
        warm_start: whether ``fit`` goes on with the model of the ``fit`` before.
        random_state: a number or generator from which the same data give the same bits: initial
            weights, order of samples, dropout, what is kept apart.
        arguments: parameters of parts, which searches set too: ``model__<name>`` for the function,
            ``optimizer__<name>`` for the optimizer, ``compile__<name>`` and ``fit__<name>`` for
            what else ``compile`` and ``fit`` take.

    Attributes:
        model_: the trained model.
        history_: what ``fit`` returned, a ``History``.
        classes_: the classes, in order.

    >>> import numpy as np
    >>> X = np.repeat([[0.0, 0.0], [1.0, 1.0]], 8, axis=0)
    >>> y = np.repeat(["cold", "hot"], 8)
    >>> estimator = LaminaClassifier(epochs=60, random_state=0, optimizer__learning_rate=0.05)
    >>> estimator.fit(X, y).predict([[0.1, 0.0], [0.8, 1.0]]).tolist()
    ['cold', 'hot']
    """

    def __init__(
        self,
        model: Any = None,
        *,
        optimizer: Any = None,
        loss: Any = None,
        metrics: Any = None,
        epochs: int = 50,
        batch_size: int = 32,
        validation_split: float = 0.0,
        callbacks: Any = None,
        class_weight: Any = None,
        shuffle: bool = True,
        verbose: int | str = 0,
        warm_start: bool = False,
        random_state: Any = None,
        **arguments: Any,
    ) -> None:
        self.model = model
        self.optimizer = optimizer
        self.loss = loss
        self.metrics = metrics
        self.epochs = epochs
        self.batch_size = batch_size
        self.validation_split = validation_split
        self.callbacks = callbacks
        self.class_weight = class_weight
        self.shuffle = shuffle
        self.verbose = verbose
        self.warm_start = warm_start
        self.random_state = random_state
        self._take(arguments)

    def _class_weight(self) -> Any:
        return self.class_weight

    def _offered(self, X: Any, numbers: Any) -> dict[str, Any]:
        return {**super()._offered(X, numbers), "n_classes": len(self.classes_)}

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **fit_arguments: Any) -> Any:
        """Trains a model.

        Args:
            X: samples.
            y: the class of each, or a matrix of 0 and 1 with a column a class.
            sample_weight: how much each sample counts, beside the others.
            fit_arguments: of ``Model.fit``, in place of the parameters.
        """
        return self._train(X, y, sample_weight, fit_arguments, self.warm_start)


class LaminaRegressor(RegressorMethods, RegressorMixin, LaminaEstimator):
    """A model that tells numbers, as a regressor of scikit-learn.

    Scale the features before it, in a pipeline, and targets far from 1 by scikit-learn's
    ``TransformedTargetRegressor``.

    Args:
        model: a function that returns a model, or a model, whose architecture is copied. The
            function gets those of ``X``, ``y``, ``n_features``, ``n_outputs`` and ``activation``
            that it names. By default dense layers: ``model__units`` is a list of widths,
            ``model__dropout`` a rate.
        optimizer: for a model that is not compiled; ``"adam"`` by default.
        loss: for a model that is not compiled; the mean squared error by default.
        metrics: for a model that is not compiled.
        epochs: passes over the samples.
        batch_size: samples a step.
        validation_split: the share of samples that are kept apart to validate each epoch; for
            ``EarlyStopping``.
        callbacks: a list of ``lamina.Callback``.
        shuffle: whether each epoch takes the samples in another order.
        verbose: as for ``Model.fit``.
        warm_start: whether ``fit`` goes on with the model of the ``fit`` before.
        random_state: a number or generator from which the same data give the same bits.
        arguments: parameters of parts, as for ``LaminaClassifier``.

    Attributes:
        model_: the trained model.
        history_: what ``fit`` returned, a ``History``.

    >>> import numpy as np
    >>> X = np.linspace(-1, 1, 32)[:, None]
    >>> estimator = LaminaRegressor(epochs=200, random_state=0, optimizer__learning_rate=0.01)
    >>> bool(estimator.fit(X, X[:, 0] ** 2).score(X, X[:, 0] ** 2) > 0.95)
    True
    """

    def __init__(
        self,
        model: Any = None,
        *,
        optimizer: Any = None,
        loss: Any = None,
        metrics: Any = None,
        epochs: int = 50,
        batch_size: int = 32,
        validation_split: float = 0.0,
        callbacks: Any = None,
        shuffle: bool = True,
        verbose: int | str = 0,
        warm_start: bool = False,
        random_state: Any = None,
        **arguments: Any,
    ) -> None:
        self.model = model
        self.optimizer = optimizer
        self.loss = loss
        self.metrics = metrics
        self.epochs = epochs
        self.batch_size = batch_size
        self.validation_split = validation_split
        self.callbacks = callbacks
        self.shuffle = shuffle
        self.verbose = verbose
        self.warm_start = warm_start
        self.random_state = random_state
        self._take(arguments)

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **fit_arguments: Any) -> Any:
        """Trains a model.

        Args:
            X: samples.
            y: what the model should give for each: a number, or a row of them.
            sample_weight: how much each sample counts, beside the others.
            fit_arguments: of ``Model.fit``, in place of the parameters.
        """
        return self._train(X, y, sample_weight, fit_arguments, self.warm_start)


def autoencoder(X: Any, n_features: int, features: int = 2, units: Any = (32,)) -> models.Model:
    """A model that gives back its inputs through a layer ``features`` of few values."""
    widths = _widths(units)
    stack: list[Any] = [*_encoder(X, features, widths)]
    stack += [layers.Dense(width, activation="relu") for width in reversed(widths)]
    stack.append(layers.Dense(n_features))
    if X.ndim > 2:
        stack.append(layers.Reshape(X.shape[1:]))
    return models.Sequential(stack)


def encoder(
    X: Any, n_outputs: int, activation: str, features: int = 2, units: Any = (32,)
) -> models.Model:
    """A model whose outputs depend on a layer ``features`` of few values."""
    last = layers.Dense(n_outputs, activation=activation)
    return models.Sequential([*_encoder(X, features, _widths(units)), last])


def _widths(units: Any) -> list[int]:
    return [int(width) for width in ([units] if np.ndim(units) == 0 else units)]


def _encoder(X: Any, features: int, widths: list[int]) -> list[Any]:
    begin: list[Any] = [layers.Input(X.shape[1:]), *([layers.Flatten()] if X.ndim > 2 else [])]
    hidden = [layers.Dense(width, activation="relu") for width in widths]
    return [*begin, *hidden, layers.Dense(int(features), name="features")]


class LaminaTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, LaminaEstimator):
    """A model that makes features, as a transformer of scikit-learn.

    It learns to give back its inputs (an autoencoder), or with ``supervised`` to give ``y``;
    ``transform`` gives what a layer on the way gives.

    Args:
        model: a function that returns a model, or a model, whose architecture is copied. The
            function gets those of ``X``, ``y``, ``n_features``, ``n_outputs`` and ``activation``
            that it names. By default dense layers, ``model__units``, before one named
            ``"features"`` of ``model__features`` units (2), and after it.
        layer: the name or the index of the layer whose outputs are the features; by default the
            one named ``"features"``, else the last.
        supervised: whether to learn ``y``: classes, or numbers.
        optimizer: for a model that is not compiled; ``"adam"`` by default.
        loss: for a model that is not compiled; by default as the targets need it.
        metrics: for a model that is not compiled.
        epochs: passes over the samples.
        batch_size: samples a step.
        validation_split: the share of samples that are kept apart to validate each epoch.
        callbacks: a list of ``lamina.Callback``.
        shuffle: whether each epoch takes the samples in another order.
        verbose: as for ``Model.fit``.
        warm_start: whether ``fit`` goes on with the model of the ``fit`` before.
        random_state: a number or generator from which the same data give the same bits.
        arguments: parameters of parts, as for ``LaminaClassifier``.

    Attributes:
        model_: the trained model.
        history_: what ``fit`` returned, a ``History``.

    >>> import numpy as np
    >>> X = np.random.default_rng(0).normal(size=(40, 5))
    >>> LaminaTransformer(epochs=2, random_state=0, model__features=3).fit_transform(X).shape
    (40, 3)
    """

    def __init__(
        self,
        model: Any = None,
        *,
        layer: Any = None,
        supervised: bool = False,
        optimizer: Any = None,
        loss: Any = None,
        metrics: Any = None,
        epochs: int = 50,
        batch_size: int = 32,
        validation_split: float = 0.0,
        callbacks: Any = None,
        shuffle: bool = True,
        verbose: int | str = 0,
        warm_start: bool = False,
        random_state: Any = None,
        **arguments: Any,
    ) -> None:
        self.model = model
        self.layer = layer
        self.supervised = supervised
        self.optimizer = optimizer
        self.loss = loss
        self.metrics = metrics
        self.epochs = epochs
        self.batch_size = batch_size
        self.validation_split = validation_split
        self.callbacks = callbacks
        self.shuffle = shuffle
        self.verbose = verbose
        self.warm_start = warm_start
        self.random_state = random_state
        self._take(arguments)

    def _default_model(self) -> Any:
        return encoder if self.supervised else autoencoder

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, **fit_arguments: Any) -> Any:
        """Trains a model.

        Args:
            X: samples.
            y: what it learns with ``supervised``; else it is not read.
            sample_weight: how much each sample counts, beside the others.
            fit_arguments: of ``Model.fit``, in place of the parameters.
        """
        return self._train(X, y, sample_weight, fit_arguments, self.warm_start)

    def _data(self, X: Any, y: Any, goes_on: bool) -> tuple[Any, Any]:
        if self.supervised:
            return super()._data(X, y, goes_on)
        X = validate_data(self, X, reset=not goes_on, allow_nd=True)
        return X, X

    def _new_targets(self, y: Any) -> Any:
        is_label = y.ndim == 1 and not np.issubdtype(y.dtype, np.floating)
        kind = Classes if self.supervised and is_label else Numbers
        return kind(y, type(self).__name__)

    def transform(self, X: Any) -> Any:
        """The features of samples.

        Args:
            X: samples.
        """
        check_is_fitted(self, "model_")
        X = validate_data(self, X, reset=False, allow_nd=True)
        return self._part().predict(X, batch_size=self.batch_size, verbose=0)

    def _part(self) -> Any:
        """The model up to the layer whose outputs are the features."""
        wanted = self.layer
        if wanted is None:
            if "features" not in [layer.name for layer in self.model_.layers]:
                return self.model_
            wanted = "features"
        by = "name" if isinstance(wanted, str) else "index"
        return models.Model(self.model_.inputs, self.model_.get_layer(**{by: wanted}).output)

    @property
    def _n_features_out(self) -> int:
        # What get_feature_names_out counts.
        return int(self._part().output_shape[-1])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        tags.target_tags.required = bool(self.supervised)
        return tags
