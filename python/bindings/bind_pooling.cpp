// lamina.ops: windows over spatial axes, in either data format.
#include "spatial.hpp"

namespace lamina::python {

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
        [name, function](py::handle inputs, const py::object& pool_size, const py::object& strides,
                         const std::string& padding,
                         const std::optional<std::string>& data_format) {
          const DataFormat format = format_from(data_format);
          const Tensor x = spatial_operand(name, inputs, format);
          const int rank = x.rank() - 2;
          const auto size = window_from(pool_size).expanded(rank, name, "pool_size");
          const auto steps =
              strides.is_none() ? size : window_from(strides).expanded(rank, name, "strides");
          return from_channels_last(function(x, size, steps, padding), format);
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
        [name, function](py::handle inputs, const py::object& output_size,
                         const std::optional<std::string>& data_format) {
          const DataFormat format = format_from(data_format);
          const Tensor x = spatial_operand(name, inputs, format);
          const auto size = window_from(output_size).expanded(x.rank() - 2, name, "output_size");
          return from_channels_last(function(x, size), format);
        },
        py::arg("inputs"), py::arg("output_size"), py::arg("data_format") = py::none(), doc);
  }
}

}  // namespace lamina::python
