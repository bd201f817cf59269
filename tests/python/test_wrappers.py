"""Models as estimators of scikit-learn: its own checks, and what people do with estimators."""

import importlib.util
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

import lamina
from lamina import layers
from lamina.callbacks import EarlyStopping

pytest.importorskip("sklearn.utils.validation", reason="the estimators derive from scikit-learn's")
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris, make_classification, make_regression
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.exceptions import NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_selection import SequentialFeatureSelector
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    cross_val_predict,
    cross_val_score,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from lamina.wrappers import (
    LaminaClassifier,
    LaminaRegressor,
    LaminaTransformer,
    SKLearnClassifier,
    SKLearnRegressor,
    SKLearnTransformer,
)

FAST = {"epochs": 30, "random_state": 0, "optimizer": "adam", "optimizer__learning_rate": 0.02}


def made(X, y, loss="mse", activation=None, units=8):
    """What a function for Keras's estimators looks like."""
    stack = [layers.Input(X.shape[1:]), layers.Dense(units, "relu")]
    outputs = y.shape[1] if y.ndim > 1 else 1
    model = lamina.Sequential([*stack, layers.Dense(outputs, activation)])
    model.compile(lamina.optimizers.Adam(0.02), loss)
    return model


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@pytest.fixture
def two_classes():
    X, y = make_classification(80, 5, n_informative=3, class_sep=2.0, random_state=0)
    return X, y


# All of scikit-learn's checks: none is expected to fail. One compares weighted with repeated
# samples to 1e-7, which needs float64, and batches of all samples: of smaller ones steps differ.
ALL = {"epochs": 60, "batch_size": 1000, "random_state": 0}
OF_FIT = {"epochs": 60, "batch_size": 1000, "verbose": 0}


