// What `help()` says of a function of C++ after its first sentence, which stands where the function
// is bound (bind_*.cpp, operations.def). tell_signatures() joins the two. The format is that of the
// package's other docstrings; tests/python/test_package.py runs the examples.
#pragma once

#include <span>

namespace lamina::python {

struct Details {
  const char* function;
  const char* text;
};

extern const std::span<const Details> activation_details;
extern const std::span<const Details> arithmetic_details;
extern const std::span<const Details> arrangement_details;
extern const std::span<const Details> creation_details;
extern const std::span<const Details> elementwise_details;
extern const std::span<const Details> joining_details;
extern const std::span<const Details> network_details;
extern const std::span<const Details> product_details;
extern const std::span<const Details> reduction_details;
extern const std::span<const Details> runtime_details;
extern const std::span<const Details> selection_details;
extern const std::span<const Details> window_details;

}  // namespace lamina::python
