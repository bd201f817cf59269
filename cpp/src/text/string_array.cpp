#include "lamina/text/string_array.hpp"

#include "core/check.hpp"

namespace lamina {

StringArray::StringArray(std::initializer_list<std::string_view> values) {
  for (std::string_view value : values) push_back(value);
}

StringArray::StringArray(const std::vector<std::string>& values) {
  for (const std::string& value : values) push_back(value);
}

StringArray& StringArray::reshape(const Shape& shape) {
  if (shape.size() != static_cast<std::int64_t>(size())) {
    fail(ErrorKind::value, size(), " strings do not fill the shape ", shape);
  }
  shape_ = shape;
  return *this;
}

void StringArray::push_back(std::string_view value) {
  bytes_ += value;
  ends_.push_back(bytes_.size());
  shape_ = Shape{static_cast<std::int64_t>(ends_.size())};
}

void StringArray::extend_last(std::string_view piece) {
  bytes_ += piece;
  ends_.back() = bytes_.size();
}

std::vector<std::string> StringArray::list() const {
  std::vector<std::string> result;
  result.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) result.emplace_back((*this)[i]);
  return result;
}

}  // namespace lamina
