// The .lamina file: a safetensors container whose metadata holds one JSON string, with tensors
// under model/ (weights), own/ (what layers keep beside them), optimizer/ (slots), state/
// (positions of random streams, and what layers carry from batch to batch) and run/ (an unfinished
// run). A reader consumes every tensor of the namespaces it opens, or fails and changes nothing.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/input_file.hpp"
#include "io/safetensors.hpp"
#include "io/safetensors_parser.hpp"
#include "models/compile_state.hpp"

namespace lamina {

inline constexpr std::int64_t format_version = 1;
inline constexpr const char* metadata_key = "lamina";
inline constexpr std::string_view weight_space = "model/", own_space = "own/",
                                  slot_space = "optimizer/", state_space = "state/",
                                  run_space = "run/";
inline constexpr std::string_view shuffle_stream = "shuffle";
// The description says that there are checksums, so that their loss is noticed.
inline constexpr const char* checksums_key = "checksums";

/// A path without the model's own name, which it begins with.
std::string within(const Model& model, const std::string& path);

/// Weights by the names in the file.
std::vector<std::pair<std::string, Variable>> weights_in_file(const Model& model);

/// The layers that a model is made of, itself too, by the prefix of what they hold:
/// "encoder/dense:".
std::vector<std::pair<std::string, Layer*>> layers_in_file(const Model& model);

class ModelFile {
 public:
  enum class Content : std::uint8_t { weights, checkpoint, model };
  static std::string write(const Model& model, Content content);
  static std::shared_ptr<Model> read(InputFile& file, const LoadOptions& options);
  static std::vector<std::string> read_weights(Model& model, InputFile& file, bool skip_mismatch);
  static void read_checkpoint(Model& model, InputFile& file);

 private:
  explicit ModelFile(InputFile& file);
  Tensor take(const std::string& name, const Shape& shape, Dtype dtype);
  std::vector<Variable> trained_weights(const Model& model) const;
  void take_weights(const Model& model);
  std::vector<std::string> take_fitting_weights(const Model& model);
  Layer::NamedTensors take_all(const std::string& prefix);
  void take_own_tensors(Model& model);
  void take_carried(Model& model);
  void take_training(Model& model, const Config& config);
  void take_state(Model& model, const Config& training);
  void take_run(Model& model, const Config& run);
  using TensorEntries = std::vector<std::pair<std::string, Tensor>>;
  static Config run_of(const Model& model, TensorEntries& tensors);
  static std::vector<std::pair<std::string, Variable>> sums_of(const Model::CompileState& training);
  void take_stream(const std::string& name, RandomStream stream);
  void finish();

  InputFile& file_;
  const std::string& origin_;
  SafetensorsHeader container_;
  Config header_;
  std::map<std::string, std::size_t> left_;  // entries that were not taken yet
  // Carried out only after everything was found to fit.
  std::vector<std::pair<Variable, Tensor>> assignments_;
  std::vector<std::pair<RandomStream, Tensor>> streams_;
  std::vector<std::function<void()>> later_;
  std::vector<std::pair<Layer*, Layer::NamedTensors>> own_tensors_;
};

}  // namespace lamina
