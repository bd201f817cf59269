"""Makes attention.npz: what Keras on JAX and PyTorch compute, in float64.

    pip install torch jax keras
    python tests/golden/make_attention.py

Nothing here knows lamina; tests/python/test_attention_golden.py compares it with the file. Each
row of the spec names a layer of Keras, or PyTorch's, or the operation, its arguments, and what it
is called with; ``<row>/<name>`` are its inputs, masks, weights in Keras's order and layout, outputs
and the gradients of sum(output * direction) by inputs and weights.
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

import jax
import keras
import numpy as np
import torch
from keras.src.backend.common import dtypes as keras_dtypes

keras.config.set_floatx("float64")
RANDOM = np.random.default_rng(25)

B, T, S, DIM, VALUE, KEY = 2, 4, 6, 6, 5, 3
Q, V, K = (B, T, DIM), (B, S, VALUE), (B, S, KEY)
SAME = (B, S, DIM)
MHA, GQA, ADD, ATT = "MultiHeadAttention", "GroupQueryAttention", "AdditiveAttention", "Attention"
HEADS = {"num_heads": 2, "key_dim": 3}
GROUPS = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}
CAUSAL, SCORES = {"use_causal_mask": True}, {"return_attention_scores": True}

PENALTIES = {
    "kernel_regularizer": "l2",
    "bias_regularizer": "l1",
    "activity_regularizer": "l2",
}

# Layer, configuration, shapes of query, value and perhaps key, plain arguments of the call, and
# masks: "query", "value" and "key" travel with the tensors, others are shapes of attention_mask.
LAYERS = {
    "self": (MHA, HEADS, [SAME, SAME], {}, []),
    "cross": (MHA, HEADS, [Q, V, K], {}, []),
    "without_bias": (MHA, {**HEADS, "use_bias": False, "output_shape": 7}, [Q, V], {}, []),
    "causal": (MHA, HEADS, [SAME, SAME], CAUSAL, []),
    "causal_across": (MHA, HEADS, [Q, V, K], CAUSAL, []),
    "value_mask": (MHA, HEADS, [Q, V], {}, ["value"]),
    "all_masks": (MHA, HEADS, [Q, V, K], CAUSAL, ["query", "value", "key", (B, T, S)]),
    "mask": (MHA, HEADS, [Q, V], {}, [(B, T, S)]),
    "mask_of_steps": (MHA, HEADS, [Q, V], {}, [(T, S)]),
    "mask_of_samples": (MHA, HEADS, [Q, V], {}, [(B, 1, S)]),
    "mask_of_heads": (MHA, HEADS, [Q, V], {}, [(B, 2, T, S)]),
    "scores": (MHA, {**HEADS, "value_dim": 4}, [Q, V, K], SCORES, []),
    "scores_masked": (MHA, HEADS, [Q, V, K], SCORES | CAUSAL, ["value", (B, T, S)]),
    "dropout_at_rest": (MHA, {**HEADS, "dropout": 0.3}, [Q, V], {}, ["value"]),
    "window": (MHA, {**HEADS, "sliding_window": 2}, [SAME, SAME], {}, []),
    "window_causal": (MHA, {**HEADS, "sliding_window": 3}, [SAME, SAME], CAUSAL, ["value"]),
    "gate": (MHA, {**HEADS, "use_gate": True, "value_dim": 4}, [Q, V], SCORES, []),
    "outputs_of_rank_two": (MHA, {**HEADS, "output_shape": [2, 3]}, [Q, V], {}, []),
    "regularized": (MHA, {**HEADS, **PENALTIES}, [Q, V], {}, []),
    "axis_1": (MHA, {**HEADS, "attention_axes": 1}, [(B, 3, 2, 4), (B, 5, 2, 4)], {}, []),
    "axis_2": (MHA, {**HEADS, "attention_axes": [2]}, [(B, 2, 3, 4), (B, 2, 5, 4)], SCORES, []),
    "axis_from_end": (MHA, {**HEADS, "attention_axes": [-2]}, [(B, 2, 3, 4), (B, 2, 5, 4)], {}, []),
    "both_axes": (MHA, HEADS, [(B, 2, 3, 4), (B, 3, 2, 4)], SCORES, []),
    "axes_masked": (
        MHA,
        {**HEADS, "attention_axes": [1, 2]},
        [(B, 2, 3, 4), (B, 3, 2, 4)],
        SCORES,
        [(B, 2, 3, 3, 2)],
    ),
    "axis_masked": (
        MHA,
        {**HEADS, "attention_axes": [2]},
        [(B, 3, 2, 4), (B, 3, 5, 4)],
        SCORES,
        [(B, 3, 2, 5)],
    ),
    "groups": (GQA, GROUPS, [SAME, SAME], {}, []),
    "groups_across": (GQA, {**GROUPS, "use_bias": False}, [Q, V, K], CAUSAL, []),
    "one_group": (GQA, {**GROUPS, "num_key_value_heads": 1}, [Q, V], {}, ["value", (B, T, S)]),
    "groups_scores": (GQA, {**GROUPS, "use_gate": True}, [Q, V], SCORES | CAUSAL, ["value"]),
    "groups_window": (GQA, {**GROUPS, "sliding_window": 2}, [SAME, SAME], CAUSAL, []),
    "additive": (ADD, {}, [Q, (B, S, DIM)], SCORES, []),
    "additive_plain": (ADD, {"use_scale": False}, [Q, V, (B, S, DIM)], {}, ["query", "value"]),
    "additive_causal": (ADD, {}, [Q, V, (B, S, DIM)], SCORES | CAUSAL, ["value"]),
    "dot": (ATT, {"use_scale": True}, [Q, V, (B, S, DIM)], SCORES | CAUSAL, ["query", "value"]),
}

OPERATION = {
    "plain": ((B, T, 2, 3), (B, S, 2, 3), {}, []),
    "scaled": ((B, T, 2, 3), (B, S, 2, 3), {"scale": 0.3}, []),
    "causal": ((B, S, 2, 3), (B, S, 2, 3), {"is_causal": True}, []),
    "causal_across": ((B, S, 2, 3), (B, T, 2, 3), {"is_causal": True}, ["bias"]),
    "groups": ((B, T, 4, 3), (B, S, 2, 3), {}, ["mask"]),
    "one_group": ((B, T, 4, 3), (B, S, 1, 3), {"is_causal": True}, ["bias", "mask"]),
}


def normal(shape):
    """Values that float32 holds exactly."""
    return RANDOM.normal(size=shape).astype("float32").astype("float64")


def booleans(shape):
    """A mask, of whose last axis something is always left: what lies there is Keras's own choice
    where nothing is, and depends on the way it computes."""
    mask = RANDOM.random(shape) < 0.6
    mask[..., 0] = True
    return mask


def in_double_precision(layer):
    """Keeps Keras from JAX's own function, which computes scores in float32 whatever the dtype.

    With dropout Keras writes the formula out; none is dropped outside training.
    """
    for attribute in ("_dropout", "dropout"):
        if isinstance(vars(layer).get(attribute), float):
            setattr(layer, attribute, 1e-30)


def by_keras(name, arrays):
    cls, config, shapes, arguments, masks = LAYERS[name]
    layer = getattr(keras.layers, cls)(**config)
    listed = cls in (ADD, ATT)
    inputs = [normal(shape) for shape in shapes]
    names = ["query", "value", "key"][: len(shapes)]
    own = [
        booleans(x.shape[:2]) if which in masks else None
        for which, x in zip(names, inputs, strict=True)
    ]
    given = [booleans(mask) for mask in masks if isinstance(mask, tuple)]
    call = {**arguments, **({"attention_mask": given[0]} if given else {})}
    if listed and any(mask is not None for mask in own):
        call["mask"] = own
    elif not listed:
        in_double_precision(layer)
        call |= {f"{which}_mask": mask for which, mask in zip(names, own, strict=True)}

    def run(trainable, tensors):
        tensors = [jax.numpy.asarray(x) for x in tensors]
        if listed:
            return layer.stateless_call(trainable, state, tensors, **call)[0]
        # MultiHeadAttention takes the query's mask from the tensor alone.
        keras.src.backend.set_keras_mask(tensors[0], own[0])
        return layer.stateless_call(trainable, state, *tensors, **call)[0]

    if listed:
        layer.build([x.shape for x in inputs])
    else:
        layer.build(*[x.shape for x in inputs])
    state = [variable.value for variable in layer.non_trainable_variables]  # of dropout
    for weight in layer.weights:
        weight.assign(normal(weight.shape) / 2)
    weights = [weight.value for weight in layer.trainable_variables]
    outputs = run(weights, inputs)
    outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    directions = [normal(output.shape) for output in outputs]

    def objective(trainable, tensors):
        results = run(trainable, tensors)
        results = list(results) if isinstance(results, (list, tuple)) else [results]
        return sum((y * d).sum() for y, d in zip(results, directions, strict=True))

    by_weights, by_inputs = jax.grad(objective, (0, 1))(weights, inputs)
    keep(arrays, name, "input", inputs)
    keep(arrays, name, "mask", own)
    keep(arrays, name, "attention_mask", given)
    keep(arrays, name, "weight", weights)
    keep(arrays, name, "output", outputs)
    keep(arrays, name, "direction", directions)
    keep(arrays, name, "weight_gradient", by_weights)
    keep(arrays, name, "input_gradient", by_inputs)
    eager = [jax.numpy.asarray(x) for x in inputs]
    layer(eager, **call) if listed else layer(*eager, **call)
    paths = [weight.path.split("/", 1)[1] for weight in layer.weights]
    return {
        "layer": [cls, config],
        "call": arguments,
        "paths": paths,
        "keys": sorted(layer.get_config()),
        "loss": float(sum(layer.losses)),
    }


def keep(arrays, row, name, values):
    for i, value in enumerate(values):
        if value is not None:
            value = np.asarray(value)
            # float32 holds them exactly, but for what was computed.
            exact = value.dtype == "float64" and np.array_equal(value.astype("float32"), value)
            arrays[f"{row}/{name}/{i}"] = value.astype("float32") if exact else value


def operation(name, arrays):
    """By PyTorch, in float64, with Keras agreeing as far as float32 goes."""
    q, k, arguments, extra = OPERATION[name]
    scores = (B, q[2], q[1], k[1])
    inputs = [normal(q), normal(k), normal(k)]
    if "bias" in extra:
        inputs.append(normal(scores))
    mask = booleans((B, 1, *scores[2:])) if "mask" in extra else None
    direction = normal(q)
    leaves = [torch.from_numpy(x).requires_grad_() for x in inputs]
    query, key, value = (x.transpose(1, 2) for x in leaves[:3])
    seen = torch.ones(scores, dtype=torch.bool) if mask is None else torch.from_numpy(mask)
    if arguments.get("is_causal"):
        seen = seen & torch.ones(scores[2:], dtype=torch.bool).tril()
    bias = leaves[3] if "bias" in extra else torch.zeros(scores, dtype=torch.float64)
    output = torch.nn.functional.scaled_dot_product_attention(
        query,
        key.repeat_interleave(q[2] // k[2], 1),
        value.repeat_interleave(q[2] // k[2], 1),
        attn_mask=bias.masked_fill(~seen, -np.inf),
        scale=arguments.get("scale"),
    ).transpose(1, 2)
    (output * torch.from_numpy(direction)).sum().backward()
    result = output.detach().numpy()
    by_keras = keras.ops.dot_product_attention(
        *inputs[:3], bias=inputs[3] if "bias" in extra else None, mask=mask, **arguments
    )
    np.testing.assert_allclose(by_keras, result, rtol=1e-5, atol=1e-5)
    row = f"operation_{name}"
    keep(arrays, row, "input", inputs)
    keep(arrays, row, "mask", [mask])
    keep(arrays, row, "output", [result])
    keep(arrays, row, "direction", [direction])
    keep(arrays, row, "input_gradient", [x.grad.numpy() for x in leaves])
    return {"operation": arguments}


def by_torch(name, arrays, masked):
    """PyTorch's MultiheadAttention, whose weights are brought into Keras's layout."""
    heads, dim = 2, 6
    layer = torch.nn.MultiheadAttention(
        dim, heads, kdim=KEY, vdim=VALUE, batch_first=True, dtype=torch.float64
    )
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(torch.from_numpy(normal(tuple(parameter.shape)) / 2))
    inputs = [torch.from_numpy(normal(shape)).requires_grad_() for shape in (Q, V, K)]
    mask, value_mask = booleans((T, S)), booleans((B, S))
    more = {}
    if masked:
        more = {
            "attn_mask": ~torch.from_numpy(mask),
            "key_padding_mask": ~torch.from_numpy(value_mask),
        }
    outputs = layer(inputs[0], inputs[2], inputs[1], average_attn_weights=False, **more)
    directions = [torch.from_numpy(normal(tuple(y.shape))) for y in outputs]
    sum((y * d).sum() for y, d in zip(outputs, directions, strict=True)).backward()

    def weights(read):
        biases = read(layer.in_proj_bias).reshape(3, heads, dim // heads)
        kernels = [
            read(p).T.reshape(-1, heads, dim // heads)
            for p in (layer.q_proj_weight, layer.k_proj_weight, layer.v_proj_weight)
        ]
        output = read(layer.out_proj.weight).T.reshape(heads, dim // heads, dim)
        pairs = [each for pair in zip(kernels, biases, strict=True) for each in pair]
        return [*pairs, output, read(layer.out_proj.bias)]

    keep(arrays, name, "input", [x.detach().numpy() for x in inputs])
    keep(arrays, name, "mask", [None, value_mask] if masked else [])
    keep(arrays, name, "attention_mask", [mask] if masked else [])
    keep(arrays, name, "weight", weights(lambda p: p.detach().numpy()))
    keep(arrays, name, "output", [y.detach().numpy() for y in outputs])
    keep(arrays, name, "direction", [d.numpy() for d in directions])
    keep(arrays, name, "weight_gradient", weights(lambda p: p.grad.numpy()))
    keep(arrays, name, "input_gradient", [x.grad.numpy() for x in inputs])
    config = {"num_heads": heads, "key_dim": dim // heads}
    return {"layer": [MHA, config], "call": SCORES, "loss": 0.0}


def main():
    # Outside TensorFlow Keras rounds tanh of float64 to float32, unless its table says otherwise.
    keras_dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
    spec, arrays = {}, {}
    for name in LAYERS:
        spec[name] = by_keras(name, arrays)
    for name in OPERATION:
        spec[f"operation_{name}"] = operation(name, arrays)
    for masked in (False, True):
        name = "torch_masked" if masked else "torch"
        spec[name] = by_torch(name, arrays, masked)
    file = Path(__file__).parent / "attention.npz"
    np.savez_compressed(file, spec=np.array(json.dumps(spec)), **arrays)


if __name__ == "__main__":
    main()
