#include "lamina/initializers/initializer.hpp"

#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

#include "core/options.hpp"
#include "core/piece_finders.hpp"
#include "core/pieces.hpp"
#include "initializers/stft.hpp"
#include "lamina/core/interruption.hpp"
#include "lamina/ops/arrangement.hpp"

namespace lamina {
namespace {

struct Fans {
  double in, out;
};

// Keras's rule: a matrix is (fan_in, fan_out); more axes before them are a receptive field.
Fans fans_of(const Shape& shape) {
  if (shape.rank() == 0) return {1, 1};
  if (shape.rank() == 1) return {static_cast<double>(shape[0]), static_cast<double>(shape[0])};
  double field = 1;
  for (int axis = 0; axis < shape.rank() - 2; ++axis) field *= static_cast<double>(shape[axis]);
  return {field * static_cast<double>(shape[-2]), field * static_cast<double>(shape[-1])};
}

double extent_along(const Shape& shape, const std::vector<std::int64_t>& axes) {
  double extent = 1;
  for (const std::int64_t axis : axes) {
    require(axis >= -shape.rank() && axis < shape.rank(), "VarianceScaling", "axis", axis,
            "one of the weight's");
    extent *= static_cast<double>(shape[shape.axis(static_cast<int>(axis))]);
  }
  return extent;
}

struct Named {
  const char* name;
  const char* class_name;
  double scale;
  const char* mode;
  const char* distribution;
};

constexpr std::array<Named, 6> scaling{{
    {"glorot_uniform", "GlorotUniform", 1, "fan_avg", "uniform"},
    {"glorot_normal", "GlorotNormal", 1, "fan_avg", "truncated_normal"},
    {"he_uniform", "HeUniform", 2, "fan_in", "uniform"},
    {"he_normal", "HeNormal", 2, "fan_in", "truncated_normal"},
    {"lecun_uniform", "LecunUniform", 1, "fan_in", "uniform"},
    {"lecun_normal", "LecunNormal", 1, "fan_in", "truncated_normal"},
}};

constexpr const char* known_names =
    "zeros, ones, constant, identity, orthogonal, random_normal, random_uniform, "
    "truncated_normal, variance_scaling, glorot_uniform, glorot_normal, he_uniform, he_normal, "
    "lecun_uniform, lecun_normal, stft";

// Columns made orthonormal one after the other (Gram and Schmidt), each twice, which is enough for
// full precision (Giraud et al., 2005). `columns` is (count, length).
void orthonormalize(std::vector<double>& columns, std::size_t count, std::size_t length) {
  for (std::size_t i = 0; i < count; ++i) {
    interruption_point();
    double* const column = &columns[i * length];
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t j = 0; j < i; ++j) {
        const double* const other = &columns[j * length];
        const double along = std::inner_product(column, column + length, other, 0.0);
        for (std::size_t k = 0; k < length; ++k) column[k] -= along * other[k];
      }
      const double norm = std::sqrt(std::inner_product(column, column + length, column, 0.0));
      for (std::size_t k = 0; k < length; ++k) column[k] /= norm;
    }
  }
}

Tensor orthogonal_matrix(const Shape& shape, Dtype dtype, double gain, RandomStream& random) {
  if (shape.rank() < 2) {
    fail(ErrorKind::value, "Orthogonal makes weights of at least two axes, got shape ", shape);
  }
  const std::int64_t cols = shape.last(), rows = cols == 0 ? 0 : shape.size() / cols;
  const bool tall = rows >= cols;
  const std::int64_t count = tall ? cols : rows, length = tall ? rows : cols;
  const Tensor drawn = [&] {
    const DeviceScope on_host{Device()};
    return random.normal({count, length}, 0, 1, Dtype::float64);
  }();
  const auto normal = drawn.values<double>();
  std::vector<double> columns(normal.begin(), normal.end());
  orthonormalize(columns, static_cast<std::size_t>(count), static_cast<std::size_t>(length));
  std::vector<double> values(columns.size());
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t col = 0; col < cols; ++col) {
      const std::int64_t from = tall ? col * length + row : row * length + col;
      values[static_cast<std::size_t>(row * cols + col)] =
          gain * columns[static_cast<std::size_t>(from)];
    }
  }
  return Tensor::copy_of(std::span<const double>(values), shape).cast(dtype);
}

