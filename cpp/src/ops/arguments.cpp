#include "ops/arguments.hpp"

#include <algorithm>
#include <limits>

#include "core/check.hpp"

namespace lamina::ops {
namespace {

using Kind = Config::Kind;

constexpr double infinity = std::numeric_limits<double>::infinity();

// Lists of numbers as Python writes a tensor.
struct Numbers {
  Shape shape;
  std::vector<double> values;
  std::vector<std::int64_t> wholes;  // the same while all are whole
  bool has_fraction = false;
  bool has_number = false;  // which is no bool

  void add(const Argument& a, int depth) {
    if (a.options.kind(a.name) == Kind::list) return add_list(a, depth);
    if (depth != shape.rank()) refuse(a);
    double value = 0;
    std::int64_t whole = 0;
    switch (a.options.kind(a.name)) {
      case Kind::boolean:
        value = static_cast<double>(whole = a.options.boolean(a.name) ? 1 : 0);
        break;
      case Kind::integer:
        value = static_cast<double>(whole = a.options.integer(a.name));
        has_number = true;
        break;
      default: read(a, value); has_fraction = true;
    }
    values.push_back(value);
    wholes.push_back(whole);
  }

  void add_list(const Argument& a, int depth) {
    const std::vector<Config> items = a.options.items(a.name);
    const auto extent = static_cast<std::int64_t>(items.size());
    if (depth == shape.rank() && values.empty()) shape.push_back(extent);
    if (depth >= shape.rank() || shape[depth] != extent) refuse(a);
    for (const Config& item : items) add({item, "value", false}, depth + 1);
  }

  [[noreturn]] static void refuse(const Argument& a) {
    fail(ErrorKind::value,
         "an operand is not a rectangular list of numbers: ", a.options.dump().substr(0, 80));
  }

