// Python's strings as the core's.
#pragma once

#include "bindings.hpp"

namespace lamina::python {

/// A string, lists of them to any depth, or an array of text, bytes or objects. Bytes are decoded
/// by `encoding`. `name` is for messages.
StringArray strings_from(const char* name, py::handle value, const std::string& encoding);
/// Lists of unequal length.
StringLists string_lists_from(const char* name, py::handle value, const std::string& encoding);
/// A NumPy array of objects.
py::object array_from(const StringArray& strings);

}  // namespace lamina::python
