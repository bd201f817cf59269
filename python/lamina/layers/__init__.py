"""Layers: what models are made of."""

from lamina.layers.activation import Activation
from lamina.layers.batch_normalization import BatchNormalization
from lamina.layers.dense import Dense
from lamina.layers.dropout import Dropout
from lamina.layers.flatten import Flatten
from lamina.layers.input import Input
from lamina.layers.layer import Layer

__all__ = [
    "Activation",
    "BatchNormalization",
    "Dense",
    "Dropout",
    "Flatten",
    "Input",
    "Layer",
]