  Tensor tensor() const {
    if (has_fraction || values.empty()) {
      return Tensor::copy_of(std::span<const double>(values), shape);
    }
    const Tensor whole = Tensor::copy_of(std::span<const std::int64_t>(wholes), shape);
    return has_number ? whole : whole.cast(Dtype::boolean);
  }
};

Numbers numbers_of(const Argument& a) {
  Numbers numbers;
  numbers.add(a, 0);
  return numbers;
}

const Tensor& input_of(const Operand& operand, const TensorList& inputs) {
  if (operand.input >= inputs.size()) {
    fail(ErrorKind::value, "an operation names the tensor ", operand.input, ", but got ",
         inputs.size(), inputs.size() == 1 ? " tensor" : " tensors");
  }
  return inputs[operand.input];
}

Padding border_from(const Argument& a) {
  const std::vector<std::int64_t> ends = a.options.integers(a.name);
  if (ends.empty() || ends.size() > 2) {
    fail(ErrorKind::value, "pad takes (before, after) for each axis, got ",
         Shape(std::span<const std::int64_t>(ends)));
  }
  return {ends.front(), ends.back()};
}

HeldKey key_from(const Config& key) {
  using Key = SubscriptKey::Kind;
  if (key.has("tensor") || key.has("constant")) {
    HeldKey held{{Key::places}, {}};
    read({Config().set("key", key), "key", false}, held.places);
    return held;
  }
  if (key.has("index")) return {{Key::index, key.integer("index")}, {}};
  if (key.has("ellipsis")) return {{Key::ellipsis}, {}};
  if (key.has("newaxis")) return {{Key::new_axis}, {}};
  const std::vector<Config> ends = key.items("slice");
  if (ends.size() != 3) {
    fail(ErrorKind::value, "a slice is [start, stop, step], got ", key.dump());
  }
  std::optional<std::int64_t> begin, end, step;
  read({ends[0], "value", true}, begin);
  read({ends[1], "value", true}, end);
  read({ends[2], "value", true}, step);
  return {SubscriptKey::slice(begin ? &*begin : nullptr, end ? &*end : nullptr, step.value_or(1)),
          {}};
}

}  // namespace

Tensor Operand::alone(const TensorList& inputs) const {
  if (is_absent) return {};
  if (is_weak) {
    const bool is_number = constant.rank() == 0 && constant.dtype() == Dtype::int64;
    return placed(inputs).cast(is_number ? dtype_holding(least, most, Dtype::int32)
                                         : Dtype::float32);
  }
  return constant.defined() ? placed(inputs) : input_of(*this, inputs);
}

Tensor Operand::whole(const TensorList& inputs) const {
  if (!is_weak) return alone(inputs);
  const Tensor here = placed(inputs);
  if (here.size() == 0) return here.cast(Dtype::int64);  // [] has no numbers to tell
  return here.dtype() == Dtype::float64 ? here.cast(Dtype::float32) : here;
}

Tensor Operand::beside(Dtype peer, const TensorList& inputs) const {
  if (!is_weak) return alone(inputs);
  // Fractions make integers float32, whole numbers that these cannot hold make them wider.
  Dtype dtype = peer;
  if (constant.dtype() == Dtype::float64 && !is_floating(peer)) dtype = Dtype::float32;
  if (constant.dtype() == Dtype::int64) dtype = dtype_holding(least, most, peer);
  return placed(inputs).cast(dtype);
}

Tensor Operand::placed(const TensorList& inputs) const {
  return inputs.empty() ? constant : constant.to(inputs.front().device());
}

void read(const Argument& a, Operand& value) {
  const Kind kind = a.options.kind(a.name);
  if (kind == Kind::null) {
    if (!a.may_be_absent) fail(ErrorKind::type, "option '", a.name, "' is None, expected a tensor");
    value.is_absent = true;
  } else if (kind != Kind::object) {
    const Numbers numbers = numbers_of(a);
    value.constant = numbers.tensor();
    value.is_weak = true;
    if (!numbers.wholes.empty()) {
      const auto [low, high] = std::minmax_element(numbers.wholes.begin(), numbers.wholes.end());
      value.least = *low;
      value.most = *high;
    }
  } else if (const Config given = a.options.child(a.name); given.has("constant")) {
    value.constant = numbers_of({given, "constant", false})
                         .tensor()
                         .cast(dtype_from_name(given.string("dtype")));
  } else {
    const std::int64_t place = given.integer("tensor");
    if (place < 0) fail(ErrorKind::value, "an operation names the tensor ", place);
    value.input = static_cast<std::size_t>(place);
  }
}

void read(const Argument& a, std::vector<Operand>& value) {
  for (const Config& item : a.options.items(a.name)) {
    read({item, "value", false}, value.emplace_back());
  }
}

void read(const Argument& a, std::vector<HeldKey>& value) {
  for (const Config& item : a.options.items(a.name)) value.push_back(key_from(item.child("value")));
}

void read(const Argument& a, bool& value) { value = a.options.boolean(a.name); }

void read(const Argument& a, int& value) {
  const std::int64_t given = a.options.integer(a.name);
  if (given < std::numeric_limits<int>::min() || given > std::numeric_limits<int>::max()) {
    fail(ErrorKind::index, "option '", a.name, "' is ", given, ", which is out of range");
  }
  value = static_cast<int>(given);
}

void read(const Argument& a, std::int64_t& value) { value = a.options.integer(a.name); }

void read(const Argument& a, double& value) {
  if (a.options.is_string(a.name)) {
    const std::string text = a.options.string(a.name);
    for (const auto& [name, number] :
         {std::pair("inf", infinity), std::pair("-inf", -infinity),
          std::pair("nan", std::numeric_limits<double>::quiet_NaN())}) {
      if (text == name) {
        value = number;
        return;
      }
    }
  }
  value = a.options.number(a.name);
}

void read(const Argument& a, Scalar& value) {
  double number = 0;
  switch (a.options.kind(a.name)) {
    case Kind::integer: value = a.options.integer(a.name); break;
    case Kind::boolean: value = a.options.boolean(a.name); break;
    default: read(a, number); value = number;
  }
}

void read(const Argument& a, std::string& value) { value = a.options.string(a.name); }

void read(const Argument& a, std::vector<int>& axes) {
  if (a.options.is_null(a.name)) return;
  for (std::int64_t axis : a.options.integers(a.name)) {
    read({Config().set("axis", axis), "axis", false}, axes.emplace_back());
  }
  if (axes.empty()) {
    fail(ErrorKind::value, "an empty list names no axis; null (None) stands for all of them");
  }
}

void read(const Argument& a, ReducedAxes& value) {
  if (a.options.is_null(a.name)) return;
  value.is_empty_list = a.options.integers(a.name).empty();
  if (!value.is_empty_list) read(a, value.values);
}

void read(const Argument& a, Shape& value) {
  if (a.options.kind(a.name) == Kind::integer) {
    return value.push_back(a.options.integer(a.name));
  }
  for (const Config& extent : a.options.items(a.name)) {
    value.push_back(extent.is_null("value") ? Shape::none : extent.integer("value"));
  }
}

void read(const Argument& a, Dtype& value) { value = dtype_from_name(a.options.string(a.name)); }

void read(const Argument& a, Activation& value) { value = a.options.string(a.name); }

void read(const Argument& a, WholeNumbers& value) {
  value = {a.options.integers(a.name), a.options.kind(a.name) == Kind::list};
}

void read(const Argument& a, NormOrder& value) {
  if (a.options.is_null(a.name)) return;
  if (a.options.is_string(a.name) && a.options.string(a.name) == "fro") return;
  read(a, value.number.emplace());
}

void read(const Argument& a, Borders& value) {
  if (a.options.kind(a.name) == Kind::integer) {
    value.each = {border_from(a)};
    return;
  }
  const std::vector<Config> items = a.options.items(a.name);
  if (!items.empty() && items.front().kind("value") == Kind::integer) {
    value.each = {border_from(a)};
    return;
  }
  for (const Config& item : items) value.each.push_back(border_from({item, "value", false}));
}

}  // namespace lamina::ops
