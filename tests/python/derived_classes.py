"""Classes derived from built-in ones as Keras's guides write them, over ``keras`` or ``lamina``.

``tests/golden/make_derived.py`` runs them by Keras, the ``test_derived_*.py`` by lamina.
"""

import types

import numpy as np


def classes_of(keras):
    """The classes, by their names."""
    layers, losses, metrics, ops = keras.layers, keras.losses, keras.metrics, keras.ops
    optimizers = keras.optimizers

    class StandardizedByOp(layers.Conv2D):
        """keras.io/examples/vision: weight standardization by ``convolution_op``."""

        def convolution_op(self, inputs, kernel):
            kernel = ops.convert_to_tensor(kernel)  # Keras's moments on JAX need that
            mean, var = ops.moments(kernel, axes=[0, 1, 2], keepdims=True)
            return super().convolution_op(inputs, (kernel - mean) / ops.sqrt(var + 1e-10))

    class StandardizedByCall(layers.Conv2D):
        def call(self, inputs):
            kernel = ops.convert_to_tensor(self.kernel)
            mean, var = ops.moments(kernel, axes=[0, 1, 2], keepdims=True)
            outputs = self.convolution_op(inputs, (kernel - mean) / ops.sqrt(var + 1e-10))
            return outputs + self.bias if self.use_bias else outputs

    class Doubled(layers.Dense):
        def call(self, inputs):
            return super().call(inputs) * 2

    class Scaled(layers.Dense):
        """A weight of its own, options of its own."""

        def __init__(self, units, start=1.0, **kwargs):
            super().__init__(units, **kwargs)
            self.start = start

        def build(self, input_shape):
            super().build(input_shape)
            self.scale = self.add_weight(
                shape=(self.units,),
                initializer=keras.initializers.Constant(self.start),
                name="scale",
            )

        def call(self, inputs):
            return super().call(inputs) * self.scale

        def get_config(self):
            return {**super().get_config(), "start": self.start}

    class Residual(layers.BatchNormalization):
        def call(self, inputs, training=None):
            return inputs + super().call(inputs, training=training)

    class Last(layers.LSTM):
        """Its sequences come back minus their mean over time."""

        def call(self, sequences, initial_state=None, mask=None, training=False):
            outputs = super().call(
                sequences, initial_state=initial_state, mask=mask, training=training
            )
            return outputs - ops.mean(outputs, axis=1, keepdims=True)

    class HalfCell(layers.LSTMCell):
        def call(self, inputs, states, training=False):
            output, states = super().call(inputs, states, training=training)
            return output / 2, states

    class SelfAttention(layers.MultiHeadAttention):
        def call(self, query, value, key=None, **kwargs):
            return query + super().call(query, value, key, **kwargs)

    class CentralizedAdam(optimizers.Adam):
        """keras.io/examples/vision: gradient centralization."""

        def apply(self, grads, trainable_variables=None):
            grads = [
                g - ops.mean(g, axis=list(range(len(g.shape) - 1)), keepdims=True)
                if len(g.shape) > 1
                else g
                for g in grads
            ]
            return super().apply(grads, trainable_variables)

    class Averaged(optimizers.SGD):
        """A slot of its own beside those of SGD."""

        def build(self, variables):
            super().build(variables)
            self.means = self.add_optimizer_variables(variables, "mean")

        def update_step(self, gradient, variable, learning_rate):
            mean = self.means[self._get_variable_index(variable)]
            self.assign(mean, mean * 0.5 + gradient * 0.5)
            super().update_step(gradient + mean, variable, learning_rate)

    class Weighted(losses.MeanSquaredError):
        def call(self, y_true, y_pred):
            return super().call(y_true, y_pred) * 3 + ops.mean(ops.abs(y_true), axis=-1)

    class RootMean(metrics.Mean):
        def update_state(self, y_true, y_pred=None, sample_weight=None):
            values = y_true if y_pred is None else ops.mean(ops.square(y_true - y_pred), axis=-1)
            return super().update_state(values, sample_weight=sample_weight)

        def result(self):
            return ops.sqrt(super().result())

    return types.SimpleNamespace(**{k: v for k, v in locals().items() if isinstance(v, type)})


