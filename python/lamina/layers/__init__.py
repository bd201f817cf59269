"""Layers: what models are made of."""

from lamina.layers.activation import Activation
from lamina.layers.activity_regularization import ActivityRegularization
from lamina.layers.alpha_dropout import AlphaDropout
from lamina.layers.batch_normalization import BatchNormalization
from lamina.layers.concatenate import Concatenate, concatenate
from lamina.layers.dense import Dense
from lamina.layers.dot import Dot, dot
from lamina.layers.dropout import Dropout
from lamina.layers.elu import ELU
from lamina.layers.embedding import Embedding
from lamina.layers.flatten import Flatten
from lamina.layers.gaussian_dropout import GaussianDropout
from lamina.layers.gaussian_noise import GaussianNoise
from lamina.layers.group_normalization import GroupNormalization
from lamina.layers.identity import Identity
from lamina.layers.input import Input, InputLayer
from lamina.layers.lambda_layer import Lambda
from lamina.layers.layer import Layer
from lamina.layers.layer_normalization import LayerNormalization
from lamina.layers.leaky_relu import LeakyReLU
from lamina.layers.merge import (
    Add,
    Average,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    maximum,
    minimum,
    multiply,
    subtract,
)
from lamina.layers.normalization import Normalization
from lamina.layers.permute import Permute
from lamina.layers.prelu import PReLU
from lamina.layers.relu import ReLU
from lamina.layers.repeat_vector import RepeatVector
from lamina.layers.rescaling import Rescaling
from lamina.layers.reshape import Reshape
from lamina.layers.rms_normalization import RMSNormalization
from lamina.layers.softmax import Softmax
from lamina.layers.unit_normalization import UnitNormalization

__all__ = [
    "ELU",
    "Activation",
    "ActivityRegularization",
    "Add",
    "AlphaDropout",
    "Average",
    "BatchNormalization",
    "Concatenate",
    "Dense",
    "Dot",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GroupNormalization",
    "Identity",
    "Input",
    "InputLayer",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Maximum",
    "Minimum",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "RMSNormalization",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Softmax",
    "Subtract",
    "UnitNormalization",
    "add",
    "average",
    "concatenate",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]
