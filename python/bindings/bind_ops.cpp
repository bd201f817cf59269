// lamina.ops: what computes elements, one row an operation. bind_arrangement.cpp has the rest.
#include <cmath>
#include <limits>

#include "bindings.hpp"
#include "core/check.hpp"

namespace lamina::python {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

using Unary = Tensor (*)(const Tensor&);
using WithNumber = Tensor (*)(const Tensor&, double);
using Binary = Tensor (*)(const Tensor&, const Tensor&);
using Reduction = Tensor (*)(const Tensor&, const std::vector<int>&, bool);

Tensor optional_operand(const py::object& value) {
  return value.is_none() ? Tensor() : operand_from(value);
}

void bind_elementwise(py::module_& m) {
  const std::tuple<const char*, Unary, const char*> unary[] = {
      {"negative", ops::negative, "-x."},
      {"absolute", ops::abs, "The magnitude of x."},
      {"sign", ops::sign, "-1, 0 or 1."},
      {"square", ops::square, "x times x."},
      {"floor", ops::floor, "The largest whole number that is not above x."},
      {"ceil", ops::ceil, "The smallest whole number that is not below x."},
      {"sqrt", ops::sqrt, "The square root."},
      {"rsqrt", ops::rsqrt, "1 / sqrt(x)."},
      {"reciprocal", ops::reciprocal, "1 / x."},
      {"exp", ops::exp, "e to the power x."},
      {"expm1", ops::expm1, "exp(x) - 1, accurate for small x."},
      {"log", ops::log, "The natural logarithm."},
      {"log1p", ops::log1p, "log(1 + x), accurate for small x."},
      {"log2", ops::log2, "The logarithm to base 2."},
      {"log10", ops::log10, "The logarithm to base 10."},
      {"erf", ops::erf, "The error function."},
      {"isnan", ops::isnan, "Where x is not a number."},
      {"isinf", ops::isinf, "Where x is infinite."},
      {"isfinite", ops::isfinite, "Where x is neither infinite nor NaN."},
      {"logical_not", ops::logical_not, "Where x is 0 or false."},
      {"relu6", ops::relu6, "min(max(x, 0), 6)."},
      {"selu", ops::selu, "The scaled exponential linear unit. Klambauer et al., 2017."},
      {"tanh", ops::tanh, "The hyperbolic tangent."},
      {"sigmoid", ops::sigmoid, "1 / (1 + exp(-x))."},
      {"softplus", ops::softplus, "log(1 + exp(x)), which overflows nowhere."},
      {"softsign", ops::softsign, "x / (1 + abs(x))."},
      {"silu", ops::silu, "x sigmoid(x), also called swish."},
      {"mish", ops::mish, "x tanh(softplus(x)). Misra, 2019."},
      {"hard_sigmoid", ops::hard_sigmoid, "relu6(x + 3) / 6."},
      {"hard_silu", ops::hard_silu, "x hard_sigmoid(x). Howard et al., 2019."},
      {"hard_tanh", ops::hard_tanh, "x within [-1, 1]."},
      {"log_sigmoid", ops::log_sigmoid, "log(sigmoid(x))."},
      {"tanh_shrink", ops::tanh_shrink, "x - tanh(x)."},
      {"sparse_plus", ops::sparse_plus, "0 up to -1, (x + 1)^2 / 4 up to 1, then x."},
      {"sparse_sigmoid", ops::sparse_sigmoid, "(x + 1) / 2 within [0, 1]."},
      {"step", ops::step, "1 where x >= 0, else 0; its gradient is 0."},
  };
  for (const auto& [name, function, doc] : unary) {
    m.def(name, [function](py::handle x) { return function(operand_from(x)); }, py::arg("x"), doc);
  }

  const std::tuple<const char*, WithNumber, const char*, double, const char*> with_number[] = {
      {"leaky_relu", ops::leaky_relu, "negative_slope", 0.2, "x, or negative_slope x below 0."},
      {"elu", ops::elu, "alpha", 1, "x, or alpha (exp(x) - 1) below 0. Clevert et al., 2016."},
      {"celu", ops::celu, "alpha", 1, "x, or alpha (exp(x / alpha) - 1) below 0. Barron, 2017."},
      {"soft_shrink", ops::soft_shrink, "threshold", 0.5, "x drawn towards 0 by the threshold."},
      {"hard_shrink", ops::hard_shrink, "threshold", 0.5, "x, or 0 within the threshold of it."},
      {"squareplus", ops::squareplus, "b", 4, "(x + sqrt(x^2 + b)) / 2."},
  };
  for (const auto& [name, function, parameter, value, doc] : with_number) {
    m.def(
        name, [function](py::handle x, double p) { return function(operand_from(x), p); },
        py::arg("x"), py::arg(parameter) = value, doc);
  }

  m.def(
      "relu",
      [](py::handle x, double negative_slope, std::optional<double> max_value, double threshold) {
        return ops::relu(operand_from(x), negative_slope, max_value.value_or(infinity), threshold);
      },
      py::arg("x"), py::arg("negative_slope") = 0.0, py::arg("max_value") = py::none(),
      py::arg("threshold") = 0.0,
      "max(x, 0); with arguments, negative_slope (x - threshold) below the threshold, and at most "
      "max_value. Its gradient at 0 is 0.");
  m.def(
      "gelu",
      [](py::handle x, bool approximate) { return ops::gelu(operand_from(x), approximate); },
      py::arg("x"), py::arg("approximate") = true,
      "x times the normal distribution's function, or its approximation by tanh.");
  m.def(
      "threshold",
      [](py::handle x, double threshold, double default_value) {
        return ops::threshold(operand_from(x), threshold, default_value);
      },
      py::arg("x"), py::arg("threshold"), py::arg("default_value"),
      "x above the threshold, default_value elsewhere.");
  m.def(
      "clip",
      [](py::handle x, std::optional<double> x_min, std::optional<double> x_max) {
        return ops::clip(operand_from(x), x_min.value_or(-infinity), x_max.value_or(infinity));
      },
      py::arg("x"), py::arg("x_min"), py::arg("x_max"), "x within [x_min, x_max].");
  m.def(
      "round",
      [](py::handle x, int decimals) {
        if (decimals != 0) fail(ErrorKind::value, "round takes decimals=0, got ", decimals);
        return ops::round(operand_from(x));
      },
      py::arg("x"), py::arg("decimals") = 0,
      "To the nearest whole number, halves to the even one.");

  using AlongAxes = Tensor (*)(const Tensor&, const std::vector<int>&);
  const std::tuple<const char*, AlongAxes, const char*> along_axes[] = {
      {"softmax", ops::softmax, "exp(x) / sum(exp(x)) along one axis or several."},
      {"log_softmax", ops::log_softmax, "The logarithm of softmax, without overflow."},
  };
  for (const auto& [name, function, doc] : along_axes) {
    m.def(
        name,
        [function](py::handle x, const py::object& axis) {
          return function(operand_from(x), axes_from(axis));
        },
        py::arg("x"), py::arg("axis") = -1, doc);
  }

  using AlongAxis = Tensor (*)(const Tensor&, int);
  const std::tuple<const char*, AlongAxis, const char*> along_axis[] = {
      {"sparsemax", ops::sparsemax,
       "The nearest point of the probability simplex. Martins and Astudillo, 2016."},
      {"glu", ops::glu, "Half an axis times the sigmoid of the other half. Dauphin et al., 2017."},
  };
  for (const auto& [name, function, doc] : along_axis) {
    m.def(
        name, [function](py::handle x, int axis) { return function(operand_from(x), axis); },
        py::arg("x"), py::arg("axis") = -1, doc);
  }
}

void bind_binary(py::module_& m) {
  const std::tuple<const char*, Binary, const char*> binary[] = {
      {"add", ops::add, "x1 + x2, with NumPy's broadcasting."},
      {"subtract", ops::subtract, "x1 - x2, with NumPy's broadcasting."},
      {"multiply", ops::multiply, "x1 * x2, with NumPy's broadcasting."},
      {"divide", ops::divide, "x1 / x2, with NumPy's broadcasting."},
      {"maximum", ops::maximum, "The larger of the two; equals share the gradient."},
      {"minimum", ops::minimum, "The smaller of the two; equals share the gradient."},
      {"power", ops::power, "x1 to the power x2; whole numbers stay whole."},
      {"matmul", ops::matmul, "The matrix product, with NumPy's rules."},
      {"equal", ops::equal, "Where x1 == x2."},
      {"not_equal", ops::not_equal, "Where x1 != x2."},
      {"less", ops::less, "Where x1 < x2."},
      {"less_equal", ops::less_equal, "Where x1 <= x2."},
      {"greater", ops::greater, "Where x1 > x2."},
      {"greater_equal", ops::greater_equal, "Where x1 >= x2."},
      {"logical_and", ops::logical_and, "Where both are true."},
      {"logical_or", ops::logical_or, "Where either is true."},
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
  m.def(
      "where",
      [](py::handle condition, py::handle x1, py::handle x2) {
        const auto [a, b] = operands_from(x1, x2);
        return ops::where(operand_from(condition), a, b);
      },
      py::arg("condition"), py::arg("x1"), py::arg("x2"), "x1 where condition, x2 elsewhere.");
  m.def(
      "einsum",
      [](const std::string& subscripts, const py::args& operands) {
        return ops::einsum(subscripts, operands_list_from(operands));
      },
      py::arg("subscripts"), "The sum of products that subscripts such as \"bij,bjk->bik\" say.");
}

void bind_reductions(py::module_& m) {
  const std::tuple<const char*, Reduction, const char*> reductions[] = {
      {"sum", ops::sum, "The sum over some axes, or all."},
      {"mean", ops::mean, "The mean over some axes, or all."},
      {"prod", ops::prod, "The product over some axes, or all."},
      {"max", ops::max, "The maximum over some axes, or all."},
      {"min", ops::min, "The minimum over some axes, or all."},
      {"var", ops::var, "The variance (biased) over some axes, or all."},
      {"std", ops::std, "The standard deviation (biased) over some axes, or all."},
      {"logsumexp", ops::logsumexp, "log(sum(exp(x))) over some axes, or all."},
      {"all", ops::all, "Whether all are true, over some axes, or all."},
      {"any", ops::any, "Whether any is true, over some axes, or all."},
  };
  for (const auto& [name, function, doc] : reductions) {
    m.def(
        name,
        [function](py::handle x, const py::object& axis, bool keepdims) {
          return function(operand_from(x), axes_from(axis), keepdims);
        },
        py::arg("x"), py::arg("axis") = py::none(), py::arg("keepdims") = false, doc);
  }
  using Place = Tensor (*)(const Tensor&, int, bool);
  const std::tuple<const char*, Place, const char*> places[] = {
      {"argmax", ops::argmax, "Where the largest of an axis, or of all, stands."},
      {"argmin", ops::argmin, "Where the smallest of an axis, or of all, stands."},
  };
  for (const auto& [name, function, doc] : places) {
    m.def(
        name,
        [function](py::handle x, std::optional<int> axis, bool keepdims) {
          const Tensor tensor = operand_from(x);
          if (axis) return function(tensor, *axis, keepdims);
          const Tensor place = function(tensor.reshape({-1}), 0, false);
          Shape ones;
          for (int i = 0; keepdims && i < tensor.rank(); ++i) ones.push_back(1);
          return place.reshape(ones);
        },
        py::arg("x"), py::arg("axis") = py::none(), py::arg("keepdims") = false, doc);
  }
  m.def(
      "cumsum",
      [](py::handle x, std::optional<int> axis) {
        const Tensor tensor = operand_from(x);
        return axis ? ops::cumsum(tensor, *axis) : ops::cumsum(tensor.reshape({-1}), 0);
      },
      py::arg("x"), py::arg("axis") = py::none(), "Each element with all before it.");
  m.def(
      "norm",
      [](py::handle x, const py::object& ord, const py::object& axis, bool keepdims) {
        const std::vector<int> axes = axes_from(axis);
        const bool frobenius = py::isinstance<py::str>(ord) && ord.cast<std::string>() == "fro";
        if (!ord.is_none() && !frobenius && PyNumber_Check(ord.ptr()) == 0) {
          fail(ErrorKind::value, "norm takes ord=None, 'fro' or a number, got ",
               py::repr(ord).cast<std::string>());
        }
        if (!ord.is_none() && !frobenius && axes.size() != 1 && operand_from(x).rank() != 1) {
          fail(ErrorKind::value, "norm of order ", static_cast<double>(py::float_(ord)),
               " is one of vectors: name one axis");
        }
        const double order =
            ord.is_none() || frobenius ? 2.0 : static_cast<double>(py::float_(ord));
        return ops::norm(operand_from(x), order, axes, keepdims);
      },
      py::arg("x"), py::arg("ord") = py::none(), py::arg("axis") = py::none(),
      py::arg("keepdims") = false,
      "The root of the sum of squares, or for a number ord, of one axis, sum(abs(x)^ord)^(1/ord).");
}

void bind_networks(py::module_& m) {
  m.def(
      "dense",
      [](py::handle x, py::handle kernel, const py::object& bias, const std::string& activation) {
        return ops::dense(operand_from(x), operand_from(kernel), optional_operand(bias),
                          activation);
      },
      py::arg("x"), py::arg("kernel"), py::arg("bias") = py::none(),
      py::arg("activation") = "linear", "activation(x @ kernel + bias), in one pass.");
  m.def(
      "batch_normalization",
      [](py::handle x, py::handle mean, py::handle variance, int axis, const py::object& offset,
         const py::object& scale, double epsilon) {
        const Tensor tensor = operand_from(x);
        if (tensor.shape().axis(axis) != tensor.rank() - 1) {
          fail(ErrorKind::value, "batch_normalization works along the last axis, got axis=", axis,
               " for shape ", tensor.shape());
        }
        return ops::normalize_by_statistics(tensor, operand_from(mean), operand_from(variance),
                                            optional_operand(scale), optional_operand(offset),
                                            epsilon);
      },
      py::arg("x"), py::arg("mean"), py::arg("variance"), py::arg("axis") = -1,
      py::arg("offset") = py::none(), py::arg("scale") = py::none(), py::arg("epsilon") = 1e-3,
      "(x - mean) / sqrt(variance + epsilon) * scale + offset along the last axis.");
  m.def(
      "layer_normalization",
      [](py::handle x, const py::object& gamma, const py::object& beta, double epsilon) {
        return ops::layer_normalization(operand_from(x), optional_operand(gamma),
                                        optional_operand(beta), epsilon);
      },
      py::arg("x"), py::arg("gamma") = py::none(), py::arg("beta") = py::none(),
      py::arg("epsilon") = 1e-3,
      "Each sample of the last axis less its mean, over its deviation, times gamma, plus beta.");
  m.def(
      "rms_normalization",
      [](py::handle x, const py::object& scale, double epsilon) {
        return ops::rms_normalization(operand_from(x), optional_operand(scale), epsilon);
      },
      py::arg("x"), py::arg("scale") = py::none(), py::arg("epsilon") = 1e-6,
      "Each sample of the last axis over its root mean square, times scale.");
}

}  // namespace

void bind_ops(py::module_& m) {
  bind_elementwise(m);
  bind_binary(m);
  bind_reductions(m);
  bind_networks(m);
}

}  // namespace lamina::python