@pytest.mark.parametrize(
    "estimator",
    [
        LaminaClassifier(**ALL, optimizer=lamina.optimizers.Adam(0.02)),
        LaminaRegressor(**ALL, optimizer=lamina.optimizers.Adam(0.02)),
        LaminaTransformer(**{**ALL, "epochs": 5}),
        LaminaTransformer(**{**ALL, "epochs": 5}, supervised=True),
        SKLearnClassifier(
            made,
            model_kwargs={"loss": "categorical_crossentropy", "activation": "softmax"},
            fit_kwargs=OF_FIT,
            random_state=0,
        ),
        SKLearnRegressor(made, fit_kwargs=OF_FIT, random_state=0),
        SKLearnTransformer(made, fit_kwargs={**OF_FIT, "epochs": 5}, random_state=0),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_scikit_learn_s_checks(estimator):
    lamina.config.set_floatx("float64")
    try:
        results = check_estimator(estimator, on_skip=None, on_fail=None)
    finally:
        lamina.config.set_floatx("float32")
    failed = {
        result["check_name"]: result["exception"]
        for result in results
        if result["status"] not in ("passed", "skipped")
    }
    assert failed == {}
    skipped = [result["check_name"] for result in results if result["status"] == "skipped"]
    allowed = {"check_array_api_input", "check_parameters_default_constructible"}
    if importlib.util.find_spec("pandas") is None:  # which these checks need
        allowed |= {name for name in skipped if "pandas" in name or "data_not_an_array" in name}
    assert set(skipped) <= allowed
    assert len(results) > 50


# Parameters.


def test_parameters_of_parts_are_parameters():
    estimator = LaminaClassifier(epochs=3, model__units=[4, 5])
    estimator.set_params(optimizer__learning_rate=0.5, fit__initial_epoch=1, batch_size=7)
    params = estimator.get_params()
    assert params["model__units"] == [4, 5]
    assert params["optimizer__learning_rate"] == 0.5
    assert params["fit__initial_epoch"] == 1
    copy = clone(estimator)
    assert copy.get_params() == params
    assert "model__units=[4, 5]" in repr(copy)
    X, y = np.random.default_rng(0).normal(size=(20, 3)), np.arange(20) % 2
    copy.fit(X, y)
    assert [layer.units for layer in copy.model_.layers] == [4, 5, 1]
    assert copy.model_.optimizer.learning_rate == pytest.approx(0.5)
    assert copy.history_.epoch == [1, 2]


def test_keras_s_parameters():
    estimator = SKLearnRegressor(
        made, model_kwargs={"units": 3}, fit_kwargs={"verbose": 0, "epochs": 2}, model__units=5
    )
    X = np.random.default_rng(0).normal(size=(20, 3))
    estimator.fit(X, X[:, 0])
    assert estimator.model_.layers[0].units == 5
    assert estimator.history_.epoch == [0, 1]
    assert estimator.fit(X, X[:, 0], epochs=3).history_.epoch == [0, 1, 2]
    assert estimator.fit_kwargs == {"verbose": 0, "epochs": 2}


def test_mistakes_are_refused_in_fit(iris):
    uncompiled = lamina.Sequential([layers.Input((4,)), layers.Dense(3)])
    compiled = made(*iris, loss="sparse_categorical_crossentropy")
    for estimator, kind, said in [
        (LaminaClassifier(epoch=3), TypeError, "did you mean 'epochs'"),
        (LaminaClassifier(model__unit=3), ValueError, "no parameter unit; its parameters are"),
        (LaminaClassifier(optimizer__lr=3), ValueError, "called learning_rate"),
        (LaminaClassifier("dense"), TypeError, "expected a lamina.Model or a function"),
        (LaminaClassifier(lambda: 3), TypeError, "expected a lamina.Model or a function"),
        (LaminaClassifier(made, optimizer="sgd"), ValueError, "optimizer beside a model that is"),
        (LaminaClassifier(uncompiled, model__units=3), ValueError, "made already"),
        (LaminaClassifier(compiled, epochs=1), ValueError, "gives 1 outputs, but there are 3 cl"),
        (SKLearnClassifier(uncompiled), RuntimeError, "needs to be compiled"),
        (LaminaClassifier(class_weight={7: 2}), ValueError, "class"),
    ]:
        with pytest.raises(kind, match=said):
            estimator.fit(*iris)
    with pytest.raises(ValueError, match="Invalid parameter"):
        LaminaClassifier().set_params(epoch=3)
    with pytest.raises(NotFittedError):
        LaminaClassifier().predict(iris[0])
    with pytest.raises(ValueError, match="take LaminaClassifier"):
        LaminaRegressor().fit(iris[0], np.array(list("abc"))[iris[1]])
    with pytest.raises(ValueError, match="take LaminaRegressor"):
        LaminaClassifier().fit(*iris[:1], iris[0][:, 0])
    with pytest.raises(ValueError, match="at least two classes"):
        LaminaClassifier().fit(iris[0], np.zeros(150))


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_a_seed_gives_the_same_bits(iris, dropout):
    def outputs(seed):
        estimator = LaminaClassifier(epochs=3, random_state=seed, model__dropout=dropout)
        return estimator.fit(*iris).predict_proba(iris[0])

    first = outputs(1)
    lamina.random.normal((3,))
    assert (outputs(1) == first).all()
    assert (outputs(2) != first).any()
    assert (outputs(np.random.RandomState(1)) == first).all()


def test_a_seed_leaves_what_others_draw_alone(iris):
    lamina.utils.set_random_seed(3)
    LaminaClassifier(epochs=1, random_state=1).fit(*iris)
    first = lamina.random.normal((3,)).numpy()
    lamina.utils.set_random_seed(3)
    LaminaClassifier(epochs=1, random_state=2).fit(*iris)
    assert (lamina.random.normal((3,)).numpy() == first).all()


def test_pickled(iris):
    estimator = LaminaClassifier(**FAST).fit(*iris)
    copy = pickle.loads(pickle.dumps(estimator))
    assert (copy.predict_proba(iris[0]) == estimator.predict_proba(iris[0])).all()
    assert copy.get_params() == estimator.get_params()
    assert copy.history_.history == estimator.history_.history


# What is learnt.


@pytest.mark.parametrize(
    ("outputs", "activation", "loss"),
    [
        (3, "softmax", "categorical_crossentropy"),
        (3, "softmax", "sparse_categorical_crossentropy"),
        (3, None, lamina.losses.CategoricalCrossentropy(from_logits=True)),
        (3, None, lamina.losses.SparseCategoricalCrossentropy(from_logits=True)),
        (3, "sigmoid", "binary_crossentropy"),
    ],
)
def test_labels_come_in_the_form_that_the_loss_takes(iris, outputs, activation, loss):
    X, y = iris
    model = lamina.Sequential([layers.Input((4,)), layers.Dense(outputs, activation)])
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    estimator = LaminaClassifier(model, loss=loss, **FAST).fit(X, names)
    assert estimator.score(X, names) > 0.8
    assert estimator.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    shares = estimator.predict_proba(X)
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)
    assert (estimator.classes_[shares.argmax(axis=1)] == estimator.predict(X)).all()


@pytest.mark.parametrize(
    ("outputs", "activation", "loss"),
    [
        (1, "sigmoid", "binary_crossentropy"),
        (1, None, lamina.losses.BinaryCrossentropy(from_logits=True)),
        (2, "softmax", "categorical_crossentropy"),
        (2, "softmax", "sparse_categorical_crossentropy"),
    ],
)
def test_two_classes(two_classes, outputs, activation, loss):
    X, y = two_classes
    model = lamina.Sequential([layers.Input((5,)), layers.Dense(outputs, activation)])
    estimator = LaminaClassifier(model, loss=loss, **FAST).fit(X, y - 7)
    assert estimator.score(X, y - 7) > 0.75
    assert estimator.predict_proba(X).shape == (80, 2)
    assert estimator.decision_function(X).shape == (80,)
    assert ((estimator.decision_function(X) > 0) == (estimator.predict(X) == -6)).all()


def test_several_classes_at_once(rng):
    X = rng.normal(size=(60, 3))
    y = (X > 0).astype(int)
    estimator = LaminaClassifier(**{**FAST, "epochs": 80}).fit(X, y)
    assert estimator.score(X, y) > 0.8
    assert estimator.predict(X).shape == (60, 3)


def test_several_numbers(rng):
    X = rng.normal(size=(60, 3))
    Y = X @ rng.normal(size=(3, 2))
    estimator = LaminaRegressor(**{**FAST, "epochs": 100}).fit(X, Y)
    assert estimator.score(X, Y) > 0.9
    assert estimator.predict(X).shape == (60, 2)


def test_images(rng):
    X = rng.normal(size=(20, 6, 6, 1))
    y = (X.mean(axis=(1, 2, 3)) > 0).astype(int)

    def convolutional(X, n_outputs, activation):
        stack = [layers.Input(X.shape[1:]), layers.Conv2D(2, 3), layers.Flatten()]
        return lamina.Sequential([*stack, layers.Dense(n_outputs, activation)])

    for model in (None, convolutional):
        estimator = LaminaClassifier(model, epochs=2).fit(X, y)
        assert estimator.predict_proba(X).shape == (20, 2)


def test_weights_count_beside_each_other(two_classes):
    # Boosting's weights add up to 1; a class that weighs nothing is as if it were not there.
    X, y = two_classes
    estimator = LaminaClassifier(**FAST)
    first = clone(estimator).fit(X, y, sample_weight=np.full(80, 1 / 80)).predict_proba(X)
    assert (
        first == clone(estimator).fit(X, y, sample_weight=np.full(80, 3)).predict_proba(X)
    ).all()
    heavy = clone(estimator).set_params(class_weight={0: 50, 1: 1}).fit(X, y).predict(X)
    assert np.mean(heavy == 0) > np.mean(clone(estimator).fit(X, y).predict(X) == 0)
    counted = clone(estimator).fit(X, y, sample_weight=np.where(y == 0, 50, 1)).predict(X)
    assert (counted == heavy).all()
    clone(estimator).set_params(class_weight="balanced").fit(X, y)
    with pytest.raises(ValueError, match=r"non-zero|zero for all"):
        estimator.fit(X, y, sample_weight=np.zeros(80))
    with pytest.raises(ValueError, match=r"(?i)negative"):
        estimator.fit(X, y, sample_weight=-np.ones(80))


def test_early_stopping_by_a_split_of_each_class(iris):
    seen = []

    class Seen(lamina.Callback):
        def on_train_begin(self, logs=None):
            seen.append(self.params["steps"])

    estimator = LaminaClassifier(
        **{**FAST, "epochs": 500, "batch_size": 1},
        validation_split=0.2,
        callbacks=[EarlyStopping(patience=2), Seen()],
    )
    estimator.fit(*iris)
    assert seen == [120]
    assert 3 <= len(estimator.history_.epoch) < 500
    assert estimator.history_.history["val_loss"][-1] > min(estimator.history_.history["val_loss"])
    few = clone(estimator).set_params(validation_split=0.01, epochs=1)  # fewer than classes
    assert len(few.fit(*iris).history_.history["val_loss"]) == 1
    again = clone(estimator).fit(*iris)
    assert again.history_.history == estimator.history_.history


def test_samples_to_validate_with_have_labels_as_y_has(iris):
    X, y = iris[0], np.array(["a", "b", "c"])[iris[1]]
    for loss in ("sparse_categorical_crossentropy", "categorical_crossentropy"):
        estimator = LaminaClassifier(**FAST, loss=loss, metrics=["accuracy"])
        history = estimator.fit(X, y, validation_data=(X[50:], y[50:])).history_.history
        assert history["val_accuracy"][-1] == pytest.approx(estimator.score(X[50:], y[50:]))


def test_warm_start(iris):
    X, y = iris
    estimator = LaminaClassifier(**FAST, warm_start=True)
    once = estimator.fit(X, y).model_
    before = once.get_weights()[0]
    assert estimator.fit(X, y).model_ is once
    assert (once.get_weights()[0] != before).any()
    model = lamina.Sequential([layers.Input((4,)), layers.Dense(3, "softmax")])
    assert LaminaClassifier(model, **FAST, warm_start=True).fit(X, y).model_ is model
    cold = LaminaClassifier(model, epochs=1).fit(X, y).model_
    assert cold is not model
    with pytest.raises(ValueError, match="was fitted with the classes"):
        estimator.fit(X, y + 1)


def test_features(iris):
    X, y = iris
    transformer = LaminaTransformer(**FAST, model__features=2)
    features = transformer.fit_transform(X)
    assert features.shape == (150, 2)
    hidden = lamina.Model(
        transformer.model_.inputs, transformer.model_.get_layer("features").output
    )
    assert (features == hidden.predict(X, verbose=0)).all()
    assert cross_val_score(make_pipeline(transformer, LogisticRegression()), X, y, cv=2).min() > 0.7
    by_layer = LaminaTransformer(**FAST, layer=0, supervised=True, model__units=5)
    assert by_layer.fit(X, np.array(["a", "b", "c"])[y]).transform(X).shape == (150, 5)
    plain = LaminaTransformer(lambda: lamina.Sequential([layers.Input((4,)), layers.Dense(4)]))
    assert plain.fit_transform(X).shape == (150, 4)
    names = ["laminatransformer0", "laminatransformer1"]
    assert transformer.get_feature_names_out().tolist() == names
    kept = SKLearnTransformer(made, fit_kwargs={"verbose": 0}).fit(X, y)
    assert kept.get_feature_names_out().tolist() == ["sklearntransformer0"]


# What scikit-learn does with estimators.


def test_cross_validation(iris):
    estimator = LaminaClassifier(**FAST)
    assert cross_val_score(estimator, *iris, cv=3).mean() > 0.85
    assert cross_val_predict(estimator, *iris, cv=2, method="predict_proba").shape == (150, 3)


def test_searches(iris):
    pipeline = make_pipeline(StandardScaler(), LaminaClassifier(**{**FAST, "epochs": 10}))
    head = "laminaclassifier__"
    grid = {f"{head}model__units": [2, 16], f"{head}optimizer__learning_rate": [0.001, 0.05]}
    found = GridSearchCV(pipeline, grid, cv=2).fit(*iris)
    assert found.best_params_[f"{head}optimizer__learning_rate"] == 0.05
    assert found.best_score_ > 0.8
    assert RandomizedSearchCV(pipeline, grid, n_iter=2, cv=2, random_state=0).fit(*iris)
    epochs = {"param_grid": grid, "resource": f"{head}epochs", "max_resources": 9, "cv": 2}
    halved = HalvingGridSearchCV(pipeline, **epochs, min_resources=3).fit(*iris)
    assert halved.n_resources_ == [3, 9]


def test_ensembles(two_classes):
    X, y = two_classes
    base = LaminaClassifier(**{**FAST, "epochs": 10})
    pair = [("network", base), ("linear", LogisticRegression())]
    for ensemble in (
        BaggingClassifier(base, n_estimators=3, random_state=0),
        AdaBoostClassifier(base, n_estimators=3, random_state=0),
        VotingClassifier(pair, voting="soft"),
        StackingClassifier(pair, cv=2),
        CalibratedClassifierCV(base, cv=2),
        OneVsRestClassifier(base),
    ):
        assert ensemble.fit(X, y).score(X, y) > 0.75, ensemble


def test_ensembles_of_regressors():
    X, y = make_regression(80, 4, random_state=0)
    y = y / y.std()
    base = LaminaRegressor(**FAST)
    for ensemble in (
        AdaBoostRegressor(base, n_estimators=2, random_state=0),
        VotingRegressor([("network", base), ("linear", Ridge())]),
    ):
        assert ensemble.fit(X, y).score(X, y) > 0.7, ensemble


def test_inspection(two_classes):
    X, y = two_classes
    base = LaminaClassifier(**{**FAST, "epochs": 5}).fit(X, y)
    assert permutation_importance(base, X, y, n_repeats=1).importances.shape == (5, 1)
    chosen = SequentialFeatureSelector(base, n_features_to_select=1, cv=2).fit(X, y)
    assert chosen.get_support().sum() == 1


def test_threads_get_the_same_bits(iris):
    joblib = pytest.importorskip("joblib")
    estimators = [LaminaClassifier(epochs=3, random_state=i % 2) for i in range(6)]
    with joblib.parallel_config("threading", n_jobs=3):
        fitted = joblib.Parallel()(joblib.delayed(e.fit)(*iris) for e in estimators)
    outputs = [e.predict_proba(iris[0]) for e in fitted]
    assert all((outputs[i] == outputs[i % 2]).all() for i in range(6))
    assert (outputs[0] != outputs[1]).any()


def test_processes_share_the_cores(tmp_path):
    # The workers of joblib get OMP_NUM_THREADS, which lamina takes.
    program = """
import joblib, lamina, numpy as np, os, sys
from sklearn.model_selection import cross_val_score
from lamina.wrappers import LaminaClassifier
from sklearn.datasets import load_iris
if __name__ == "__main__":
    threads = joblib.Parallel(2)(joblib.delayed(lamina.num_threads)() for _ in range(2))
    assert threads == [max(joblib.cpu_count() // 2, 1)] * 2, threads
    X, y = load_iris(return_X_y=True)
    estimator = LaminaClassifier(epochs=3, random_state=0)
    alone = cross_val_score(estimator, X, y, cv=2)
    assert (cross_val_score(estimator, X, y, cv=2, n_jobs=2) == alone).all()
"""
    (tmp_path / "program.py").write_text(program)
    home = os.path.dirname(os.path.dirname(lamina.__file__))
    path = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    subprocess.run([sys.executable, tmp_path / "program.py"], env=_env(path), check=True)


def _env(path):
    kept = {key: value for key, value in os.environ.items() if not key.endswith("NUM_THREADS")}
    return {**kept, "PYTHONPATH": path}


def test_without_scikit_learn_the_error_says_what_to_install():
    program = """
import sys
sys.modules["sklearn"] = None
import lamina
try:
    lamina.wrappers.LaminaClassifier
except ImportError as error:
    assert "pip install 'scikit-learn>=1.6'" in str(error), error
else:
    raise AssertionError
"""
    subprocess.run([sys.executable, "-c", program], check=True)
