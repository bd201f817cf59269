// A list that usually has one member.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <utility>
#include <vector>

namespace lamina {

/// A list whose first member needs no allocation: the inputs, outputs or shapes of a layer.
template <class T>
class Several {
 public:
  Several() = default;
  Several(T one) : first_(std::move(one)), size_(1) {}
  Several(const std::vector<T>& several) {
    for (const T& member : several) push_back(member);
  }
  Several(std::initializer_list<T> several) {
    for (const T& member : several) push_back(member);
  }

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  const T& operator[](std::size_t i) const { return i == 0 ? first_ : rest_[i - 1]; }
  /// The first member, or a default-constructed one if the list is empty.
  const T& front() const noexcept { return first_; }
  const T& back() const { return (*this)[size_ - 1]; }
  void push_back(T member) {
    if (size_ == 0) {
      first_ = std::move(member);
    } else {
      rest_.push_back(std::move(member));
    }
    ++size_;
  }
  void set(std::size_t i, T member) { (i == 0 ? first_ : rest_[i - 1]) = std::move(member); }
  std::vector<T> list() const { return {begin(), end()}; }

  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    Iterator() = default;
    Iterator(const Several& list, std::size_t at) : list_(&list), at_(at) {}
    reference operator*() const { return (*list_)[at_]; }
    pointer operator->() const { return &(*list_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++at_;
      return before;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const Several* list_ = nullptr;
    std::size_t at_ = 0;
  };
  Iterator begin() const { return {*this, 0}; }
  Iterator end() const { return {*this, size_}; }

  bool operator==(const Several& other) const {
    if (size_ != other.size_) return false;
    for (std::size_t i = 0; i < size_; ++i) {
      if (!((*this)[i] == other[i])) return false;
    }
    return true;
  }

 private:
  T first_{};
  std::vector<T> rest_;
  std::size_t size_ = 0;
};

}  // namespace lamina
