// The kernels of a short-time Fourier transform, and windows.
#pragma once

#include <string>

#include "lamina/core/tensor.hpp"

namespace lamina {

constexpr const char* window_names =
    "one of boxcar, hann, hamming, blackman, nuttall, blackmanharris, flattop";

bool is_window(const std::string& name);

/// (window length, 1, frequencies); "" for no window and no scaling.
Tensor stft_kernels(const Shape& shape, Dtype dtype, bool imaginary, const std::string& window,
                    const std::string& scaling, bool periodic);

}  // namespace lamina
