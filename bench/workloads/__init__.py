"""What bench/compare.py measures: the rows, and how each framework does a row at its best.

A row's ``build(contender)`` gives a ``Contender``. To add a row, add it to ``WORKLOADS``; to add a
kind of row, write a subclass of ``Workload`` in the module of its family.
"""

from .attention import MultiHeadAttention
from .base import FRAMEWORKS, Contender, Workload
from .images import BatchNorm, Convolution, MaxPool
from .inference import IdlePrediction, Inference
from .kernels import Elementwise, Gemm
from .networks import AUTOENCODER, CHAR_CNN, CNN_1D, DIGITS, LENET5, ONE_BY_ONE, RESNET20, SMALL
from .processes import ImportTime
from .recurrent import BIDIRECTIONAL_LSTM, GRU_64, LSTM_128, LSTM_256, SIMPLE_64
from .training import Momentum, Training, WholeTraining

__all__ = ["FRAMEWORKS", "GROUP_GOALS", "WORKLOADS", "Contender", "Workload"]

BOTH_LAYOUTS = ("contiguous_format", "channels_last")
FEATURES = {"batch": 32, "size": 56, "channels": 64}
CONVOLUTIONS = {
    "3x3_c64": {"batch": 32, "size": 32, "channels": 64, "filters": 64, "kernel_size": 3},
    "3x3_c256": {"batch": 32, "size": 8, "channels": 256, "filters": 256, "kernel_size": 3},
    "1x1_s2": {
        "batch": 32,
        "size": 32,
        "channels": 64,
        "filters": 128,
        "kernel_size": 1,
        "strides": 2,
    },
    "5x5_c1": {"batch": 64, "size": 28, "channels": 1, "filters": 6, "kernel_size": 5},
}
# What the geometric mean of a group's ratios to the best peer is to reach.
GROUP_GOALS = {"conv": 1.5}

WORKLOADS: list[Workload] = [
    Training(
        name="mlp_small",
        net=SMALL,
        batch=32,
        batches=200,
        epochs=5,
        goals={"keras": 4, "jax": 2},
    ),
    WholeTraining(
        name="mlp_small_full",
        net=SMALL,
        batch=32,
        batches=200,
        epochs=5,
        goals={"keras": 4},
    ),
    Training(name="mlp_784", net=DIGITS, batch=64, batches=50, epochs=3, goals={"best": 1.25}),
    Training(
        name="autoencoder", net=AUTOENCODER, batch=128, batches=50, epochs=4, goals={"best": 1.2}
    ),
    Training(name="overhead", net=ONE_BY_ONE, batch=1, batches=1000, epochs=2, limit=10),
    Training(
        name="lenet5",
        net=LENET5,
        batch=64,
        batches=25,
        epochs=2,
        layouts=BOTH_LAYOUTS,
        goals={"best": 2.5},
    ),
    Training(name="cnn_1d", net=CNN_1D, batch=32, batches=100, epochs=2, goals={"best": 3}),
    Training(
        name="resnet20",
        net=RESNET20,
        batch=32,
        batches=10,
        epochs=1,
        optimizer=Momentum(),
        peers=("torch", "keras"),
        layouts=BOTH_LAYOUTS,
        goals={"best": 1.15},
    ),
    Training(
        name="char_cnn",
        net=CHAR_CNN,
        batch=32,
        batches=4,
        epochs=1,
        optimizer=Momentum(),
        peers=("torch", "keras"),
        goals={"best": 1.2},
    ),
    Training(name="gru_64", net=GRU_64, batch=32, batches=20, epochs=2, goals={"best": 3.5}),
    Training(name="simple_64", net=SIMPLE_64, batch=32, batches=40, epochs=2, goals={"best": 3}),
    Training(name="lstm_128", net=LSTM_128, batch=64, batches=6, epochs=1, goals={"best": 1.5}),
    Training(
        name="bidirectional_lstm_128",
        net=BIDIRECTIONAL_LSTM,
        batch=32,
        batches=4,
        epochs=1,
        goals={"best": 1.3},
    ),
    Training(name="lstm_256", net=LSTM_256, batch=64, batches=6, epochs=1, goals={"best": 1.15}),
    Inference(name="infer_gru_64_1", net=GRU_64, batch=1),
    Inference(name="infer_small_1", net=SMALL, batch=1),
    Inference(name="infer_784_1", net=DIGITS, batch=1),
    Inference(name="infer_784_64", net=DIGITS, batch=64),
    Inference(name="infer_lenet5_1", net=LENET5, batch=1),
    Inference(name="infer_resnet20_1", net=RESNET20, batch=1, calls=20, peers=("torch", "keras")),
    IdlePrediction(name="idle_small_1", net=SMALL, batch=1),
    IdlePrediction(name="idle_784_64", net=DIGITS, batch=64, limit=5),
    *(Gemm(name=f"gemm_{n}", n=n, goals={"torch": 0.95}) for n in (256, 512, 1024, 2048)),
    Elementwise(name="relu_16M", function="relu", goals={"torch": 3}),
    *(
        Elementwise(name=f"{function}_16M", function=function, goals={"torch": 4})
        for function in [
            "tanh",
            "sigmoid",
            "exp",
            "gelu",
            "silu",
            "softplus",
            "mish",
            "elu",
            "selu",
        ]
    ),
    *(
        Elementwise(name=function, function=function, shape=(16384, 1000), goals={"torch": 3})
        for function in ("softmax", "layer_norm")
    ),
    *(
        Convolution(name=f"conv_{name}", group="conv", goals={"best": 0.95}, **options)
        for name, options in CONVOLUTIONS.items()
    ),
    *(
        kind(name=f"{name}{suffix}", backward=bool(suffix), goals={"torch": goal}, **FEATURES)
        for name, kind, goal in [("max_pool", MaxPool, 3), ("batch_norm", BatchNorm, 2.5)]
        for suffix in ("", "_grad")
    ),
    MultiHeadAttention(name="mha", batch=16, steps=128, heads=8, dim=32, goals={"torch": 1.5}),
    ImportTime(name="import", limit=60),
]
