"""Users' classes derived from lamina's layers: when Python must run them, and how it does.

Lamina's own layers run in the core, which calls no Python. A class that overrides one of ``HOOKS``
is run as a layer of one's own. It keeps the layer that its base class would be as ``_inner``: what
``super()`` finds runs that one.
"""

from typing import Any

from lamina import _lamina, _pieces, _tree
from lamina._overrides import overridden
from lamina.layers._layer_files import LayerFiles
from lamina.layers._layer_weights import LayerWeights
from lamina.layers.layer import Layer

# What the core does itself for lamina's layers: in calls, and beside them.
_IN_CALLS = (
    "call",
    "compute_output_shape",
    "compute_mask",
    "convolution_op",
    "get_initial_state",
    "state_size",
)
HOOKS = (
    *_IN_CALLS,
    "build",
    "build_from_config",
    "get_build_config",
    "get_config",
    "load_assets",
    "load_own_variables",
    "save_assets",
    "save_own_variables",
)

# Steps of Keras's layers that lamina's do not consist of.
STEPS = {
    "ProjectedAttention": (
        "_build_attention",
        "_masked_softmax",
        "_compute_attention",
        "_compute_attention_mask",
        "_compute_causal_mask",
    ),
    "Attention": ("_calculate_scores", "_calculate_score_mask", "_apply_scores"),
    "AdditiveAttention": ("_calculate_scores", "_calculate_score_mask", "_apply_scores"),
    "BatchNormalization": ("_moments",),
    "RNN": ("inner_loop", "get_initial_state"),
    "_Merge": ("_merge_function",),
}


def is_derived(cls: type[Any], own: type[Any]) -> bool:
    """Whether a class overrides what the core does."""
    changed = overridden(cls, own, HOOKS)
    if changed and own._is_for_core_alone:
        raise TypeError(
            f"{cls.__name__} overrides {' and '.join(changed)} of {own.__name__}, whose inputs are "
            "no tensors that Python could work on: subclass lamina.Layer, and keep the other in an "
            "attribute"
        )
    return bool(changed)


def take(layer: Any, core: Any) -> None:
    """Makes the layer one that Python runs, with what the core made as its inner layer."""
    name = core.name if core.has_given_name else None
    own = layer._own_class()
    penalty = None
    if layer._regularizes_outputs:
        config = core.config()
        penalty = config.get("activity_regularizer")
        if penalty is not None:  # of what `call` gives, not of what the inner layer does
            penalty = _pieces.kinds["regularizer"].read(penalty)
            core = _lamina.make_layer(core.type, {**config, "activity_regularizer": None})
    inner = own._adopt(core)
    layer.__dict__.update(_own=core, _inner=inner)
    Layer.__init__(
        layer,
        name=name,
        trainable=core.trainable,
        dtype=core.dtype,
        activity_regularizer=penalty,
    )
    plain = not overridden(type(layer), own, (*_IN_CALLS, "build"))
    layer._own_core.set_base(core, plain and penalty is None)
    layer._show_options()
    for part in layer._PARTS:  # __getattr__ finds them in the inner layer, whose layers they are
        layer.__dict__.pop(part, None)


def run(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What lamina's class gives for the arguments of ``call``."""
    inner = layer._inner
    if inner.built:
        return _masks_left(layer, inner(*args, **kwargs))
    layer._own_core.begin_base()
    outputs = inner(*args, **kwargs)  # by which it is built
    clashes = [w.name for w in inner.weights if w.name in layer.__dict__]
    if clashes:
        raise ValueError(
            f"build of {type(layer).__name__} makes {' and '.join(clashes)}, but call of "
            f"{type(inner).__name__} uses its own: let build call super().build(input_shape), or "
            "override call too"
        )
    return _masks_left(layer, outputs)


def _masks_left(layer: Any, outputs: Any) -> Any:
    """The outputs, without masks where the class tells them itself."""
    if type(layer).compute_mask is layer._own_class().compute_mask:
        return outputs
    leaves, form = _tree.flatten(outputs, _tree.is_array)
    return _tree.fill(form, [leaf.with_mask(None) for leaf in leaves])


def build(layer: Any, shapes: tuple[Any, ...]) -> None:
    """What ``super().build(...)`` does."""
    layer._own_core.begin_base()
    layer._inner.build(*shapes)


def own_variables(layer: Any) -> list[Any]:
    """Its own variables, as Keras counts them: those of the inner layer too."""
    inner = layer._inner
    parts = [part for part in LayerFiles._parts(layer) if part is not inner]
    theirs = [weight for part in (*parts, *inner._parts()) for weight in part.weights]
    own = [w for w in layer.weights if not any(w is each or w.same_as(each) for each in theirs)]
    return [w for w in own if w.trainable] + [w for w in own if not w.trainable]


def run_by_python(cls: type[Any], own: type[Any]) -> None:
    """Gives a class what layers of one's own have in the place of what the core's need."""
    methods: dict[str, Any] = {
        "_take": take,
        "_own_variables": own_variables,
        "_parts": LayerFiles._parts,
        "add_loss": LayerWeights.add_loss,
    }
    if cls.__call__ is own.__call__:
        methods["__call__"] = Layer.__call__
    for name, method in methods.items():
        setattr(cls, name, method)
