"""lamina.backend, dtype policies and their old names."""

import json
import pathlib

import numpy as np
import pytest

import lamina
from lamina import backend, dtype_policies, mixed_precision

GOLDEN = json.loads((pathlib.Path(__file__).parents[1] / "golden" / "tools.json").read_text())


def test_result_types_are_keras_s():
    python = {"int": int, "float": float, "None": None}
    wrong = {}
    for names, expected in GOLDEN["result_type"].items():
        found = backend.result_type(*[python.get(name, name) for name in names.split()])
        if found != expected:
            wrong[names] = (found, expected)
    assert wrong == {}


def test_result_type_of_nothing_and_of_what_goes_with_nothing():
    assert backend.result_type() == "float32"
    with pytest.raises(ValueError, match="cast it"):
        backend.result_type("float8_e4m3fn", "float32")


def test_dtypes_by_name():
    for dtype, name in [
        (None, "float32"),
        (float, "float32"),
        (int, "int32"),
        (bool, "bool"),
        (np.float64, "float64"),
        (np.dtype("int64"), "int64"),
        ("bfloat16", "bfloat16"),
    ]:
        assert backend.standardize_dtype(dtype) == name
    with pytest.raises(ValueError, match="Invalid dtype: 'float33'"):
        backend.standardize_dtype("float33")
    assert backend.is_float_dtype("bfloat16")
    assert not backend.is_float_dtype("int32")
    assert backend.is_int_dtype("uint8")
    assert not backend.is_int_dtype("bool")


def test_numbers_of_names_begin_again():
    backend.clear_session()
    assert [backend.get_uid("a"), backend.get_uid("a"), backend.get_uid("b")] == [1, 2, 1]
    backend.clear_session()
    assert backend.get_uid("a") == 1
    assert backend.backend() == "lamina"
    assert backend.epsilon() == 1e-7


def test_symbolic_tensors_are_known():
    assert backend.is_keras_tensor(lamina.Input((3,)))
    assert not backend.is_keras_tensor(np.zeros(3))
    assert lamina.KerasTensor is lamina.SymbolicTensor


def test_policies():
    policy = lamina.DTypePolicy("float64")
    assert (policy.name, policy.compute_dtype, policy.variable_dtype) == ("float64",) * 3
    assert policy.quantization_mode is None
    assert lamina.DTypePolicy().name == "float32"
    assert lamina.layers.Dense(1, dtype=policy).dtype == "float64"
    assert lamina.layers.Dense(1).dtype_policy == lamina.DTypePolicy("float32")
    copy = dtype_policies.deserialize(dtype_policies.serialize(policy))
    assert copy == policy
    assert dtype_policies.get({"class_name": "DTypePolicy", "config": {"name": "float64"}}) == copy
    assert dtype_policies.get(np.float64) == policy
    assert dtype_policies.get(None).name == "float32"
    x = policy.convert_input(np.ones(2, np.float32), True, "float64")
    assert x.dtype == np.float64
    assert policy.convert_input(np.ones(2, np.int32), True, "float64").dtype == np.int32


def test_mixed_and_quantized_dtypes_are_refused():
    for name in ("mixed_float16", "bfloat16", "int8_from_float32"):
        with pytest.raises(ValueError, match="float32 and float64"):
            mixed_precision.set_global_policy(name)
    assert mixed_precision.global_policy().name == "float32"
    mixed_precision.set_global_policy("float32")


def test_the_global_policy_is_what_layers_compute_in():
    mixed_precision.set_global_policy("float64")
    try:
        assert lamina.layers.Dense(1).dtype == "float64"
        assert lamina.config.floatx() == "float64"
    finally:
        mixed_precision.set_global_policy("float32")


def test_old_names():
    assert mixed_precision.Policy is lamina.DTypePolicy
    assert mixed_precision.LossScaleOptimizer is lamina.optimizers.LossScaleOptimizer
    assert lamina.version() == lamina.__version__
