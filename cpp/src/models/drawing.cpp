// A model as a graph in Graphviz's language.
#include <sstream>

#include "core/check.hpp"
#include "lamina/models/model.hpp"

namespace lamina {
namespace {

// Names may hold quotes and backslashes.
std::string quoted(const std::string& text) {
  std::ostringstream result;
  result << '"';
  for (char c : text) result << (c == '"' || c == '\\' ? "\\" : "") << c;
  result << '"';
  return result.str();
}

std::string activation_of(const Layer& layer) {
  const Config config = layer.config();
  if (!config.has("activation")) return {};
  return config.is_string("activation") ? config.string("activation") : "(its own)";
}

}  // namespace

std::string Model::label_in_drawing(const Place& place, const DrawingOptions& options) const {
  const Layer& layer = *place.layer;
  std::string text = options.show_layer_names ? concat(name_of(layer), " (", layer.type(), ")")
                                              : std::string(layer.type());
  if (options.show_layer_activations) {
    const std::string activation = activation_of(layer);
    if (!activation.empty()) text += " " + activation;
  }
  if (options.show_shapes && !place.outputs.empty()) text += " " + place.outputs.str();
  if (options.show_dtype) text = concat(text, " ", lamina::name_of(layer.dtype()));
  if (options.show_trainable && !layer.weights().empty()) {
    text += layer.trainable() ? " trainable" : " not trainable";
  }
  return text;
}

// Boxes named by their places: "0", or "n0_1" within the model at place 0, whose last box stands
// for it where others take what it gives, and whose first where it takes from them.
void Model::draw(std::ostream& text, const DrawingOptions& options, const std::string& prefix,
                 std::string& first, std::string& last) const {
  const std::vector<Place> all = places();
  std::vector<std::string> begins, ends;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string box = prefix + std::to_string(i);
    begins.push_back(box);
    ends.push_back(box);
    const auto* nested = dynamic_cast<const Model*>(all[i].layer.get());
    const std::string label = quoted(label_in_drawing(all[i], options));
    if (!options.expand_nested || nested == nullptr) {
      text << "  " << box << " [label=" << label << "];\n";
      continue;
    }
    text << "  subgraph cluster_" << box << " {\n  label=" << label << ";\n";
    nested->draw(text, options, "n" + box + "_", begins.back(), ends.back());
    text << "  }\n";
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t from : all[i].from) text << "  " << ends[from] << " -> " << begins[i] << ";\n";
  }
  if (all.empty()) return;
  first = begins.front();
  last = ends.back();
}

std::string Model::dot(const DrawingOptions& options) const {
  const std::string& direction = options.rankdir;
  if (direction != "TB" && direction != "LR" && direction != "BT" && direction != "RL") {
    fail(ErrorKind::value, "a drawing needs rankdir TB, LR, BT or RL, got '", direction, "'");
  }
  std::ostringstream text;
  text << "digraph " << quoted(name()) << " {\n";
  if (direction != "TB") text << "  rankdir=" << direction << ";\n";
  if (options.dpi > 0) text << "  dpi=" << options.dpi << ";\n";
  text << "  node [shape=box];\n";
  std::string first, last;
  draw(text, options, "", first, last);
  text << "}\n";
  return text.str();
}

}  // namespace lamina
