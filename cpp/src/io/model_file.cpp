// What writing and reading share, and the faces of both.
#include "io/model_file.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/json.hpp"
#include "io/atomic_write.hpp"
#include "io/foreign_files.hpp"

namespace lamina {
namespace {

void collect_layers(Layer& layer, const std::string& path,
                    std::vector<std::pair<std::string, Layer*>>& found) {
  const bool known = std::any_of(found.begin(), found.end(),
                                 [&](const auto& entry) { return entry.second == &layer; });
  if (known) return;
  found.emplace_back(concat(path, ":"), &layer);
  const auto* const composite = dynamic_cast<const Composite*>(&layer);
  if (composite == nullptr) return;
  for (const auto& inner : composite->layers()) {
    collect_layers(*inner, concat(path, path.empty() ? "" : "/", composite->name_of(*inner)),
                   found);
  }
}

}  // namespace

std::string within(const Model& model, const std::string& path) {
  return path.substr(model.name().size() + 1);
}

std::vector<std::pair<std::string, Variable>> weights_in_file(const Model& model) {
  auto result = model.named_weights();
  for (auto& [path, weight] : result) path = within(model, path);
  return result;
}

std::vector<std::pair<std::string, Layer*>> layers_in_file(const Model& model) {
  std::vector<std::pair<std::string, Layer*>> found;
  collect_layers(const_cast<Model&>(model), "", found);
  return found;
}

// What losses and metrics have summed up in this epoch.
std::vector<std::pair<std::string, Variable>> ModelFile::sums_of(
    const Model::CompileState& training) {
  std::vector<std::pair<std::string, Variable>> sums;
  const auto add = [&](const std::string& name, const Metric& metric) {
    const auto& variables = metric.variables();
    for (std::size_t k = 0; k < variables.size(); ++k) {
      sums.emplace_back(concat(name, "/", k), variables[k]);
    }
  };
  add("loss", *training.means.loss);
  for (std::size_t i = 0; i < training.means.outputs.size(); ++i) {
    add(concat("output/", i), *training.means.outputs[i]);
  }
  for (std::size_t i = 0; i < training.metrics.size(); ++i) {
    add(concat("metric/", i), *training.metrics[i].metric);
  }
  for (std::size_t i = 0; i < training.extra_metrics.size(); ++i) {
    add(concat("extra/", i), *training.extra_metrics[i]);
  }
  return sums;
}

std::string Model::save_to_memory() const {
  return ModelFile::write(*this, ModelFile::Content::model);
}

void Model::save_checkpoint(const std::string& path) const {
  compile_state();  // refuses a model that was not compiled
  write_file_atomically(path, ModelFile::write(*this, ModelFile::Content::checkpoint));
}

void Model::save(const std::string& path) const {
  refuse_foreign_suffix(path);
  write_file_atomically(path, save_to_memory());
}

void Model::save_weights(const std::string& path) const {
  refuse_foreign_suffix(path);
  write_file_atomically(path, ModelFile::write(*this, ModelFile::Content::weights));
}

namespace {

// Every fault of a file is a value error. Names in a file may be very long.
template <class Read>
auto reading(const InputFile& file, const Read& read) {
  constexpr std::size_t longest_message = 1000;
  try {
    return read();
  } catch (const Error& error) {
    const bool in_file = error.kind() == ErrorKind::type || error.kind() == ErrorKind::index;
    const std::string message = shortened(error.what(), longest_message);
    if (!in_file) throw Error(error.kind(), message);
    fail(ErrorKind::value, file.origin(), ": ", message);
  }
}

}  // namespace

void Model::load_checkpoint(const std::string& path) {
  InputFile file(path);
  reading(file, [&] { ModelFile::read_checkpoint(*this, file); });
}

std::vector<std::string> Model::load_weights(const std::string& path, bool skip_mismatch) {
  InputFile file(path);
  return reading(file, [&] { return ModelFile::read_weights(*this, file, skip_mismatch); });
}

std::shared_ptr<Model> load_model(const std::string& path, const LoadOptions& options) {
  InputFile file(path);
  return reading(file, [&] { return ModelFile::read(file, options); });
}

std::shared_ptr<Model> load_model(std::span<const std::byte> bytes, const LoadOptions& options) {
  InputFile file(bytes, "the model in memory");
  return reading(file, [&] { return ModelFile::read(file, options); });
}

}  // namespace lamina