Tensor identity_matrix(const Shape& shape, Dtype dtype, double gain) {
  if (shape.rank() != 2) {
    fail(ErrorKind::value, "Identity makes matrices, got shape ", shape);
  }
  std::vector<double> values(static_cast<std::size_t>(shape.size()), 0);
  for (std::int64_t i = 0; i < std::min(shape[0], shape[1]); ++i) {
    values[static_cast<std::size_t>(i * shape[1] + i)] = gain;
  }
  return Tensor::copy_of(std::span<const double>(values), shape).cast(dtype);
}

// The numbers of nested lists, under "value", row after row, and their shape.
void flatten(const Config& holder, std::vector<double>& numbers, std::vector<std::int64_t>& shape,
             std::size_t axis) {
  if (holder.kind("value") != Config::Kind::list) {
    numbers.push_back(holder.number("value"));
    return;
  }
  const std::vector<Config> items = holder.items("value");
  if (shape.size() == axis) shape.push_back(static_cast<std::int64_t>(items.size()));
  if (shape[axis] != static_cast<std::int64_t>(items.size())) {
    fail(ErrorKind::value, "Constant got lists of different lengths for one axis");
  }
  for (const Config& item : items) flatten(item, numbers, shape, axis + 1);
}

// Keras writes an array as {"class_name": "__numpy__", "config": {"value", "dtype"}}; with a
// "shape" beside them the numbers need no nesting.
Tensor values_from(const Config& config) {
  const bool is_array = config.kind("value") == Config::Kind::object;
  const Config holder = is_array ? config.child("value").child("config") : config;
  std::vector<double> numbers;
  std::vector<std::int64_t> extents;
  flatten(holder, numbers, extents, 0);
  Shape shape;
  for (const std::int64_t extent : extents) shape.push_back(extent);
  if (is_array && !holder.is_null("shape")) shape = holder.shape("shape");
  if (static_cast<std::int64_t>(numbers.size()) != shape.size()) {
    fail(ErrorKind::value, "Constant got lists that are nested to different depths");
  }
  const Tensor values = Tensor::copy_of(std::span<const double>(numbers), shape);
  const bool has_dtype = is_array && !holder.is_null("dtype");
  return has_dtype ? values.cast(dtype_from_name(holder.string("dtype"))) : values;
}

}  // namespace

Initializer::Initializer(const std::string& name) {
  std::optional<Initializer> found = builtin(name);
  *this = found ? std::move(*found)
                : Pieces<Initializer>::instance().make(
                      "initializer", Config().set("class_name", name), known_names);
}

std::optional<Initializer> Initializer::builtin(const std::string& name) {
  const auto is = [&](const char* snake, const char* camel) {
    return name == snake || name == camel;
  };
  const bool is_ones = is("ones", "Ones") || name == "one";
  if (is_ones || is("zeros", "Zeros") || name == "zero") {
    Initializer result = constant(is_ones ? 1 : 0);
    result.class_name_ = is_ones ? "Ones" : "Zeros";
    return result;
  }
  if (is("constant", "Constant")) return constant(0);
  if (is("random_normal", "RandomNormal") || name == "normal") return random_normal();
  if (is("random_uniform", "RandomUniform") || name == "uniform") return random_uniform();
  if (is("truncated_normal", "TruncatedNormal")) return truncated_normal();
  if (is("identity", "Identity") || name == "IdentityInitializer") return identity();
  if (is("orthogonal", "Orthogonal") || name == "OrthogonalInitializer") return orthogonal();
  if (is("variance_scaling", "VarianceScaling"))
    return variance_scaling(1, "fan_in", "truncated_normal");
  if (is("stft", "STFT") || name == "STFTInitializer") return stft();
  for (const Named& row : scaling) {
    if (!is(row.name, row.class_name)) continue;
    Initializer result = variance_scaling(row.scale, row.mode, row.distribution);
    result.class_name_ = row.class_name;
    return result;
  }
  return std::nullopt;
}

