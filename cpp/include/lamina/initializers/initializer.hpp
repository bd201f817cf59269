// How a weight begins: Keras's initializers, by name or with options.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/core/random.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina {

template <class Function>
struct OwnPiece;

/// A small value: implicit from "zeros", "ones", "identity", "orthogonal", "random_normal",
/// "random_uniform", "truncated_normal", "glorot_normal", "glorot_uniform", "he_normal",
/// "he_uniform", "lecun_normal", "lecun_uniform", "stft"; or made by the functions below.
class LAMINA_API Initializer {
 public:
  Initializer(const char* name) : Initializer(std::string(name)) {}
  Initializer(const std::string& name);

  static Initializer constant(double value);
  /// Those values, repeated along leading axes where the weight has more.
  static Initializer constant(const Tensor& values);
  static Initializer random_normal(double mean = 0, double stddev = 0.05);
  static Initializer random_uniform(double minval = -0.05, double maxval = 0.05);
  /// Normal; values farther than two standard deviations from the mean are drawn again.
  static Initializer truncated_normal(double mean = 0, double stddev = 0.05);
  /// `gain` times the identity matrix.
  static Initializer identity(double gain = 1);
  /// `gain` times a matrix of orthonormal rows or columns, seen as (..., last axis). Saxe et al.,
  /// 2014.
  static Initializer orthogonal(double gain = 1);
  /// `mode`: fan_in, fan_out or fan_avg; `distribution`: truncated_normal, untruncated_normal or
  /// uniform. He et al., 2015; Glorot and Bengio, 2010.
  static Initializer variance_scaling(double scale, const std::string& mode,
                                      const std::string& distribution);
  /// Kernels (window length, 1, frequencies) of a short-time Fourier transform, as a convolution.
  /// `side`: real or imag; `window`: "" for none, boxcar, hann, hamming, blackman, nuttall,
  /// blackmanharris or flattop; `scaling`: density, spectrum or "" for none.
  static Initializer stft(const std::string& side = "real", const std::string& window = "hann",
                          const std::string& scaling = "density", bool periodic = false);
  using Function = std::function<Tensor(const Shape& shape, Dtype dtype)>;
  /// One of your own. Files hold `class_name` and `config`, and find it by register_initializer.
  static Initializer own(Function function, const std::string& class_name,
                         const Config& config = {});
  /// The same, where {"class_name", "config"} is asked for when it is needed.
  static Initializer own(Function function, std::function<Config()> class_and_config);
  static bool is_builtin(const std::string& class_name) { return builtin(class_name).has_value(); }
  static Initializer from_config(const Config& class_and_config);
  /// By name or as {"class_name", "config"}.
  static Initializer read(const Config& options, std::string_view key);
  void write(Config& options, std::string_view key) const { options.set(key, config()); }

  /// With axes that count as inputs and outputs, in the place of the last two.
  Initializer with_axes(std::vector<std::int64_t> input_axes,
                        std::vector<std::int64_t> output_axes) const;
  /// With a seed it draws from its own stream, so that every weight it makes is the same.
  Initializer with_seed(std::int64_t seed) const;

  Tensor operator()(const Shape& shape, Dtype dtype, RandomStream& random) const;
  const std::string& class_name() const noexcept { return class_name_; }
  /// {"class_name", "config"}
  Config config() const;

 private:
  Initializer() = default;
  static std::optional<Initializer> builtin(const std::string& name);
  double fan(const Shape& shape) const;
  enum class Kind {
    constant,
    normal,
    truncated_normal,
    uniform,
    variance_scaling,
    identity,
    orthogonal,
    stft,
    own
  };
  std::string class_name_;  // as Keras names it: "GlorotUniform"
  Kind kind_ = Kind::constant;
  double a_ = 0, b_ = 0;  // value; mean, stddev; minval, maxval; scale; gain
  std::string mode_, distribution_;
  std::string side_, window_, scaling_;
  bool periodic_ = false;
  std::optional<std::int64_t> seed_;
  std::optional<std::vector<std::int64_t>> input_axes_, output_axes_;  // of variance scaling
  Tensor values_;  // of a constant, where it is not one number
  std::shared_ptr<const OwnPiece<Function>> own_;
};

/// Makes initializers of your own loadable: `factory` makes them from their options.
LAMINA_API void register_initializer(const std::string& class_name,
                                     std::function<Initializer(const Config& config)> factory);

}  // namespace lamina
