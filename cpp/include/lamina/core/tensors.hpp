// One tensor, or several: the data of a model with several inputs or outputs.
#pragma once

#include <initializer_list>

#include "lamina/core/tensor.hpp"

namespace lamina {

/// A list that a single tensor converts to, and that costs no allocation then. Members may be
/// undefined: a weight or label that is not given.
class Tensors {
 public:
  Tensors() = default;
  Tensors(Tensor one) : first_(std::move(one)), size_(first_.defined() ? 1 : 0) {}
  Tensors(const TensorList& several) {
    for (const Tensor& tensor : several) push_back(tensor);
  }
  Tensors(std::initializer_list<Tensor> several) : Tensors(TensorList(several)) {}

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  /// Whether any member is.
  bool defined() const noexcept {
    bool any = first_.defined();
    for (const Tensor& tensor : rest_) any = any || tensor.defined();
    return any;
  }
  const Tensor& operator[](std::size_t i) const { return i == 0 ? first_ : rest_[i - 1]; }
  /// The first, which is the only one of a model with one input; undefined where there is none.
  const Tensor& front() const noexcept { return first_; }
  void push_back(Tensor tensor) {
    if (size_ == 0) {
      first_ = std::move(tensor);
    } else {
      rest_.push_back(std::move(tensor));
    }
    ++size_;
  }
  void set(std::size_t i, Tensor tensor) { (i == 0 ? first_ : rest_[i - 1]) = std::move(tensor); }
  TensorList list() const {
    TensorList all;
    all.reserve(size_);
    for (std::size_t i = 0; i < size_; ++i) all.push_back((*this)[i]);
    return all;
  }
  template <class Change>
  Tensors each(const Change& change) const {
    Tensors result;
    for (std::size_t i = 0; i < size_; ++i) result.push_back(change((*this)[i]));
    return result;
  }

 private:
  Tensor first_;
  TensorList rest_;
  std::size_t size_ = 0;
};

}  // namespace lamina
