#include "lamina/core/variable.hpp"

#include "core/check.hpp"
#include "core/tensor_impl.hpp"

namespace lamina {
namespace {

// Gives a leaf that somebody else can still read memory of its own, unwritten, and returns what it
// held; changes nothing, and returns an undefined tensor, where nobody else can. The version of
// what it held rises too: backward of a graph that was recorded with it is refused.
Tensor take_new_memory(Tensor& leaf) {
  if (is_unshared(leaf)) return Tensor();
  const Tensor held = leaf;
  const Tensor made = Tensor::empty(held.shape(), held.dtype(), held.device());
  made.impl()->storage->follow(*held.impl()->storage);
  held.impl()->storage->bump_version();
  leaf = leaf_with_values(held, made);
  return held;
}

}  // namespace

struct Variable::Impl {
  Tensor value;
  std::string name, path;
  bool trainable;
  std::function<Tensor(const Tensor&)> regularizer, constraint;
};

Variable::Variable(const Tensor& initial_value, std::string name, bool trainable)
    : impl_(std::make_shared<Impl>()) {
  impl_->value = initial_value.copy();
  impl_->path = name;
  impl_->name = std::move(name);
  set_trainable(trainable);
}

const std::string& Variable::name() const { return impl_->name; }
const std::string& Variable::path() const { return impl_->path; }
void Variable::set_path(std::string path) { impl_->path = std::move(path); }
bool Variable::trainable() const { return impl_->trainable; }

void Variable::set_trainable(bool trainable) {
  impl_->trainable = trainable;
  impl_->value.set_requires_grad(trainable && is_floating(impl_->value.dtype()));
}

const std::function<Tensor(const Tensor&)>& Variable::regularizer() const {
  return impl_->regularizer;
}
void Variable::set_regularizer(std::function<Tensor(const Tensor&)> regularizer) {
  impl_->regularizer = std::move(regularizer);
}
const std::function<Tensor(const Tensor&)>& Variable::constraint() const {
  return impl_->constraint;
}
void Variable::set_constraint(std::function<Tensor(const Tensor&)> constraint) {
  impl_->constraint = std::move(constraint);
}

const Tensor& Variable::value() const {
  if (!impl_) fail(ErrorKind::state, "this Variable holds nothing; build its layer first");
  return impl_->value;
}

void Variable::assign(const Tensor& value) {
  const Tensor& own = this->value();
  if (value.shape() != own.shape() || value.dtype() != own.dtype()) {
    fail(value.shape() != own.shape() ? ErrorKind::value : ErrorKind::type, "cannot assign ",
         name_of(value.dtype()), " of shape ", value.shape(), " to '", path(), "', which holds ",
         name_of(own.dtype()), " of shape ", own.shape());
  }
  const Tensor here = value.device() == own.device() ? value : copied_to(value, own.device());
  take_new_memory(impl_->value);
  impl_->value.impl()->storage->bump_version();
  backend_of(own).copy_bytes(impl_->value.mutable_data(), here.data(), bytes_of(own));
}

void Variable::move_to(Device device) {
  if (value().device() == device) return;
  impl_->value = copied_to(impl_->value, device);
  set_trainable(impl_->trainable);
}

void* Variable::begin_update() {
  const Tensor held = (value(), take_new_memory(impl_->value));
  void* const memory = impl_->value.mutable_data();
  if (held.defined()) backend_of(held).copy_bytes(memory, held.data(), bytes_of(held));
  impl_->value.impl()->storage->bump_version();
  return memory;
}

void Variable::zero_grad() { impl_->value.zero_grad(); }

void Variable::set_grad(const Tensor& gradient) { impl_->value.set_grad(gradient); }

}  // namespace lamina
