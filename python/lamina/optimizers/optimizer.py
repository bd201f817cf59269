"""What all optimizers have in common, and what one of a user's own derives from."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

from lamina import _lamina, _naming, _suggestions
from lamina._faces import Builtin, Face, Family
from lamina._lamina import Tensor, Variable
from lamina._overrides import overridden, refuse_uncalled
from lamina.optimizers import schedules

# What the core does itself, whatever the class.
_NOT_CALLED = ("scale_loss", "finalize_variable_values")
# What it calls in each step, and when it builds and writes files, where a class overrides it.
_CALLED = ("step", "apply", "apply_gradients", "update_step")
_HOOKS = (*_CALLED, "build", "get_config")
# Steps of Keras's optimizers that lamina's do not consist of.
_STEPS = {
    "Optimizer": (
        "_apply_weight_decay",
        "_backend_apply_gradients",
        "_backend_update_step",
        "_clip_gradients",
        "_get_current_learning_rate",
        "_update_model_variables_moving_average",
        "learning_rate",
    ),
    "BuiltinOptimizer": ("assign", "assign_add", "assign_sub"),
}

_family = Family("Optimizer", _lamina.make_optimizer, _lamina.optimizer_from_name, _NOT_CALLED)


class Optimizer(Face):
    """Subclass it to write an optimizer of your own: ``update_step``.

    ``update_step(gradient, variable, learning_rate)`` changes one weight with ``assign`` and its
    kin. What it keeps for each weight is made in ``build`` by ``add_optimizer_variables`` or
    ``add_variable_from_reference``, or named in ``slot_names`` and read with
    ``self.slot(variable, name)``; files hold both.

    Steps count from where a weight joined, so that one which joins later begins like the others.

    Args:
        learning_rate: step size, at least 0; a ``schedules.LearningRateSchedule``; or a function
            without arguments that is asked before each step, which files cannot hold.
        weight_decay: share of each weight that a step of rate 1 removes.
        clipnorm: largest norm of one weight's gradient.
        clipvalue: largest magnitude of one element of a gradient.
        global_clipnorm: largest norm of all gradients together.
        use_ema: whether to keep running means of the weights, which become the weights when ``fit``
            ends.
        ema_momentum: weight of the past in them, in [0, 1].
        ema_overwrite_frequency: after how many steps they become the weights each time; None for
            the end alone.
        loss_scale_factor: what the loss is multiplied by before it is differentiated; gradients are
            divided by it.
        gradient_accumulation_steps: of how many batches the gradients' mean makes one step.
        name: its name.

    All but the name may be set later, where that does not change what is kept for weights.

    >>> class Plain(Optimizer):
    ...     def update_step(self, gradient, variable, learning_rate):
    ...         self.assign_sub(variable, gradient * learning_rate)
    >>> w = Variable([1.0])
    >>> lamina.ops.sum(w * 3.0).backward()
    >>> Plain(learning_rate=0.5).step([w])
    >>> w.numpy()
    array([-0.5], dtype=float32)
    """

    slot_names: Sequence[str] = ()
    built = False
    _core: _lamina.Optimizer

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        uncalled = overridden(type(self), Optimizer, _NOT_CALLED)
        if uncalled:
            raise TypeError(
                f"{type(self).__name__} overrides {' and '.join(uncalled)}, which nothing would "
                "call: override update_step or apply"
            )
        type_name = _naming.registered_name(type(self))
        core = _lamina.PythonOptimizer(
            self,
            type_name,
            name or _naming.snake_case(type_name),
            schedules.core_of(learning_rate),
            weight_decay,
            clipnorm,
            clipvalue,
            global_clipnorm,
            use_ema,
            ema_momentum,
            ema_overwrite_frequency,
            loss_scale_factor,
            gradient_accumulation_steps,
            list(self.slot_names),
            overridden(type(self), Optimizer, _CALLED),
        )
        self._trainable_variables: list[Variable] = []
        self._indices: dict[int, int] = {}
        self._hold(core)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        refuse_uncalled(cls, _STEPS, "update_step or apply")

    def _hold(self, core: Any) -> None:
        options = core.options()
        self.__dict__.update(_core=core, _options=frozenset(options))
        self._show(options)

    def _show(self, options: dict[str, Any]) -> None:
        """Makes options attributes."""
        for name, value in options.items():
            if not hasattr(type(self), name):
                self.__dict__[name] = value

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__.get("_options", ()) and not hasattr(type(self), name):
            self._core.set_options({name: value})
            self._show(self._core.options())
        else:
            object.__setattr__(self, name, value)

    def __getattr__(self, name: str) -> Any:
        advice = _suggestions.OPTIMIZER_ATTRIBUTES.get(name, "")
        raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}{advice}")

    @property
    def _own_core(self) -> _lamina.PythonOptimizer:
        """The core, of an optimizer that is written in Python."""
        return cast(_lamina.PythonOptimizer, self._core)

    # ---- What an optimizer of one's own is made of ----

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes what is kept for the variables that ``step()`` and ``zero_grad()`` are for."""
        new = [each for each in variables if self._var_key(each) not in self._indices]
        for variable in new:
            self._indices[self._var_key(variable)] = len(self._trainable_variables)
            self._trainable_variables.append(variable)
        self._own_core.build_core(list(variables))
        self.built = True

    def _build_for(self, variables: list[Variable]) -> None:
        """Called by the core for variables that it does not know."""
        if self.built and type(self).build is not Optimizer.build:
            self._refuse_others(variables)
        self.build(variables)

    def _refuse_others(self, variables: list[Variable]) -> None:
        raise ValueError(
            f"{type(self).__name__} was built for other variables than {variables[0].path!r}; its "
            "build decides what is kept for them, so make a new optimizer, or name what it keeps "
            "in slot_names"
        )

    def _update(self, gradient: Tensor, variable: Variable, learning_rate: float) -> None:
        own = self._trainable_variables[self._get_variable_index(variable)]
        self.update_step(gradient, own, learning_rate)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: float) -> None:
        """Changes one weight."""
        raise NotImplementedError(f"{type(self).__name__} must define update_step")

    def _var_key(self, variable: Variable) -> int:
        return hash(variable)

    def _get_variable_index(self, variable: Variable) -> int:
        """The place of a variable among those that ``build`` was given."""
        try:
            return self._indices[self._var_key(variable)]
        except KeyError:
            raise ValueError(
                f"{type(self).__name__} does not know the variable {variable.path!r}; it was built "
                f"for {[each.path for each in self._trainable_variables]}"
            ) from None

    def slot(self, variable: Variable, name: str) -> Variable:
        """What is kept for a weight under one of ``slot_names``."""
        return self._own_core.slot(variable, name)

    def add_variable(
        self,
        shape: Any,
        initializer: Any = "zeros",
        dtype: str | None = None,
        aggregation: str | None = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """State that belongs to no weight, which files hold."""
        if aggregation not in (None, "none", "only_first_replica") or layout is not None:
            raise ValueError(
                f"aggregation={aggregation!r} and layout={layout!r} are for training on several "
                "devices, which lamina does not do; leave them out"
            )
        return self._add(name or "variable", tuple(shape), initializer, dtype, None)

    def _add(
        self, name: str, shape: Any, initializer: Any, dtype: str | None, reference: Any
    ) -> Variable:
        from lamina import initializers

        if dtype == "int":
            dtype = "int64"
        value = initializers.get(initializer)(shape, dtype=dtype)
        if reference is not None:
            value = value.to(reference.device)
        return self._own_core.add_variable(name, value, reference)

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """State for one weight, of its shape and dtype, which files hold."""
        reference = reference_variable
        return self._add(name or "var", reference.shape, initializer, reference.dtype, reference)

    def add_optimizer_variables(
        self, trainable_variables: Sequence[Variable], name: Any, initializer: Any = "zeros"
    ) -> Any:
        """A list with state for each weight; for a list of names, a tuple of such lists.

        >>> class Heavy(Optimizer):
        ...     def build(self, variables):
        ...         super().build(variables)
        ...         self.speeds = self.add_optimizer_variables(variables, "speed")
        ...     def update_step(self, gradient, variable, learning_rate):
        ...         speed = self.speeds[self._get_variable_index(variable)]
        ...         self.assign(speed, speed * 0.9 - gradient * learning_rate)
        ...         self.assign_add(variable, speed)
        >>> optimizer = Heavy(learning_rate=0.5)
        >>> w = Variable([1.0], name="w")
        >>> optimizer.apply([[2.0]], [w])
        >>> w.numpy(), optimizer.variables[-1].numpy()
        (array([0.], dtype=float32), array([-1.], dtype=float32))
        """
        names = [name] if isinstance(name, str) else list(name)
        single = not isinstance(initializer, (list, tuple))
        chosen = [initializer] * len(names) if single else list(initializer)
        if len(names) != len(chosen):
            raise ValueError(f"got {len(names)} names and {len(chosen)} initializers; give as many")
        lists: tuple[list[Variable], ...] = tuple([] for _ in names)
        for variable in trainable_variables:
            for own, each, how in zip(lists, names, chosen, strict=True):
                own.append(self.add_variable_from_reference(variable, each, how))
        return lists[0] if isinstance(name, str) else lists

    def assign(self, variable: Variable, value: Any) -> None:
        """``variable.assign(value)``."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """``variable.assign_add(value)``."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """``variable.assign_sub(value)``."""
        variable.assign_sub(value)

    # ---- Steps ----

    def step(self, variables: Sequence[Variable] | None = None) -> None:
        """One step from the gradients that ``backward`` left on the variables; by default on those
        it was built for.
        """
        given = None if variables is None else list(variables)
        try:
            if isinstance(self._core, _lamina.PythonOptimizer):
                self._core.step_core(self._core.weights if given is None else given)
            elif given is None:
                self._core.step_all()
            else:
                self._core.step(given)
        except TypeError:
            wrong = [each for each in given or [] if not isinstance(each, Variable)]
            if not wrong:
                raise
            raise TypeError(
                f"{type(self).__name__}.step takes Variables, got {type(wrong[0]).__name__}: only "
                "they change; make it a lamina.Variable"
            ) from None

    def zero_grad(self) -> None:
        """Forgets the gradients of the variables it was built for."""
        self._core.zero_grad()

    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None
    ) -> None:
        """One step by these gradients; None leaves its variable alone. By default they are of the
        variables it was built for.
        """
        given = list(grads)
        if not given:
            return
        targets = self._targets(given, trainable_variables)
        self._own_core.apply_core(given, targets)

    def _targets(self, grads: list[Any], variables: Sequence[Variable] | None) -> list[Variable]:
        targets = self._core.weights if variables is None else list(variables)
        if not targets:
            raise ValueError(
                f"{type(self).__name__} has no variables to apply gradients to; give "
                "trainable_variables, or call build(variables) first"
            )
        if all(gradient is None for gradient in grads):
            raise ValueError("No gradients provided for any variable: all are None.")
        return targets

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Any:
        """``apply`` for pairs of a gradient and a variable; returns the number of steps."""
        pairs = list(grads_and_vars)
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self.iterations

    def stateless_apply(
        self,
        optimizer_variables: Sequence[Any],
        grads: Sequence[Any],
        trainable_variables: Sequence[Any],
    ) -> tuple[list[Tensor], list[Tensor]]:
        """A step from these values of its variables and of the weights that it was built for, which
        it leaves as they are.

        Returns:
            The weights' new values, and those of its variables.
        """
        weights, own = self._core.weights, self.variables
        if not weights:
            raise ValueError(f"{type(self).__name__} must be built first: call build(variables)")
        for what, known, given in (
            ("optimizer_variables", own, optimizer_variables),
            ("trainable_variables", weights, trainable_variables),
        ):
            if len(known) != len(given):
                raise ValueError(f"{what} has {len(given)} values, expected {len(known)}")
        both = [*weights, *own]
        before = [variable.numpy() for variable in both]
        try:
            given = [*trainable_variables, *optimizer_variables]
            for variable, value in zip(both, given, strict=True):
                variable.assign(value)
            self.apply(grads, weights)
            after = [Tensor(variable.numpy()) for variable in both]
        finally:
            for variable, value in zip(both, before, strict=True):
                variable.assign(value)
        return after[: len(weights)], after[len(weights) :]

    def scale_loss(self, loss: Any) -> Tensor:
        """The loss to differentiate: times ``loss_scale_factor``, if there is one."""
        return self._core.scale_loss(loss)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Gives the variables the values of their running means, with ``use_ema``."""
        self._core.finalize_variable_values(list(var_list))

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """These variables, and all whose name contains one of ``var_names``, do not decay. Call it
        before the optimizer is built.

        >>> optimizer = lamina.optimizers.AdamW(0.1, weight_decay=0.5)
        >>> optimizer.exclude_from_weight_decay(var_names=["bias", "gamma"])
        """
        self._core.exclude_from_weight_decay(list(var_list or ()), list(var_names or ()))

    # ---- State ----

    @property
    def learning_rate(self) -> Any:
        """The step size: a variable, which may be assigned; the present value of a schedule or
        function. It may be set at any time.

        >>> optimizer = lamina.optimizers.SGD(0.5)
        >>> optimizer.learning_rate.assign(0.25)
        >>> optimizer.learning_rate = float(optimizer.learning_rate) / 2
        >>> float(optimizer.learning_rate)
        0.125
        """
        variable = self._core.learning_rate_variable
        return Tensor(self._core.learning_rate) if variable is None else variable

    @learning_rate.setter
    def learning_rate(self, learning_rate: Any) -> None:
        self._core.set_learning_rate(schedules.core_of(learning_rate))

    @property
    def iterations(self) -> Any:
        """Steps taken so far: a variable, or with ``gradient_accumulation_steps`` a number."""
        if getattr(self, "gradient_accumulation_steps", None) is not None:
            return self._core.iterations
        return self._core.batches

    @property
    def _iterations(self) -> Variable:
        """Batches so far."""
        return self._core.batches

    @property
    def variables(self) -> list[Variable]:
        """Everything that changes: the number of steps, the learning rate, what is kept for
        weights.
        """
        return self._core.variables

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assigns values to ``variables``, in their order."""
        variables = self.variables
        if not self._core.weights:
            raise ValueError(f"{type(self).__name__} must be built first: call build(variables)")
        if len(variables) != len(weights):
            raise ValueError(f"got {len(weights)} values for {len(variables)} variables")
        for variable, value in zip(variables, weights, strict=True):
            variable.assign(value)

    def save_own_variables(self, store: Any) -> None:
        """Writes the values of ``variables`` under "0", "1", ..."""
        for i, variable in enumerate(self.variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Reads what ``save_own_variables`` wrote."""
        variables = self.variables
        if len(store.keys()) != len(variables):
            raise ValueError(
                f"{type(self).__name__} has {len(variables)} variables, got {len(store.keys())} "
                "values; build it for the same weights first"
            )
        for i, variable in enumerate(variables):
            variable.assign(store[str(i)])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        return self._own_core.base_config()

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """The one with those arguments."""
        given = dict(config)
        if isinstance(given.get("learning_rate"), dict):
            given["learning_rate"] = schedules.deserialize(given["learning_rate"], custom_objects)
        return cls(**given)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Copies and pickles an optimizer's arguments. What it keeps for weights belongs to these,
        and is saved with their model.
        """
        return _made_from, (type(self), self.get_config())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


def _made_from(cls: type[Optimizer], config: dict[str, Any]) -> Optimizer:
    made: Optimizer = cls.from_config(config)
    return made


def arguments(given: dict[str, Any]) -> dict[str, Any]:
    """Of the ``locals()`` of a constructor, what it was called with."""
    return {name: value for name, value in given.items() if name not in ("self", "__class__")}


_NEW_NAMES = {
    "lr": "it is called learning_rate",
    "decay": "give learning_rate a schedule of lamina.optimizers.schedules",
}


class BuiltinOptimizer(Builtin, Optimizer):
    """An optimizer of lamina's own: a handle on one that the core made.

    A class derived from it that overrides what a step calls is called in each step, and finds the
    core's by ``super()``: its own core then keeps the state, and has slots, options and formula of
    the one that the core made.
    """

    _family = _family
    __repr__ = Optimizer.__repr__
    __setattr__ = Optimizer.__setattr__

    def __new__(cls, *_: Any, **kwargs: Any) -> Any:
        """Says what old arguments are called now; ``__init__`` would call them unexpected."""
        for old, new in _NEW_NAMES.items():
            if old in kwargs:
                raise ValueError(f"{cls.__name__} takes no {old}: {new}")
        return super().__new__(cls)

    def __init__(self, learning_rate: Any, name: str | None = None, **options: Any) -> None:
        if name is not None:
            options["name"] = name
        rate = schedules.core_of(learning_rate)
        self.__dict__["_rate"] = rate  # until it is held
        if isinstance(rate, float):
            options["learning_rate"] = rate
        super().__init__(**options)
        if not isinstance(rate, float) and self._core.learning_rate_variable is not None:
            self._core.set_learning_rate(rate)

    def _hold(self, core: Any) -> None:
        cls, own = type(self), self._family.class_of(type(self))
        rate = self.__dict__.pop("_rate", None)
        if overridden(cls, own, _HOOKS):
            if rate is None:
                raise TypeError(
                    f"{cls.__name__} overrides what a step of {own.__name__} calls; that is done "
                    "by other optimizers, so derive from those"
                )
            if self.slot_names:
                raise TypeError(
                    f"{cls.__name__} has slot_names, which are for classes derived from Optimizer: "
                    "make what it keeps in build, by add_optimizer_variables"
                )
            self._trainable_variables = []
            self._indices = {}
            type_name = _naming.registered_name(cls)
            called = overridden(cls, own, _CALLED)
            core = _lamina.PythonOptimizer(self, type_name, core, rate, called)
        Optimizer._hold(self, core)

    @property
    def _is_python(self) -> bool:
        """Whether its class overrides what a step calls."""
        return isinstance(self._core, _lamina.PythonOptimizer)

    @property
    def built(self) -> bool:
        """Whether it keeps something for weights yet."""
        return bool(self._core.weights)

    @built.setter
    def built(self, built: bool) -> None:
        """Says so, as optimizers written for Keras do; the core knows."""

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes what is kept for the variables that ``step()`` and ``zero_grad()`` are for."""
        if self._is_python:
            super().build(variables)
        else:
            self._core.build(list(variables))

    def _build_for(self, variables: list[Variable]) -> None:
        own = self._family.class_of(type(self))
        if self.built and overridden(type(self), own, ("build",)):
            self._refuse_others(variables)
        self.build(variables)

    def update_step(self, gradient: Tensor, variable: Variable, learning_rate: Any) -> None:
        """Changes one weight by a gradient: what classes that override it call."""
        if not self._is_python:
            raise TypeError(
                f"update_step of {type(self).__name__} is for classes that override it; "
                "call apply([gradient], [variable])"
            )
        self._own_core.update_by_base(gradient, variable, float(learning_rate))

    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None
    ) -> None:
        """One step by these gradients; None leaves its variable alone. By default they are of the
        variables it was built for.
        """
        if self._is_python:
            super().apply(grads, trainable_variables)
            return
        given = list(grads)
        if given:
            self._core.apply(given, self._targets(given, trainable_variables))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        return self._own_core.base_config() if self._is_python else self._core.config()
