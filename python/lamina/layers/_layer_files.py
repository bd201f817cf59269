"""What files, copies and pickles hold of a layer."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lamina import _files, _pieces, _symbolic, _tree
from lamina._lamina import Variable
from lamina.layers._hooks import Hooks, Shape, among, is_shape, leads_to, parts_in
from lamina.layers._layer_weights import LayerWeights


class LayerFiles(LayerWeights):
    """The part of ``Layer`` that is about files, and about the layers that it is made of."""

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal, unbuilt layer."""
        raise NotImplementedError

    def get_build_config(self) -> dict[str, Any] | None:
        """What ``build_from_config`` needs to make the weights: the inputs' shape, once built."""
        if not self.built:
            return None
        shapes = self._core.build_shapes
        return {"input_shape": _symbolic.bare(shapes)} if shapes else None

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Makes the weights for what ``get_build_config`` told."""
        if not config:
            return
        if "input_shape" in config:
            self._ensure_built(config["input_shape"])
        elif "shapes_dict" in config:
            self._ensure_built(list(config["shapes_dict"].values()))

    def save_own_variables(self, store: Any) -> None:
        """Puts values of the layer into a dictionary that files hold, beside its weights.

        Override it, and ``load_own_variables``, to keep what is no weight.

        >>> store = {}
        >>> layer = Dense(1, kernel_initializer="ones")
        >>> layer.build((None, 1))
        >>> layer.save_own_variables(store)
        >>> sorted(store)
        ['0', '1']
        """
        for number, variable in enumerate(self._own_variables()):
            store[str(number)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Takes back what ``save_own_variables`` put into a dictionary."""
        variables = self._own_variables()
        if len(store) != len(variables):
            raise ValueError(
                f"{self.name} expected {len(variables)} variables, got {len(store)}: "
                f"{', '.join(map(str, store))}"
            )
        for number, variable in enumerate(variables):
            variable.assign(np.asarray(store[str(number)]))

    def _own_variables(self) -> list[Variable]:
        theirs = [weight for part in self._parts() for weight in part.weights]
        own = [weight for weight in self.weights if not among(weight, theirs)]
        return [w for w in own if w.trainable] + [w for w in own if not w.trainable]

    def __reduce__(self) -> Any:
        config = _pieces.with_targets(self.get_config())
        weights = self.get_weights() if self.built else []
        return _restored, (type(self), config, self._core.build_shapes, weights)

    # What files hold beside weights and options, as the core asks for it.

    def _config_hook(self, portable: bool) -> dict[str, Any]:
        """What files hold of its options."""
        config = self.get_config()
        if (
            portable
            and type(self).get_build_config is not LayerFiles.get_build_config
            and self.built
        ):
            config = {**config, "build_config": self.get_build_config()}
        return config

    def _own_tensors_hook(self) -> dict[str, Any]:
        """What files hold of it beside weights and options: what it says itself."""
        store: dict[str, Any] = {}
        if type(self).save_own_variables is not LayerFiles.save_own_variables:
            self.save_own_variables(store)
        if hasattr(self, "save_assets"):
            store.update(_files.written(self.save_assets))
        return {name: np.asarray(value) for name, value in store.items()}

    def _take_own_tensors_hook(self, store: dict[str, Any]) -> None:
        """Takes that back."""
        files = {name: store.pop(name) for name in list(store) if _files.is_file(name)}
        if store or type(self).load_own_variables is not LayerFiles.load_own_variables:
            self.load_own_variables(store)
        if files and hasattr(self, "load_assets"):
            _files.read(self.load_assets, files)

    # The layers that it is made of.

    def _ensure_built(self, input_shape: Any) -> None:
        self._core.ensure_built(listed_shapes(input_shape))

    def _parts(self) -> Sequence[Any]:
        """The layers that it is made of."""
        found: dict[int, Any] = {}
        for _, layer in parts_in(vars(self), Hooks):
            if not leads_to(layer, self, set()):
                found.setdefault(id(layer), layer)
        return tuple(found.values())

    def _has_part(self, wanted: Any) -> bool:
        """Whether ``wanted`` is this layer or one that it is made of."""
        return wanted is self or any(part._has_part(wanted) for part in self._parts())


def _restored(
    cls: type[Any], config: dict[str, Any], shapes: list[Shape], weights: list[np.ndarray]
) -> Any:
    """The layer that was copied or pickled."""
    layer = cls.from_config(config)
    if shapes:
        layer._ensure_built(shapes)
    if weights:
        layer.set_weights(weights)
    return layer


def listed_shapes(shape: Any) -> list[Shape]:
    """One shape, or nested ones, as a list."""
    leaves, _ = _tree.flatten(shape, is_shape)
    return [tuple(leaf) for leaf in leaves]
