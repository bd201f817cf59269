"""Layers: what models are made of."""

import importlib
from typing import TYPE_CHECKING, Any

from lamina._input_spec import InputSpec
from lamina.layers.activation import Activation
from lamina.layers.activity_regularization import ActivityRegularization
from lamina.layers.adaptive_average_pooling import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D,
)
from lamina.layers.adaptive_max_pooling import (
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D,
)
from lamina.layers.additive_attention import AdditiveAttention
from lamina.layers.alpha_dropout import AlphaDropout
from lamina.layers.attention import Attention
from lamina.layers.average_pooling import AveragePooling1D, AveragePooling2D, AveragePooling3D
from lamina.layers.batch_normalization import BatchNormalization
from lamina.layers.bidirectional import Bidirectional
from lamina.layers.category_encoding import CategoryEncoding
from lamina.layers.center_crop import CenterCrop
from lamina.layers.concatenate import Concatenate, concatenate
from lamina.layers.conv import Conv1D, Conv2D, Conv3D
from lamina.layers.conv_lstm import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
from lamina.layers.conv_transpose import Conv1DTranspose, Conv2DTranspose, Conv3DTranspose
from lamina.layers.cropping import Cropping1D, Cropping2D, Cropping3D
from lamina.layers.dense import Dense
from lamina.layers.depthwise_conv import DepthwiseConv1D, DepthwiseConv2D
from lamina.layers.discretization import Discretization
from lamina.layers.dot import Dot, dot
from lamina.layers.dropout import Dropout
from lamina.layers.elu import ELU
from lamina.layers.embedding import Embedding
from lamina.layers.flatten import Flatten
from lamina.layers.gaussian_dropout import GaussianDropout
from lamina.layers.gaussian_noise import GaussianNoise
from lamina.layers.global_average_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
)
from lamina.layers.global_max_pooling import (
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
)
from lamina.layers.group_normalization import GroupNormalization
from lamina.layers.grouped_query_attention import GroupedQueryAttention, GroupQueryAttention
from lamina.layers.gru import GRU, GRUCell
from lamina.layers.identity import Identity
from lamina.layers.input import Input, InputLayer
from lamina.layers.integer_lookup import IntegerLookup
from lamina.layers.lambda_layer import Lambda
from lamina.layers.layer import Layer
from lamina.layers.layer_normalization import LayerNormalization
from lamina.layers.leaky_relu import LeakyReLU
from lamina.layers.lstm import LSTM, LSTMCell
from lamina.layers.masking import Masking
from lamina.layers.max_pooling import MaxPooling1D, MaxPooling2D, MaxPooling3D
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
from lamina.layers.min_pooling import MinPooling1D, MinPooling2D, MinPooling3D
from lamina.layers.multi_head_attention import MultiHeadAttention
from lamina.layers.normalization import Normalization
from lamina.layers.operation import Operation
from lamina.layers.permute import Permute
from lamina.layers.prelu import PReLU
from lamina.layers.random_flip import RandomFlip
from lamina.layers.relu import ReLU
from lamina.layers.repeat_vector import RepeatVector
from lamina.layers.rescaling import Rescaling
from lamina.layers.reshape import Reshape
from lamina.layers.resizing import Resizing
from lamina.layers.rms_normalization import RMSNormalization
from lamina.layers.rnn import RNN
from lamina.layers.separable_conv import SeparableConv1D, SeparableConv2D
from lamina.layers.serialization import deserialize, serialize
from lamina.layers.simple_rnn import SimpleRNN, SimpleRNNCell
from lamina.layers.softmax import Softmax
from lamina.layers.spatial_dropout import SpatialDropout1D, SpatialDropout2D, SpatialDropout3D
from lamina.layers.stacked_rnn_cells import StackedRNNCells
from lamina.layers.string_lookup import StringLookup
from lamina.layers.text_vectorization import TextVectorization
from lamina.layers.time_distributed import TimeDistributed
from lamina.layers.unit_normalization import UnitNormalization
from lamina.layers.up_sampling import UpSampling1D, UpSampling2D, UpSampling3D
from lamina.layers.wrapper import Wrapper
from lamina.layers.zero_padding import ZeroPadding1D, ZeroPadding2D, ZeroPadding3D

# Keras exports these names too.
MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
MaxPool3D = MaxPooling3D
AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
AvgPool3D = AveragePooling3D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalMaxPool3D = GlobalMaxPooling3D
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
Convolution1D = Conv1D
Convolution2D = Conv2D
Convolution3D = Conv3D
Convolution1DTranspose = Conv1DTranspose
Convolution2DTranspose = Conv2DTranspose
Convolution3DTranspose = Conv3DTranspose
SeparableConvolution1D = SeparableConv1D
SeparableConvolution2D = SeparableConv2D

