// lamina.ops: windows over spatial axes, in either data format.
#include <algorithm>
#include <variant>

#include "bindings.hpp"
#include "layers/data_format.hpp"

namespace lamina::python {
namespace {

using Extents = std::variant<std::int64_t, std::vector<std::int64_t>>;

// One extent for each spatial axis of x.
std::vector<std::int64_t> each_axis(const char* owner, const char* option, const Extents& extents,
                                    const Tensor& x) {
  const int rank = x.rank() - 2;
  if (const auto* one = std::get_if<std::int64_t>(&extents)) {
    return Window(*one).expanded(rank, owner, option);
  }
  return Window(std::get<std::vector<std::int64_t>>(extents)).expanded(rank, owner, option);
}

Tensor spatial_operand(const char* owner, py::handle inputs, DataFormat format) {
  const Tensor x = operand_from(inputs);
  require_spatial(owner, x.shape(), std::clamp(x.rank() - 2, 1, 3), format);
  return to_channels_last(x, format);
}

DataFormat format_from(const std::optional<std::string>& name) {
  return name ? DataFormat(*name) : DataFormat();
}

}  // namespace

void bind_pooling(py::module_& m) {
  using Pool = Tensor (*)(const Tensor&, const std::vector<std::int64_t>&,
                          const std::vector<std::int64_t>&, const std::string&);
  const std::tuple<const char*, Pool, const char*> pools[] = {
      {"max_pool", ops::max_pool,
       "The largest value of each window; its gradient goes to the first of equals."},
      {"min_pool", ops::min_pool,
       "The smallest value of each window; its gradient goes to the first of equals."},
      {"average_pool", ops::average_pool, "The mean of each window, without padding."},
  };
  for (const auto& [name, function, doc] : pools) {
    m.def(
        name,
        [name, function](py::handle inputs, const Extents& pool_size,
                         const std::optional<Extents>& strides, const std::string& padding,
                         const std::optional<std::string>& data_format) {
          const DataFormat format = format_from(data_format);
          const Tensor x = spatial_operand(name, inputs, format);
          const std::vector<std::int64_t> steps =
              each_axis(name, "strides", strides.value_or(pool_size), x);
          return from_channels_last(
              function(x, each_axis(name, "pool_size", pool_size, x), steps, padding), format);
        },
        py::arg("inputs"), py::arg("pool_size"), py::arg("strides") = py::none(),
        py::arg("padding") = "valid", py::arg("data_format") = py::none(), doc);
  }
  using Adaptive = Tensor (*)(const Tensor&, const std::vector<std::int64_t>&);
  const std::tuple<const char*, Adaptive, const char*> adaptive[] = {
      {"adaptive_max_pool", ops::adaptive_max_pool,
       "The largest value of each of as many windows as are wanted."},
      {"adaptive_average_pool", ops::adaptive_average_pool,
       "The mean of each of as many windows as are wanted."},
  };
  for (const auto& [name, function, doc] : adaptive) {
    m.def(
        name,
        [name, function](py::handle inputs, const Extents& output_size,
                         const std::optional<std::string>& data_format) {
          const DataFormat format = format_from(data_format);
          const Tensor x = spatial_operand(name, inputs, format);
          return from_channels_last(function(x, each_axis(name, "output_size", output_size, x)),
                                    format);
        },
        py::arg("inputs"), py::arg("output_size"), py::arg("data_format") = py::none(), doc);
  }
}

}  // namespace lamina::python