Initializer Initializer::constant(double value) {
  require(std::isfinite(value), "Constant", "value", value, "finite");
  Initializer result;
  result.class_name_ = "Constant";
  result.a_ = value;
  return result;
}

Initializer Initializer::constant(const Tensor& values) {
  Initializer result;
  result.class_name_ = "Constant";
  result.values_ = values;
  return result;
}

Initializer Initializer::own(Function function, const std::string& class_name,
                             const Config& config) {
  return own(std::move(function),
             [class_name, config] { return class_config(class_name, config); });
}

Initializer Initializer::own(Function function, std::function<Config()> class_and_config) {
  Initializer result;
  result.kind_ = Kind::own;
  result.own_ = std::make_shared<const OwnPiece<Function>>(
      OwnPiece<Function>{std::move(function), std::move(class_and_config)});
  return result;
}

void register_initializer(const std::string& class_name,
                          std::function<Initializer(const Config& config)> factory) {
  if (Initializer::is_builtin(class_name)) {
    fail(ErrorKind::value, "'", class_name,
         "' is an initializer of lamina; register yours under another name");
  }
  Pieces<Initializer>::instance().add(class_name, std::move(factory));
}

void set_piece_finder(PieceFinder<Initializer> finder) {
  Pieces<Initializer>::instance().set_finder(std::move(finder));
}

Initializer Initializer::random_normal(double mean, double stddev) {
  require(std::isfinite(mean), "RandomNormal", "mean", mean, "finite");
  require(std::isfinite(stddev) && stddev >= 0, "RandomNormal", "stddev", stddev, "at least 0");
  Initializer result;
  result.class_name_ = "RandomNormal";
  result.kind_ = Kind::normal;
  result.a_ = mean;
  result.b_ = stddev;
  return result;
}

Initializer Initializer::truncated_normal(double mean, double stddev) {
  Initializer result = random_normal(mean, stddev);
  result.class_name_ = "TruncatedNormal";
  result.kind_ = Kind::truncated_normal;
  return result;
}

Initializer Initializer::identity(double gain) {
  require(std::isfinite(gain), "Identity", "gain", gain, "finite");
  Initializer result;
  result.class_name_ = "Identity";
  result.kind_ = Kind::identity;
  result.a_ = gain;
  return result;
}

Initializer Initializer::orthogonal(double gain) {
  require(std::isfinite(gain), "Orthogonal", "gain", gain, "finite");
  Initializer result;
  result.class_name_ = "Orthogonal";
  result.kind_ = Kind::orthogonal;
  result.a_ = gain;
  return result;
}

Initializer Initializer::random_uniform(double minval, double maxval) {
  require(std::isfinite(minval), "RandomUniform", "minval", minval, "finite");
  require(std::isfinite(maxval) && maxval >= minval, "RandomUniform", "maxval", maxval,
          "finite and at least minval");
  Initializer result;
  result.class_name_ = "RandomUniform";
  result.kind_ = Kind::uniform;
  result.a_ = minval;
  result.b_ = maxval;
  return result;
}

Initializer Initializer::variance_scaling(double scale, const std::string& mode,
                                          const std::string& given_distribution) {
  // Keras's older name for it.
  const std::string distribution =
      given_distribution == "normal" ? "truncated_normal" : given_distribution;
  require(std::isfinite(scale) && scale > 0, "VarianceScaling", "scale", scale, "above 0");
  require(mode == "fan_in" || mode == "fan_out" || mode == "fan_avg", "VarianceScaling", "mode",
          mode, "fan_in, fan_out or fan_avg");
  require(distribution == "truncated_normal" || distribution == "untruncated_normal" ||
              distribution == "uniform",
          "VarianceScaling", "distribution", distribution,
          "truncated_normal, untruncated_normal or uniform");
  Initializer result;
  result.class_name_ = "VarianceScaling";
  result.kind_ = Kind::variance_scaling;
  result.a_ = scale;
  result.mode_ = mode;
  result.distribution_ = distribution;
  return result;
}

