#include "ops/operations.hpp"

#include <memory>
#include <tuple>

#include "core/check.hpp"
#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/dense.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/matmul.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/arguments.hpp"

namespace lamina::ops {
namespace {

// The arguments of one call, in the order of the operation's parameters.
class Arguments {
 public:
  Arguments(std::string_view signature, const Config& given)
      : signature_(signature), given_(given), defaults_(defaults_of(signature)) {
    for (const std::string& name : given.keys()) {
      bool found = false;
      for (std::size_t i = 0; !parameter_of(signature, i).empty(); ++i) {
        found = found || name_of_parameter(parameter_of(signature, i)) == name;
      }
      if (!found) fail(ErrorKind::value, "there is no argument '", name, "'");
    }
  }

  template <class T>
  T next() {
    const std::string_view parameter = parameter_of(signature_, read_++);
    const std::string name(name_of_parameter(parameter));
    if (!given_.has(name) && !has_default(parameter)) {
      fail(ErrorKind::value, "the argument '", name, "' is missing");
    }
    T value{};
    read(Argument{given_.has(name) ? given_ : defaults_, name, default_of(parameter) == "None"},
         value);
    return value;
  }

 private:
  static Config defaults_of(std::string_view signature) {
    std::string json;
    for (std::size_t i = 0; !parameter_of(signature, i).empty(); ++i) {
      const std::string_view parameter = parameter_of(signature, i);
      if (!has_default(parameter)) continue;
      json += json.empty() ? "\"" : ",\"";
      json.append(name_of_parameter(parameter))
          .append("\":")
          .append(json_of(default_of(parameter)));
    }
    return Config::parse("{" + json + "}");
  }

  static std::string json_of(std::string_view python) {
    if (python == "None") return "null";
    if (python == "True") return "true";
    if (python == "False") return "false";
    if (python.front() == '\'') return concat('"', python.substr(1, python.size() - 2), '"');
    return std::string(python);
  }

  std::string_view signature_;
  const Config& given_;
  Config defaults_;
  std::size_t read_ = 0;
};

// What an operation keeps of an argument between calls, by the type of its parameter, and what it
// hands to its function then.
template <class Parameter>
struct Kept {
  std::decay_t<Parameter> value;
  explicit Kept(Arguments& a) : value(a.next<std::decay_t<Parameter>>()) {}
  const auto& give(const TensorList&) const { return value; }
};
template <>
struct Kept<const Tensor&> {
  Operand operand;
  explicit Kept(Arguments& a) : operand(a.next<Operand>()) {}
  Tensor give(const TensorList& inputs) const { return operand.alone(inputs); }
};
template <>
struct Kept<const Indices&> {
  Operand operand;
  explicit Kept(Arguments& a) : operand(a.next<Operand>()) {}
  Indices give(const TensorList& inputs) const { return {operand.whole(inputs)}; }
};
template <>
struct Kept<const TensorList&> {
  std::vector<Operand> operands;
  explicit Kept(Arguments& a) : operands(a.next<std::vector<Operand>>()) {}
  TensorList give(const TensorList& inputs) const {
    TensorList tensors;
    for (const Operand& operand : operands) tensors.push_back(operand.alone(inputs));
    return tensors;
  }
};
template <>
struct Kept<const Peers&> {
  Operand a, b;
  explicit Kept(Arguments& from) : a(from.next<Operand>()), b(from.next<Operand>()) {}
  Peers give(const TensorList& inputs) const {
    if (a.is_weak && !b.is_weak) {
      const Tensor right = b.alone(inputs);
      return {a.beside(right.dtype(), inputs), right};
    }
    const Tensor left = a.alone(inputs);
    return {left, b.beside(left.dtype(), inputs)};
  }
};
template <>
struct Kept<const std::vector<SubscriptKey>&> {
  std::vector<HeldKey> keys;
  explicit Kept(Arguments& a) : keys(a.next<std::vector<HeldKey>>()) {}
  std::vector<SubscriptKey> give(const TensorList& inputs) const {
    std::vector<SubscriptKey> result;
    for (const auto& [key, places] : keys) {
      result.push_back(key);
      if (key.kind == SubscriptKey::Kind::places) result.back().places = places.whole(inputs);
    }
    return result;
  }
};

Tensors as_tensors(const Tensor& one) { return one; }
Tensors as_tensors(const TensorList& several) { return several; }
Tensors as_tensors(const TopK& top) { return {top.values, top.indices}; }

template <class Result, class... Parameters>
Operation read_call(Result (*function)(Parameters...), Arguments& a) {
  using All = std::tuple<Kept<Parameters>...>;
  const auto kept = std::make_shared<const All>(All{Kept<Parameters>(a)...});  // braces keep order
  return [function, kept](const TensorList& inputs) {
    return std::apply(
        [&](const auto&... each) { return as_tensors(function(each.give(inputs)...)); }, *kept);
  };
}

template <class Result, class... Parameters>
constexpr bool gives_one(Result (*)(Parameters...)) {
  return std::is_same_v<Result, Tensor>;
}

struct Row {
  std::string_view name, signature;
  bool gives_several;
  Operation (*read)(Arguments& arguments);
};

constexpr Row rows[] = {
#define OPERATION(name, signature, function, doc) \
  {name, signature, !gives_one(function), [](Arguments& a) { return read_call(function, a); }},
#include "ops/operations.def"
    OPERATION("getitem", "x, key", subscript, "")
        OPERATION("constant", "x, value, for_each_sample=False", calls::constant, "")
#undef OPERATION
};

// Other names that lamina.ops and lamina.activations know them by.
constexpr std::pair<std::string_view, std::string_view> aliases[] = {
    {"abs", "absolute"},
    {"swish", "silu"},
    {"hard_swish", "hard_silu"},
    {"exponential", "exp"},
    {"linear", "convert_to_tensor"},
};

const Row& row_of(std::string_view name) {
  for (const auto& [alias, meant] : aliases) {
    if (name == alias) name = meant;
  }
  for (const Row& each : rows) {
    if (each.name == name) return each;
  }
  fail(ErrorKind::value, "unknown operation '", name,
       "'; expected the name of one of lamina.ops that takes tensors");
}

}  // namespace

Operation operation(std::string_view name, const Config& arguments) {
  const Row& found = row_of(name);
  try {
    Arguments reader(found.signature, arguments);
    return found.read(reader);
  } catch (const Error& error) {
    fail(error.kind(), "operation ", found.name, "(", found.signature, "): ", error.what());
  }
}

Tensors apply_operation(std::string_view name, const TensorList& inputs, const Config& arguments) {
  return operation(name, arguments)(inputs);
}

std::string_view operation_signature(std::string_view name) { return row_of(name).signature; }

bool gives_several(std::string_view name) { return row_of(name).gives_several; }

}  // namespace lamina::ops
