#include "lamina/core/tensor.hpp"

#include <new>
#include <sstream>

#include "core/check.hpp"
#include "core/faults.hpp"
#include "core/tensor_impl.hpp"

namespace lamina {
namespace {

const TensorImpl& defined_impl(const Tensor& t) {
  if (!t.defined()) fail(ErrorKind::state, "this Tensor holds nothing; create one first");
  return *t.impl();
}

double number_at(const void* place, Dtype dtype) {
  switch (dtype) {
    case Dtype::float32: return *static_cast<const float*>(place);
    case Dtype::float64: return *static_cast<const double*>(place);
    case Dtype::int32: return *static_cast<const std::int32_t*>(place);
    case Dtype::int64: return static_cast<double>(*static_cast<const std::int64_t*>(place));
    case Dtype::uint8: return *static_cast<const std::uint8_t*>(place);
    case Dtype::boolean: return *static_cast<const bool*>(place);
  }
  return 0;
}

// Needs a tensor whose memory the host can read.
void write_elements(std::ostream& out, const Tensor& t, std::int64_t begin, int axis) {
  constexpr std::int64_t shown = 6;  // elements of an axis printed before it is cut
  if (axis == t.rank()) {
    const std::size_t offset = static_cast<std::size_t>(begin) * size_of(t.dtype());
    out << number_at(static_cast<const char*>(t.data()) + offset, t.dtype());
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
  if (!shape.is_known()) {
    fail(ErrorKind::value, "a tensor's extents must be at least 0, got shape ", shape);
  }
  auto impl = std::make_shared<TensorImpl>();
  impl->shape = shape;
  impl->dtype = dtype;
  const std::size_t bytes = byte_count(shape, dtype);
  try {
    impl->storage = std::make_shared<Storage>(bytes, device);
  } catch (const std::bad_alloc&) {
    fail(ErrorKind::memory, "no memory for a tensor of ", name_of(dtype), " of shape ", shape, ": ",
         bytes, " bytes; make it smaller");
  }
  return Tensor(std::move(impl));
}

Tensor Tensor::zeros(const Shape& shape, Dtype dtype, Device device) {
  return full(shape, 0, dtype, device);
}

Tensor Tensor::full(const Shape& shape, const Scalar& value, Dtype dtype, Device device) {
  if (!value.fits(dtype)) {
    const std::string given =
        value.is_whole() ? std::to_string(value.whole()) : concat(value.value());
    fail(ErrorKind::value, "a tensor of ", name_of(dtype), " cannot hold ", given,
         "; give a number that fits, or another dtype");
  }
  Tensor t = empty(shape, dtype, device);
  backend_of(t).fill({dtype, t.size(), value, t.mutable_data()});
  return t;
}

Tensor Tensor::copy_of(const void* values, std::size_t count, const Shape& shape, Dtype dtype,
                       Device device) {
  Tensor t = empty(shape, dtype, device);
  if (static_cast<std::int64_t>(count) != t.size()) {
    fail(ErrorKind::value, "shape ", shape, " needs ", t.size(), " values, got ", count);
  }
  backend_of(t).copy_from_host(t.mutable_data(), values, bytes_of(t));
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
Device Tensor::device() const { return defined_impl(*this).storage->device(); }
std::int64_t Tensor::size() const { return shape().size(); }
const void* Tensor::data() const { return defined_impl(*this).data(); }
void* Tensor::mutable_data() { return defined_impl(*this).data(); }

const void* Tensor::checked_data(Dtype wanted) const {
  if (dtype() != wanted) {
    fail(ErrorKind::type, "asked a tensor of ", name_of(dtype()), " for values of ",
         name_of(wanted), "; cast it first");
  }
  if (!backend_of(*this).host_can_read()) {
    fail(ErrorKind::state, "the values of a tensor on ", name_of(device()),
         " do not lie in the host's memory; copy it there first: to(\"cpu\")");
  }
  return data();
}

double Tensor::item() const {
  if (size() != 1) {
    fail(ErrorKind::value, "item() needs a tensor of one element, got shape ", shape());
  }
  std::int64_t element = 0;  // room for any dtype
  backend_of(*this).copy_to_host(&element, data(), size_of(dtype()));
  raise_pending_faults();
  return number_at(&element, dtype());
}

Tensor copied_to(const Tensor& t, Device device) {
  Tensor copy = Tensor::empty(t.shape(), t.dtype(), device);
  Backend &from = backend_of(t), &to = backend_of(copy);
  if (t.device() == device) {
    to.copy_bytes(copy.mutable_data(), t.data(), bytes_of(t));
  } else if (from.host_can_read()) {
    to.copy_from_host(copy.mutable_data(), t.data(), bytes_of(t));
  } else if (to.host_can_read()) {
    from.copy_to_host(copy.mutable_data(), t.data(), bytes_of(t));
    raise_pending_faults();
  } else {
    return copied_to(copied_to(t, Device()), device);
  }
  return copy;
}

Tensor view_of(const Tensor& t, const Shape& shape, std::size_t offset) {
  auto impl = std::make_shared<TensorImpl>();
  impl->shape = shape;
  impl->dtype = t.dtype();
  impl->storage = t.impl()->storage;
  impl->offset = t.impl()->offset + offset;
  return Tensor(std::move(impl));
}

Tensor leaf_with_values(const Tensor& leaf, const Tensor& values) {
  Tensor changed = view_of(values, leaf.shape(), 0);
  changed.impl()->gradient = leaf.impl()->gradient;
  return changed;
}

Tensor Tensor::detach() const { return defined() ? view_of(*this, shape(), 0) : Tensor(); }

Tensor Tensor::copy() const { return copied_to(*this, device()); }

std::string Tensor::str() const {
  if (!defined()) return "Tensor()";
  std::ostringstream out;
  out << "Tensor(";
  write_elements(out, backend_of(*this).host_can_read() ? *this : copied_to(*this, Device()), 0, 0);
  out << ", shape=" << shape().str() << ", dtype=" << name_of(dtype()) << ")";
  return out.str();
}

}  // namespace lamina