Initializer Initializer::stft(const std::string& side, const std::string& window,
                              const std::string& scaling, bool periodic) {
  require(side == "real" || side == "imag", "STFT", "side", side, "real or imag");
  require(window.empty() || is_window(window), "STFT", "window", window, window_names);
  require(scaling.empty() || scaling == "density" || scaling == "spectrum", "STFT", "scaling",
          scaling, "density, spectrum or none");
  Initializer result;
  result.class_name_ = "STFT";
  result.kind_ = Kind::stft;
  result.side_ = side;
  result.window_ = window;
  result.scaling_ = scaling;
  result.periodic_ = periodic;
  return result;
}

Initializer Initializer::with_axes(std::vector<std::int64_t> input_axes,
                                   std::vector<std::int64_t> output_axes) const {
  Initializer result = *this;
  result.input_axes_ = std::move(input_axes);
  result.output_axes_ = std::move(output_axes);
  return result;
}

Initializer Initializer::with_seed(std::int64_t seed) const {
  Initializer result = *this;
  result.seed_ = seed;
  return result;
}

Initializer Initializer::read(const Config& options, std::string_view key) {
  return options.is_string(key) ? Initializer(options.string(key))
                                : from_config(options.child(key));
}

Initializer Initializer::from_config(const Config& class_and_config) {
  OptionReader outer(class_and_config);
  std::string class_name;
  outer("class_name", class_name);
  outer.expect("config");
  outer.expect("module");
  outer.expect("registered_name");
  std::optional<Initializer> found;
  if (!class_and_config.has("object")) found = builtin(class_name);
  if (!found) {
    return Pieces<Initializer>::instance().make("initializer", class_and_config, known_names);
  }
  outer.refuse_unknown("an initializer");

  Initializer result = std::move(*found);
  if (class_and_config.is_null("config")) return result;
  const Config config = class_and_config.child("config");
  OptionReader read(config);
  std::optional<std::int64_t> seed;
  if (result.kind_ == Kind::constant && class_name == "Constant") {
    read.expect("value");
    const bool is_number = !config.has("value") || config.kind("value") == Config::Kind::number ||
                           config.kind("value") == Config::Kind::integer;
    result = is_number ? constant(config.has("value") ? config.number("value") : 0)
                       : constant(values_from(config));
  } else if (result.kind_ == Kind::identity || result.kind_ == Kind::orthogonal) {
    double gain = result.a_;
    read("gain", gain);
    if (result.kind_ == Kind::orthogonal) read("seed", seed);
    result = result.kind_ == Kind::identity ? identity(gain) : orthogonal(gain);
  } else if (result.kind_ == Kind::normal || result.kind_ == Kind::truncated_normal) {
    const bool truncated = result.kind_ == Kind::truncated_normal;
    double mean = result.a_, stddev = result.b_;
    read("mean", mean);
    read("stddev", stddev);
    read("seed", seed);
    result = truncated ? truncated_normal(mean, stddev) : random_normal(mean, stddev);
  } else if (result.kind_ == Kind::uniform) {
    double minval = result.a_, maxval = result.b_;
    read("minval", minval);
    read("maxval", maxval);
    read("seed", seed);
    result = random_uniform(minval, maxval);
  } else if (result.kind_ == Kind::variance_scaling) {
    if (result.class_name_ == "VarianceScaling") {
      double scale = result.a_;
      std::string mode = result.mode_, distribution = result.distribution_;
      read("scale", scale);
      read("mode", mode);
      read("distribution", distribution);
      result = variance_scaling(scale, mode, distribution);
    }
    read("seed", seed);
    read("input_axes", result.input_axes_);
    read("output_axes", result.output_axes_);
  } else if (result.kind_ == Kind::stft) {
    std::string side = "real";
    std::optional<std::string> window = "hann", scaling = "density";
    bool periodic = false;
    if (config.has("window") && config.is_null("window")) window = "";
    if (config.has("scaling") && config.is_null("scaling")) scaling = "";
    read("side", side);
    read("window", window);
    read("scaling", scaling);
    read("periodic", periodic);
    result = stft(side, *window, *scaling, periodic);
  }
  read.refuse_unknown(class_name);
  return seed ? result.with_seed(*seed) : result;
}

