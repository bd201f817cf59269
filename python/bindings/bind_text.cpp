// Layers that learn a vocabulary, and their work on strings, which runs without the interpreter.
#include "bindings.hpp"
#include "strings.hpp"
#include "text/hashing.hpp"

namespace lamina::python {
namespace {

std::string encoding_of(const Layer& layer) { return layer.config().string("encoding"); }

// What all of them offer.
template <class Term, class LayerType, class... More>
void bind_vocabulary(py::class_<LayerType, More...>& cls) {
  cls.def("set_vocabulary",
          [](LayerType& self, const std::vector<Term>& terms, const std::vector<double>& weights) {
            self.set_vocabulary(terms, weights);
          });
  cls.def("get_vocabulary", [](const LayerType& self, bool include_special_tokens) {
    return self.vocabulary().terms(include_special_tokens);
  });
  cls.def("vocabulary_size", [](const LayerType& self) { return self.vocabulary().size(); });
  cls.def("reset_state", &LayerType::reset_state);
  cls.def("finalize_state", &LayerType::finalize_state);
}

}  // namespace

void bind_text(py::module_& m) {
  py::class_<IntegerLookup, Layer, std::shared_ptr<IntegerLookup>> integers(m, "IntegerLookup");
  bind_vocabulary<std::int64_t>(integers);
  integers.def("adapt", [](IntegerLookup& self, py::handle data) {
    const Tensor samples = data_from("data", data);
    const GilRelease unlock;
    self.adapt(samples);
  });
  integers.def("update_state", [](IntegerLookup& self, py::handle data) {
    const Tensor batch = data_from("data", data);
    const GilRelease unlock;
    self.update_state(batch);
  });

  // The 64 bits of each string's hash, as an int64.
  m.def("hash_strings", [](py::handle inputs, const std::vector<std::uint64_t>& salt) {
    const StringArray given = strings_from("inputs", inputs, "utf-8");
    std::vector<std::int64_t> hashes;
    for (std::size_t i = 0; i < given.size(); ++i) {
      hashes.push_back(static_cast<std::int64_t>(
          salt.empty() ? text::fingerprint64(given[i])
                       : text::siphash(given[i], salt.front(), salt.back())));
    }
    return Tensor::copy_of(std::span<const std::int64_t>(hashes), given.shape(), Device());
  });

  py::class_<StringLookup, Layer, std::shared_ptr<StringLookup>> strings(m, "StringLookup");
  bind_vocabulary<std::string>(strings);
  strings.def("adapt", [](StringLookup& self, py::handle data) {
    const StringArray samples = strings_from("data", data, encoding_of(self));
    const GilRelease unlock;
    self.adapt(samples);
  });
  strings.def("update_state", [](StringLookup& self, py::handle data) {
    const StringArray batch = strings_from("data", data, encoding_of(self));
    const GilRelease unlock;
    self.update_state(batch);
  });
  strings.def("transform", [](const StringLookup& self, py::handle inputs) {
    const StringArray given = strings_from("inputs", inputs, encoding_of(self));
    const GilRelease unlock;
    return self.transform(given);
  });
  strings.def("inverted", [](const StringLookup& self, py::handle inputs) {
    return array_from(self.inverted(data_from("inputs", inputs)));
  });

  py::class_<TextVectorization, Layer, std::shared_ptr<TextVectorization>> texts(
      m, "TextVectorization");
  bind_vocabulary<std::string>(texts);
  texts.def("adapt", [](TextVectorization& self, py::handle data) {
    const StringArray samples = strings_from("data", data, encoding_of(self));
    const GilRelease unlock;
    self.adapt(samples);
  });
  texts.def("update_state", [](TextVectorization& self, py::handle data) {
    const StringArray batch = strings_from("data", data, encoding_of(self));
    const GilRelease unlock;
    self.update_state(self.split(self.standardized(batch)));
  });
  texts.def("transform", [](const TextVectorization& self, py::handle inputs) {
    const StringArray given = strings_from("inputs", inputs, encoding_of(self));
    const GilRelease unlock;
    return self.transform(given);
  });
  // Single steps, for functions of Python in the place of the others.
  texts.def("standardized", [](const TextVectorization& self, py::handle inputs) {
    return array_from(self.standardized(strings_from("inputs", inputs, encoding_of(self))));
  });
  texts.def("indexed_texts", [](const TextVectorization& self, py::handle inputs) {
    const StringArray given = strings_from("standardize's result", inputs, encoding_of(self));
    const GilRelease unlock;
    return self.indexed(self.split(given));
  });
  texts.def("indexed_tokens", [](const TextVectorization& self, py::handle tokens) {
    const StringLists given = string_lists_from("split's result", tokens, encoding_of(self));
    const GilRelease unlock;
    return self.indexed(given);
  });
  texts.def("count_texts", [](TextVectorization& self, py::handle inputs) {
    const StringArray given = strings_from("standardize's result", inputs, encoding_of(self));
    const GilRelease unlock;
    self.update_state(self.split(given));
  });
  texts.def("count_tokens", [](TextVectorization& self, py::handle tokens) {
    const StringLists given = string_lists_from("split's result", tokens, encoding_of(self));
    const GilRelease unlock;
    self.update_state(given);
  });

  m.def("read_vocabulary", &read_vocabulary);
}

}  // namespace lamina::python
