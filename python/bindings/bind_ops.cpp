// lamina.ops: one row an operation.
#include "bindings.hpp"
#include "core/check.hpp"

namespace lamina::python {
namespace {

std::vector<int> axes_from(const py::object& axis) {
  if (axis.is_none()) return {};
  if (PyIndex_Check(axis.ptr())) return {axis.cast<int>()};
  return axis.cast<std::vector<int>>();
}

void require_last(const char* name, const Tensor& x, int axis) {
  if (x.shape().axis(axis) != x.rank() - 1) {
    fail(ErrorKind::value, name, " works along the last axis, got axis=", axis, " for shape ",
         x.shape());
  }
}

}  // namespace

void bind_ops(py::module_& m) {
  using Unary = Tensor (*)(const Tensor&);
  using Binary = Tensor (*)(const Tensor&, const Tensor&);
  using Reduction = Tensor (*)(const Tensor&, const std::vector<int>&, bool);

  const std::tuple<const char*, Unary, const char*> unary[] = {
      {"negative", ops::negative, "-x."},
      {"absolute", ops::abs, "The magnitude of x."},
      {"exp", ops::exp, "e to the power x."},
      {"log", ops::log, "The natural logarithm."},
      {"sqrt", ops::sqrt, "The square root."},
      {"square", ops::square, "x times x."},
      {"relu", ops::relu, "max(x, 0); its gradient at 0 is 0."},
      {"tanh", ops::tanh, "The hyperbolic tangent."},
      {"sigmoid", ops::sigmoid, "1 / (1 + exp(-x))."},
      {"softplus", ops::softplus, "log(1 + exp(x)), which overflows nowhere."},
  };
  for (const auto& [name, function, doc] : unary) {
    m.def(name, [function](py::handle x) { return function(operand_from(x)); }, py::arg("x"), doc);
  }

  const std::tuple<const char*, Binary, const char*> binary[] = {
      {"add", ops::add, "x1 + x2, with NumPy's broadcasting."},
      {"subtract", ops::subtract, "x1 - x2, with NumPy's broadcasting."},
      {"multiply", ops::multiply, "x1 * x2, with NumPy's broadcasting."},
      {"divide", ops::divide, "x1 / x2, with NumPy's broadcasting."},
      {"maximum", ops::maximum, "The larger of the two; equals share the gradient."},
      {"minimum", ops::minimum, "The smaller of the two; equals share the gradient."},
      {"matmul", ops::matmul, "The matrix product of (..., k) and (k, n)."},
  };
  for (const auto& [name, function, doc] : binary) {
    m.def(
        name,
        [function](py::handle x1, py::handle x2) {
          const auto [a, b] = operands_from(x1, x2);
          return function(a, b);
        },
        py::arg("x1"), py::arg("x2"), doc);
  }

  const std::tuple<const char*, Reduction, const char*> reductions[] = {
      {"sum", ops::sum, "The sum over some axes, or all."},
      {"mean", ops::mean, "The mean over some axes, or all."},
      {"max", ops::max, "The maximum over some axes, or all."},
      {"min", ops::min, "The minimum over some axes, or all."},
  };
  for (const auto& [name, function, doc] : reductions) {
    m.def(
        name,
        [function](py::handle x, const py::object& axis, bool keepdims) {
          return function(operand_from(x), axes_from(axis), keepdims);
        },
        py::arg("x"), py::arg("axis") = py::none(), py::arg("keepdims") = false, doc);
  }

  m.def(
      "softmax",
      [](py::handle x, int axis) {
        const Tensor tensor = operand_from(x);
        require_last("softmax", tensor, axis);
        return ops::softmax(tensor);
      },
      py::arg("x"), py::arg("axis") = -1, "exp(x) / sum(exp(x)) along the last axis.");
  m.def(
      "log_softmax",
      [](py::handle x, int axis) {
        const Tensor tensor = operand_from(x);
        require_last("log_softmax", tensor, axis);
        return ops::log_softmax(tensor);
      },
      py::arg("x"), py::arg("axis") = -1, "The logarithm of softmax, without overflow.");
  m.def(
      "reshape",
      [](py::handle x, const Shape& newshape) { return operand_from(x).reshape(newshape); },
      py::arg("x"), py::arg("newshape"), "A view with another shape; one extent may be -1.");
  m.def(
      "cast", [](py::handle x, Dtype dtype) { return operand_from(x).cast(dtype); }, py::arg("x"),
      py::arg("dtype"), "The values as another dtype.");
  m.def(
      "convert_to_tensor",
      [](py::handle x, std::optional<Dtype> dtype) {
        const Tensor tensor = operand_from(x);
        return dtype ? tensor.cast(*dtype) : tensor;
      },
      py::arg("x"), py::arg("dtype") = py::none(), "A Tensor of it; a Tensor is passed on.");
  m.def(
      "stop_gradient", [](py::handle x) { return operand_from(x).detach(); }, py::arg("variable"),
      "The same values, outside any gradient.");
  m.def(
      "dense",
      [](py::handle x, py::handle kernel, const py::object& bias, const std::string& activation) {
        return ops::dense(operand_from(x), operand_from(kernel),
                          bias.is_none() ? Tensor() : operand_from(bias), activation);
      },
      py::arg("x"), py::arg("kernel"), py::arg("bias") = py::none(),
      py::arg("activation") = "linear", "activation(x @ kernel + bias), in one pass.");
  m.def(
      "batch_normalization",
      [](py::handle x, py::handle mean, py::handle variance, int axis, const py::object& offset,
         const py::object& scale, double epsilon) {
        const Tensor tensor = operand_from(x);
        require_last("batch_normalization", tensor, axis);
        const auto optional = [](const py::object& value) {
          return value.is_none() ? Tensor() : operand_from(value);
        };
        return ops::normalize_by_statistics(tensor, operand_from(mean), operand_from(variance),
                                            optional(scale), optional(offset), epsilon);
      },
      py::arg("x"), py::arg("mean"), py::arg("variance"), py::arg("axis") = -1,
      py::arg("offset") = py::none(), py::arg("scale") = py::none(), py::arg("epsilon") = 1e-3,
      "(x - mean) / sqrt(variance + epsilon) * scale + offset along the last axis.");
}

}  // namespace lamina::python
