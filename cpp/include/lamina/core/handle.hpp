// A shared part of a model that a program may give by name, by value or by pointer:
//   .optimizer = "adam",  .optimizer = Adam({.learning_rate = 0.002}),  .optimizer = shared
#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <utility>

namespace lamina {

template <class Base>
class Handle {
 public:
  Handle() = default;
  Handle(const char* name) : pointer_(Base::from_name(name)) {}
  Handle(const std::string& name) : pointer_(Base::from_name(name)) {}
  template <std::derived_from<Base> Derived>
  Handle(Derived value) : pointer_(std::make_shared<Derived>(std::move(value))) {}
  template <std::derived_from<Base> Derived>
  Handle(std::shared_ptr<Derived> pointer) : pointer_(std::move(pointer)) {}

  const std::shared_ptr<Base>& pointer() const noexcept { return pointer_; }
  explicit operator bool() const noexcept { return pointer_ != nullptr; }

 private:
  std::shared_ptr<Base> pointer_;
};

}  // namespace lamina