Config Initializer::config() const {
  if (own_) return own_->class_and_config();
  Config config;
  if (values_.defined()) {
    const Tensor numbers = values_.cast(Dtype::float64);
    const auto all = numbers.values<double>();
    config.set("value", class_config("__numpy__",
                                     Config()
                                         .set("value", std::vector<double>(all.begin(), all.end()))
                                         .set("shape", values_.shape())
                                         .set("dtype", name_of(values_.dtype()))));
  } else if (class_name_ == "Constant") {
    config.set("value", a_);
  }
  if (kind_ == Kind::normal || kind_ == Kind::truncated_normal) {
    config.set("mean", a_).set("stddev", b_);
  }
  if (kind_ == Kind::identity || kind_ == Kind::orthogonal) config.set("gain", a_);
  if (kind_ == Kind::uniform) config.set("minval", a_).set("maxval", b_);
  if (class_name_ == "VarianceScaling") {
    config.set("scale", a_).set("mode", mode_).set("distribution", distribution_);
  }
  if (kind_ == Kind::stft) {
    const auto or_null = [&](const char* key, const std::string& value) {
      value.empty() ? config.set(key, nullptr) : config.set(key, value);
    };
    config.set("side", side_);
    or_null("window", window_);
    config.set("periodic", periodic_);
    or_null("scaling", scaling_);
  }
  if (kind_ != Kind::constant && kind_ != Kind::identity && kind_ != Kind::stft) {
    OptionWriter write(config);
    write("seed", seed_);
    if (input_axes_) write("input_axes", input_axes_);
    if (output_axes_) write("output_axes", output_axes_);
  }
  return class_config(class_name_, config);
}

double Initializer::fan(const Shape& shape) const {
  const Fans fans = input_axes_ && output_axes_ ? Fans{extent_along(shape, *input_axes_),
                                                       extent_along(shape, *output_axes_)}
                                                : fans_of(shape);
  if (mode_ == "fan_in") return fans.in;
  return mode_ == "fan_out" ? fans.out : (fans.in + fans.out) / 2;
}

Tensor Initializer::operator()(const Shape& shape, Dtype dtype, RandomStream& shared) const {
  if (own_) {
    Tensor made = own_->function(shape, dtype);
    if (made.shape() != shape) {
      fail(ErrorKind::value, "an initializer gave values of shape ", made.shape(), ", expected ",
           shape);
    }
    return made.cast(dtype);
  }
  if (values_.defined()) return ops::broadcast_to(values_.cast(dtype), shape);
  if (kind_ == Kind::constant) return Tensor::full(shape, a_, dtype);
  if (kind_ == Kind::identity) return identity_matrix(shape, dtype, a_);
  if (kind_ == Kind::stft) {
    return stft_kernels(shape, dtype, side_ == "imag", window_, scaling_, periodic_);
  }
  RandomStream own = seed_ ? RandomStream::with_key(static_cast<std::uint64_t>(*seed_)) : shared;
  if (kind_ == Kind::orthogonal) return orthogonal_matrix(shape, dtype, a_, own);
  if (kind_ == Kind::normal) return own.normal(shape, a_, b_, dtype);
  if (kind_ == Kind::truncated_normal) return own.truncated_normal(shape, a_, b_, dtype);
  if (kind_ == Kind::uniform) return own.uniform(shape, a_, b_, dtype);
  const double variance = a_ / std::max(1.0, fan(shape));
  if (distribution_ == "uniform") {
    const double limit = std::sqrt(3 * variance);
    return own.uniform(shape, -limit, limit, dtype);
  }
  if (distribution_ == "untruncated_normal") {
    return own.normal(shape, 0, std::sqrt(variance), dtype);
  }
  // Standard deviation of a standard normal cut at two: dividing by it restores the variance.
  constexpr double truncated_stddev = .87962566103423978;
  return own.truncated_normal(shape, 0, std::sqrt(variance) / truncated_stddev, dtype);
}

}  // namespace lamina
