#include "lamina/core/tensor.hpp"

#include <cstring>
#include <new>
#include <sstream>

#include "core/check.hpp"
#include "core/tensor_impl.hpp"

namespace lamina {
namespace {

const TensorImpl& defined_impl(const Tensor& t) {
  if (!t.defined()) fail(ErrorKind::state, "this Tensor holds nothing; create one first");
  return *t.impl();
}

void write_elements(std::ostream& out, const Tensor& t, std::int64_t begin, int axis) {
  constexpr std::int64_t shown = 6;  // elements of an axis printed before it is cut
  if (axis == t.rank()) {
    out << t.reshape({-1}).slice(begin, begin + 1).item();
    return;
  }
  const std::int64_t extent = t.shape()[axis], step = t.shape().from(axis + 1).size();
  out << '[';
  for (std::int64_t i = 0; i < extent && i < shown; ++i) {
    if (i > 0) out << ", ";
    write_elements(out, t, begin + i * step, axis + 1);
  }
  out << (extent > shown ? ", ...]" : "]");
}

}  // namespace

Tensor::Tensor(std::initializer_list<Literal> values) {
  Shape shape;
  std::vector<float> flat;
  flatten(Literal(values), 0, shape, flat);
  *this = copy_of(flat.data(), flat.size(), shape, Dtype::float32);
}

// The first list met at each depth gives that axis its extent; the others must agree.
void Tensor::flatten(const Literal& literal, int depth, Shape& shape, std::vector<float>& values) {
  const bool is_list = literal.is_list_;
  const auto extent = static_cast<std::int64_t>(literal.items_.size());
  if (is_list && values.empty() && depth == shape.rank()) shape.push_back(extent);
  if (is_list != (depth < shape.rank()) || (is_list && shape[depth] != extent)) {
    fail(ErrorKind::value, "literals must nest evenly; at depth ", depth, " got ",
         is_list ? "a list of " + std::to_string(extent) : std::string("a number"), ", expected ",
         depth < shape.rank() ? "a list of " + std::to_string(shape[depth]) : "a number");
  }
  if (!is_list) values.push_back(static_cast<float>(literal.value_));
  for (const Literal& item : literal.items_) flatten(item, depth + 1, shape, values);
}

std::size_t byte_count(const Shape& shape, Dtype dtype) {
  // Zero extents are left out of the product, so that (0, 2^62) is as impossible as (1, 2^62).
  std::int64_t bytes = static_cast<std::int64_t>(size_of(dtype));
  bool empty = false;
  for (std::int64_t extent : shape) {
    empty = empty || extent == 0;
    if (extent != 0 && __builtin_mul_overflow(bytes, extent, &bytes)) {
      fail(ErrorKind::value, "a tensor of ", name_of(dtype), " of shape ", shape,
           " has more bytes than can be addressed");
    }
  }
  return empty ? 0 : static_cast<std::size_t>(bytes);
}

Tensor Tensor::empty(const Shape& shape, Dtype dtype, Device device) {
  if (device.type != DeviceType::cpu) {
    fail(ErrorKind::state, "cannot make a tensor on ", name_of(device),
         ": this build of lamina has no CUDA backend; use the device 'cpu'");
  }
  if (!shape.is_known()) {
    fail(ErrorKind::value, "a tensor's extents must be at least 0, got shape ", shape);
  }
  auto impl = std::make_shared<TensorImpl>();
  impl->shape = shape;
  impl->dtype = dtype;
  impl->device = device;
  const std::size_t bytes = byte_count(shape, dtype);
  try {
    impl->storage = std::make_shared<Storage>(bytes);
  } catch (const std::bad_alloc&) {
    fail(ErrorKind::memory, "no memory for a tensor of ", name_of(dtype), " of shape ", shape, ": ",
         bytes, " bytes; make it smaller");
  }
  return Tensor(std::move(impl));
}

Tensor Tensor::zeros(const Shape& shape, Dtype dtype, Device device) {
  return full(shape, 0.0, dtype, device);
}

Tensor Tensor::copy_of(const void* values, std::size_t count, const Shape& shape, Dtype dtype) {
  Tensor t = empty(shape, dtype);
  if (static_cast<std::int64_t>(count) != t.size()) {
    fail(ErrorKind::value, "shape ", shape, " needs ", t.size(), " values, got ", count);
  }
  if (count > 0) std::memcpy(t.mutable_data(), values, count * size_of(dtype));
  return t;
}

Tensor Tensor::borrow(const void* data, const Shape& shape, Dtype dtype,
                      std::shared_ptr<const void> owner) {
  auto impl = std::make_shared<TensorImpl>();
  impl->shape = shape;
  impl->dtype = dtype;
  impl->storage = std::make_shared<Storage>(data, std::move(owner));
  return Tensor(std::move(impl));
}

const Shape& Tensor::shape() const { return defined_impl(*this).shape; }
Dtype Tensor::dtype() const { return defined_impl(*this).dtype; }
Device Tensor::device() const { return defined_impl(*this).device; }
std::int64_t Tensor::size() const { return shape().size(); }
const void* Tensor::data() const { return defined_impl(*this).data(); }
void* Tensor::mutable_data() const { return defined_impl(*this).data(); }

const void* Tensor::checked_data(Dtype wanted) const {
  if (dtype() != wanted) {
    fail(ErrorKind::type, "asked a tensor of ", name_of(dtype()), " for values of ",
         name_of(wanted), "; cast it first");
  }
  return data();
}

double Tensor::item() const {
  if (size() != 1) {
    fail(ErrorKind::value, "item() needs a tensor of one element, got shape ", shape());
  }
  switch (dtype()) {
    case Dtype::float32: return *static_cast<const float*>(data());
    case Dtype::float64: return *static_cast<const double*>(data());
    case Dtype::int32: return *static_cast<const std::int32_t*>(data());
    case Dtype::int64: return static_cast<double>(*static_cast<const std::int64_t*>(data()));
    case Dtype::uint8: return *static_cast<const std::uint8_t*>(data());
    case Dtype::boolean: return *static_cast<const bool*>(data());
  }
  return 0;
}

Tensor view_of(const Tensor& t, const Shape& shape, std::size_t offset) {
  auto impl = std::make_shared<TensorImpl>();
  impl->shape = shape;
  impl->dtype = t.dtype();
  impl->device = t.device();
  impl->storage = t.impl()->storage;
  impl->offset = t.impl()->offset + offset;
  return Tensor(std::move(impl));
}

Tensor Tensor::detach() const { return defined() ? view_of(*this, shape(), 0) : Tensor(); }

std::string Tensor::str() const {
  if (!defined()) return "Tensor()";
  std::ostringstream out;
  out << "Tensor(";
  write_elements(out, *this, 0, 0);
  out << ", shape=" << shape().str() << ", dtype=" << name_of(dtype()) << ")";
  return out.str();
}

}  // namespace lamina