if TYPE_CHECKING:
    from lamina.layers.einsum_dense import EinsumDense
    from lamina.layers.hashing import HashedCrossing, Hashing
    from lamina.layers.histograms import (
        AutoContrast,
        ContrastLimitedAdaptiveHistogramEqualization,
        Equalization,
    )
    from lamina.layers.mixing import CutMix, MixUp, RandomErasing
    from lamina.layers.pipeline import Pipeline
    from lamina.layers.rand_augment import AugMix, RandAugment
    from lamina.layers.random_colors import (
        RandomBrightness,
        RandomColorDegeneration,
        RandomColorJitter,
        RandomContrast,
        RandomGaussianBlur,
        RandomGrayscale,
        RandomHue,
        RandomInvert,
        RandomPosterization,
        RandomSaturation,
        RandomSharpness,
        Solarization,
    )
    from lamina.layers.random_geometry import (
        RandomCrop,
        RandomElasticTransform,
        RandomPerspective,
        RandomRotation,
        RandomShear,
        RandomTranslation,
        RandomZoom,
    )
    from lamina.layers.reversible_embedding import ReversibleEmbedding
    from lamina.layers.spectral_normalization import SpectralNormalization
    from lamina.layers.spectrograms import MelSpectrogram, STFTSpectrogram

# Imported when they are first used, for the sake of the time that an import takes: layers that are
# written in Python, by their modules.
_LATER: dict[str, str] = {
    "EinsumDense": "einsum_dense",
    "ReversibleEmbedding": "reversible_embedding",
    "SpectralNormalization": "spectral_normalization",
    "HashedCrossing": "hashing",
    "Hashing": "hashing",
    "CutMix": "mixing",
    "MixUp": "mixing",
    "RandomErasing": "mixing",
    "Pipeline": "pipeline",
    "AugMix": "rand_augment",
    "RandAugment": "rand_augment",
    "AutoContrast": "histograms",
    "ContrastLimitedAdaptiveHistogramEqualization": "histograms",
    "Equalization": "histograms",
    "RandomBrightness": "random_colors",
    "RandomColorDegeneration": "random_colors",
    "RandomColorJitter": "random_colors",
    "RandomContrast": "random_colors",
    "RandomGaussianBlur": "random_colors",
    "RandomGrayscale": "random_colors",
    "RandomHue": "random_colors",
    "RandomInvert": "random_colors",
    "RandomPosterization": "random_colors",
    "RandomSaturation": "random_colors",
    "RandomSharpness": "random_colors",
    "Solarization": "random_colors",
    "RandomCrop": "random_geometry",
    "RandomElasticTransform": "random_geometry",
    "RandomPerspective": "random_geometry",
    "RandomRotation": "random_geometry",
    "RandomShear": "random_geometry",
    "RandomTranslation": "random_geometry",
    "RandomZoom": "random_geometry",
    "MelSpectrogram": "spectrograms",
    "STFTSpectrogram": "spectrograms",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(importlib.import_module(f"lamina.layers.{_LATER[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})


__all__ = [
    "ELU",
    "GRU",
    "LSTM",
    "RNN",
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "Add",
    "AdditiveAttention",
    "AlphaDropout",
    "Attention",
    "AugMix",
    "AutoContrast",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "BatchNormalization",
    "Bidirectional",
    "CategoryEncoding",
    "CenterCrop",
    "Concatenate",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "Convolution1D",
    "Convolution1DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Convolution3DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "CutMix",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Discretization",
    "Dot",
    "Dropout",
    "EinsumDense",
    "Embedding",
    "Equalization",
    "Flatten",
    "GRUCell",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GroupNormalization",
    "GroupQueryAttention",
    "GroupedQueryAttention",
    "HashedCrossing",
    "Hashing",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "IntegerLookup",
    "LSTMCell",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "MelSpectrogram",
    "MinPooling1D",
    "MinPooling2D",
    "MinPooling3D",
    "Minimum",
    "MixUp",
    "MultiHeadAttention",
    "Multiply",
    "Normalization",
    "Operation",
    "PReLU",
    "Permute",
    "Pipeline",
    "RMSNormalization",
    "RandAugment",
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomCrop",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "ReversibleEmbedding",
    "STFTSpectrogram",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "Softmax",
    "Solarization",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "SpectralNormalization",
    "StackedRNNCells",
    "StringLookup",
    "Subtract",
    "TextVectorization",
    "TimeDistributed",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "Wrapper",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]
