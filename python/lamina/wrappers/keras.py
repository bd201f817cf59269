"""Estimators that are called as Keras's."""

from typing import Any

from sklearn.base import (
    ClassifierMixin,
    ClassNamePrefixFeaturesOutMixin,
    RegressorMixin,
    TransformerMixin,
)

from lamina.wrappers._estimator import Estimator
from lamina.wrappers._targets import Numbers
from lamina.wrappers.lamina import ClassifierMethods, RegressorMethods


class KerasEstimator(Estimator):
    """What estimators with Keras's parameters share."""

    model_kwargs: Any
    fit_kwargs: Any
    _required_parameters = ("model",)

    def __init__(
        self,
        model: Any,
        warm_start: bool = False,
        model_kwargs: dict[str, Any] | None = None,
        fit_kwargs: dict[str, Any] | None = None,
        random_state: Any = None,
        **arguments: Any,
    ) -> None:
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs
        self.random_state = random_state
        self._take(arguments)

    def _model_arguments(self) -> dict[str, Any]:
        return {**(self.model_kwargs or {}), **self._of_part("model")}

    def _fit_arguments(self) -> dict[str, Any]:
        return {**(self.fit_kwargs or {}), **self._of_part("fit")}

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **kwargs: Any) -> Any:
        """Trains a model.

        Args:
            X: samples.
            y: what the model should give for them.
            sample_weight: how much each sample counts, beside the others.
            kwargs: of ``Model.fit``, in place of ``fit_kwargs``.
        """
        return self._train(X, y, sample_weight, kwargs, self.warm_start)


class SKLearnClassifier(ClassifierMethods, ClassifierMixin, KerasEstimator):
    """A compiled model that tells classes, as a classifier of scikit-learn.

    Args:
        model: a compiled model, whose architecture is copied, or a function that returns one. The
            function gets ``X`` and ``y`` (a column a class) by keyword, and ``model_kwargs``.
        warm_start: whether ``fit`` goes on with the model of the ``fit`` before, and does not copy.
        model_kwargs: further arguments of that function.
        fit_kwargs: arguments of ``Model.fit``.
        random_state: a number or generator from which the same data give the same bits.
        arguments: ``model__<name>`` and ``fit__<name>``, single ones of both.

    Attributes:
        model_: the trained model.
        history_: what ``fit`` returned, a ``History``.
        classes_: the classes, in order.

    >>> import numpy as np
    >>> def made(X, y, units=8):
    ...     model = Sequential([Input(X.shape[1:]), Dense(units), Dense(y.shape[1], "softmax")])
    ...     model.compile("adam", "categorical_crossentropy")
    ...     return model
    >>> X, y = np.array([[0.0], [1.0]] * 8), np.array(["cold", "hot"] * 8)
    >>> estimator = SKLearnClassifier(made, model_kwargs={"units": 4}, fit_kwargs={"verbose": 0})
    >>> estimator.fit(X, y, epochs=2).predict_proba(X).shape
    (16, 2)
    """


class SKLearnRegressor(RegressorMethods, RegressorMixin, KerasEstimator):
    """A compiled model that tells numbers, as a regressor of scikit-learn.

    Args:
        model: a compiled model, whose architecture is copied, or a function that returns one. The
            function gets ``X`` and ``y`` by keyword, and ``model_kwargs``.
        warm_start: whether ``fit`` goes on with the model of the ``fit`` before, and does not copy.
        model_kwargs: further arguments of that function.
        fit_kwargs: arguments of ``Model.fit``.
        random_state: a number or generator from which the same data give the same bits.
        arguments: ``model__<name>`` and ``fit__<name>``, single ones of both.

    Attributes:
        model_: the trained model.
        history_: what ``fit`` returned, a ``History``.

    >>> import numpy as np
    >>> model = Sequential([Input((1,)), Dense(1)])
    >>> model.compile("adam", "mse")
    >>> X = np.linspace(0, 1, 16)[:, None]
    >>> SKLearnRegressor(model).fit(X, 2 * X[:, 0], verbose=0).predict(X).shape
    (16,)
    """


class SKLearnTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, KerasEstimator):
    """A compiled model whose outputs are features, as a transformer of scikit-learn.

    Args:
        model: a compiled model, whose architecture is copied, or a function that returns one. The
            function gets ``X`` and ``y`` by keyword, and ``model_kwargs``.
        warm_start: whether ``fit`` goes on with the model of the ``fit`` before, and does not copy.
        model_kwargs: further arguments of that function.
        fit_kwargs: arguments of ``Model.fit``.
        random_state: a number or generator from which the same data give the same bits.
        arguments: ``model__<name>`` and ``fit__<name>``, single ones of both.

    Attributes:
        model_: the trained model.
        history_: what ``fit`` returned, a ``History``.

    >>> import numpy as np
    >>> model = Sequential([Input((2,)), Dense(1)])
    >>> model.compile("adam", "mse")
    >>> estimator = SKLearnTransformer(model).fit(np.ones((4, 2)), np.ones(4), verbose=0)
    >>> estimator.transform([[1, 2]]).shape
    (1, 1)
    """

    def _new_targets(self, y: Any) -> Any:
        return Numbers(y, type(self).__name__)

    def transform(self, X: Any) -> Any:
        """The model's outputs for samples.

        Args:
            X: samples.
        """
        return self._outputs(X)

    @property
    def _n_features_out(self) -> int:
        # What get_feature_names_out counts.
        return int(self.model_.output_shape[-1])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