def signed(keras, base):
    """A class derived from one of the optimizers."""

    class Signed(base):
        """Half of the gradient, and half of its sign."""

        def update_step(self, gradient, variable, learning_rate):
            mixed = (gradient + keras.ops.sign(gradient)) / 2
            super().update_step(mixed, variable, learning_rate)

    return Signed


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def layer_cases(keras):
    """Layers by names, each with the shapes of its inputs, without the batch."""
    own, layers = classes_of(keras), keras.layers
    with keras.saving.custom_object_scope(vars(own)):  # Keras makes both layers of a name
        both = layers.Bidirectional(own.Last(3, return_sequences=True))
    return {
        "by_op": (own.StandardizedByOp(3, 3, activation="relu"), [(6, 6, 2)]),
        "by_op_same": (
            own.StandardizedByOp(4, 3, strides=2, padding="same", groups=2, use_bias=False),
            [(6, 7, 2)],
        ),
        "by_call": (own.StandardizedByCall(3, 3), [(6, 6, 2)]),
        "doubled": (own.Doubled(3, activation="tanh"), [(4,)]),
        "scaled": (own.Scaled(3, start=0.5, activation="relu"), [(4,)]),
        "residual": (own.Residual(), [(4,)]),
        "lstm": (own.Last(3, return_sequences=True), [(5, 2)]),
        "cell": (layers.RNN(own.HalfCell(3), return_sequences=True), [(5, 2)]),
        "distributed": (layers.TimeDistributed(own.Doubled(3)), [(5, 2)]),
        "both": (both, [(5, 2)]),
        "attention": (own.SelfAttention(2, 3), [(5, 4), (5, 4)]),
    }


def optimizer_cases(keras):
    """Optimizers by names."""
    own, optimizers = classes_of(keras), keras.optimizers
    rate = optimizers.schedules.ExponentialDecay(0.02, 2, 0.5)
    return {
        "centralized": own.CentralizedAdam(0.02),
        "centralized_all": own.CentralizedAdam(
            rate, global_clipnorm=0.5, weight_decay=0.01, use_ema=True, ema_momentum=0.9
        ),
        "accumulated": own.CentralizedAdam(0.02, gradient_accumulation_steps=2),
        "averaged": own.Averaged(0.05, momentum=0.5, nesterov=True),
        "signed_adam": signed(keras, optimizers.Adam)(0.02, amsgrad=True, clipvalue=0.1),
        "signed_adamw": signed(keras, optimizers.AdamW)(rate, weight_decay=0.1, clipnorm=0.3),
        "signed_rmsprop": signed(keras, optimizers.RMSprop)(0.01, centered=True, momentum=0.5),
        "signed_nadam": signed(keras, optimizers.Nadam)(0.02),
        "signed_lamb": signed(keras, optimizers.Lamb)(0.02, weight_decay=0.1),
        "signed_adafactor": signed(keras, optimizers.Adafactor)(0.05),
        "signed_muon": signed(keras, optimizers.Muon)(0.05, weight_decay=0.1),
        "signed_ftrl": signed(keras, optimizers.Ftrl)(0.05),
    }


def trained(keras, optimizer, weights=None):
    """A small model, its losses over three epochs and the weights before and after."""
    own = classes_of(keras)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            own.Scaled(5, activation="tanh", kernel_regularizer=keras.regularizers.L2(0.01)),
            keras.layers.Dense(2),
        ]
    )
    if weights is not None:
        model.set_weights(weights)
    before = [np.array(w) for w in model.get_weights()]
    model.compile(optimizer, own.Weighted(), metrics=[own.RootMean(name="rms")])
    x, y = normal(1, 24, 4), normal(2, 24, 2)
    history = model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0).history
    after = [np.array(w) for w in model.get_weights()]
    return model, np.array([history["loss"], history["rms"]]), before, after
