#include "io/safetensors_parser.hpp"

#include <algorithm>
#include <array>

#include "core/check.hpp"
#include "core/json.hpp"

namespace lamina {
namespace {

struct Name {
  Dtype dtype;
  const char* name;
};
constexpr std::array<Name, 6> dtype_names{{{Dtype::float32, "F32"},
                                           {Dtype::float64, "F64"},
                                           {Dtype::int32, "I32"},
                                           {Dtype::int64, "I64"},
                                           {Dtype::uint8, "U8"},
                                           {Dtype::boolean, "BOOL"}}};

// Takes the parser's events: {name: {"dtype": string, "shape": [...], "data_offsets": [b, e]}} and
// "__metadata__": {name: string}.
class HeaderParser {
 public:
  HeaderParser(const std::string& origin, SafetensorsHeader& header)
      : origin_(origin), header_(header) {}

  bool null() { unexpected("null"); }
  bool boolean(bool) { unexpected("true or false"); }
  bool number_integer(Json::number_integer_t) { unexpected("a negative number"); }
  bool number_float(Json::number_float_t, const std::string&) { unexpected("a fraction"); }
  bool binary(Json::binary_t&) { unexpected("binary data"); }

  bool number_unsigned(Json::number_unsigned_t value) {
    if (place_ == Place::shape) {
      if (value > std::uint64_t{INT64_MAX} || entry_.shape.rank() == Shape::max_rank) {
        wrong_entry("a shape of more than 8 extents or with too large a one");
      }
      entry_.shape.push_back(static_cast<std::int64_t>(value));
    } else if (place_ == Place::offsets && offsets_ < 2) {
      (offsets_++ == 0 ? entry_.begin : entry_.end) = value;
    } else {
      unexpected("a number");
    }
    return true;
  }
  bool string(std::string& value) {
    if (place_ == Place::metadata) {
      if (!header_.metadata.emplace(std::move(key_), std::move(value)).second) {
        damaged(origin_, "its __metadata__ has one name twice");
      }
    } else if (place_ == Place::entry && field_ == dtype_field) {
      const Dtype* dtype = safetensors_dtype(value);
      if (dtype == nullptr) {
        fail(ErrorKind::value, origin_, " holds '", shortened(entry_.name), "' as ",
             shortened(value), "; lamina reads F32, F64, I32, I64, U8 and BOOL");
      }
      entry_.dtype = *dtype;
    } else {
      unexpected("a string");
    }
    return true;
  }
  bool start_object(std::size_t) {
    if (place_ == Place::before) {
      place_ = Place::names;
    } else if (place_ == Place::names && key_ == "__metadata__") {
      if (has_metadata_) damaged(origin_, "its header has two __metadata__");
      has_metadata_ = true;
      place_ = Place::metadata;
    } else if (place_ == Place::names) {
      entry_ = {std::move(key_), Dtype::float32, {}, 0, 0};
      fields_ = offsets_ = 0;
      place_ = Place::entry;
    } else {
      unexpected("an object");
    }
    return true;
  }
  bool key(std::string& name) {
    if (place_ == Place::entry) {
      field_ = name == "dtype"          ? dtype_field
               : name == "shape"        ? shape_field
               : name == "data_offsets" ? offsets_field
                                        : 0;
      if (field_ == 0 || (fields_ & field_) != 0) {
        wrong_entry("the field '" + shortened(name) +
                    "', expected one each of dtype, shape and data_offsets");
      }
      fields_ |= field_;
    } else {
      key_ = std::move(name);
    }
    return true;
  }
  bool end_object() {
    if (place_ != Place::entry) {
      place_ = place_ == Place::metadata ? Place::names : Place::after;
      return true;
    }
    if (fields_ != (dtype_field | shape_field | offsets_field) || offsets_ != 2) {
      wrong_entry("too little: it needs a dtype, a shape and two data_offsets");
    }
    std::uint64_t bytes = size_of(entry_.dtype);
    for (const std::int64_t extent : entry_.shape) {
      if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes)) {
        wrong_entry("a shape too large for any file");
      }
    }
    if (entry_.begin > entry_.end || entry_.end - entry_.begin != bytes) {
      wrong_entry(concat("data_offsets from ", entry_.begin, " to ", entry_.end, ", but its shape ",
                         entry_.shape, " needs ", bytes, " bytes"));
    }
    header_.entries.push_back(std::move(entry_));
    place_ = Place::names;
    return true;
  }
  bool start_array(std::size_t) {
    if (place_ != Place::entry || field_ == dtype_field) unexpected("a list");
    place_ = field_ == shape_field ? Place::shape : Place::offsets;
    return true;
  }
  bool end_array() {
    place_ = Place::entry;
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception& error) {
    not_json(error.what());
  }
  [[noreturn]] void not_json(const std::string& why) const {
    damaged(origin_, "its header is not JSON: " + shortened(why));
  }

 private:
  enum class Place { before, names, metadata, entry, shape, offsets, after };
  static constexpr int dtype_field = 1, shape_field = 2, offsets_field = 4;

  [[noreturn]] void unexpected(const char* what) const {
    const char* where = place_ == Place::before     ? "in place of a JSON object"
                        : place_ == Place::metadata ? "in its __metadata__, which holds strings"
                        : place_ == Place::names    ? "in place of a tensor's description"
                                                    : "in a tensor's description";
    damaged(origin_, concat("its header has ", what, " ", where));
  }
  [[noreturn]] void wrong_entry(const std::string& what) const {
    damaged(origin_, "tensor '" + shortened(entry_.name) + "' has " + what);
  }

  const std::string& origin_;
  SafetensorsHeader& header_;
  Place place_ = Place::before;
  bool has_metadata_ = false;
  std::string key_;
  SafetensorsEntry entry_{};
  int field_ = 0, fields_ = 0, offsets_ = 0;
};

}  // namespace

void damaged(const std::string& origin, const std::string& why) {
  fail(ErrorKind::value, origin, " is damaged: ", why, "; copy it again, or save the model again");
}

const char* safetensors_name(Dtype dtype) {
  return std::find_if(dtype_names.begin(), dtype_names.end(),
                      [&](const Name& row) { return row.dtype == dtype; })
      ->name;
}

const Dtype* safetensors_dtype(std::string_view name) {
  const auto* row = std::find_if(dtype_names.begin(), dtype_names.end(),
                                 [&](const Name& each) { return name == each.name; });
  return row == dtype_names.end() ? nullptr : &row->dtype;
}

void parse_safetensors_header(std::string_view text, const std::string& origin,
                              SafetensorsHeader& header) {
  HeaderParser parser(origin, header);
  parse_events(text, parser);
  std::vector<std::string_view> names;
  names.reserve(header.entries.size());
  for (const SafetensorsEntry& entry : header.entries) names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  const auto twin = std::adjacent_find(names.begin(), names.end());
  if (twin != names.end()) {
    damaged(origin, "its header names '" + shortened(std::string(*twin)) + "' twice");
  }
}

}  // namespace lamina
