// A model as text: a table of its layers, and a graph in Graphviz's language.
#include <algorithm>
#include <iomanip>
#include <sstream>

#include "core/check.hpp"
#include "lamina/models/model.hpp"

namespace lamina {
namespace {

std::string title_of(const Model& model, const Layer& layer) {
  return concat(model.name_of(layer), " (", layer.type(), ")");
}

// Names may hold quotes and backslashes.
std::string quoted(const std::string& text) {
  std::ostringstream result;
  result << '"';
  for (char c : text) result << (c == '"' || c == '\\' ? "\\" : "") << c;
  result << '"';
  return result.str();
}

}  // namespace

// By default layers follow one another.
std::vector<Model::Place> Model::places() const {
  std::vector<Place> result;
  Shapes shapes = build_shapes();
  for (const auto& layer : layers()) {
    Place place{layer, {}, {}};
    if (built()) {
      shapes = layer->output_shapes(shapes);
      place.outputs = shapes;
    }
    if (!result.empty()) place.from.push_back(result.size() - 1);
    result.push_back(std::move(place));
  }
  return result;
}

std::string Model::summary() const {
  const std::vector<Place> all = places();
  const bool shows_from = branches();
  std::vector<std::vector<std::string>> rows{{"Layer (type)", "Output shape", "Params"}};
  if (shows_from) rows.front().emplace_back("Connected to");
  for (const Place& place : all) {
    const Layer& layer = *place.layer;
    rows.push_back({title_of(*this, layer), place.outputs.empty() ? "?" : place.outputs.str(),
                    layer.built() ? std::to_string(layer.count_params()) : "0 (unbuilt)"});
    if (!shows_from) continue;
    std::string from;
    for (std::size_t i : place.from) from += (from.empty() ? "" : ", ") + name_of(*all[i].layer);
    rows.back().push_back(from.empty() ? "-" : from);
  }
  std::vector<std::size_t> wide(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) wide[i] = std::max(wide[i], row[i].size());
  }
  wide[2] = std::max<std::size_t>(wide[2], 12);
  const std::string rule(wide[0] + wide[1] + wide[2] + 6 + (shows_from ? wide[3] + 3 : 0), '-');
  std::ostringstream text;
  text << "Model: \"" << name() << "\"\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text << std::left << std::setw(static_cast<int>(wide[0]) + 3) << rows[i][0]
         << std::setw(static_cast<int>(wide[1]) + 3) << rows[i][1] << std::right
         << std::setw(static_cast<int>(wide[2])) << rows[i][2];
    if (shows_from) text << "   " << rows[i][3];
    text << "\n";
    if (i == 0) text << rule << "\n";
  }
  std::int64_t trainable_count = 0;
  for (const Variable& weight : trainable_weights()) trainable_count += weight.shape().size();
  text << rule << "\nTotal params: " << count_params() << " (trainable " << trainable_count
       << ", non-trainable " << count_params() - trainable_count << ")\n";
  return text.str();
}

std::string Model::dot(bool show_shapes) const {
  const std::vector<Place> all = places();
  std::ostringstream text;
  text << "digraph " << quoted(name()) << " {\n  node [shape=box];\n";
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Layer& layer = *all[i].layer;
    std::string label = title_of(*this, layer);
    if (show_shapes && !all[i].outputs.empty()) label = concat(label, " ", all[i].outputs.str());
    text << "  " << i << " [label=" << quoted(label) << "];\n";
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t from : all[i].from) text << "  " << from << " -> " << i << ";\n";
  }
  text << "}\n";
  return text.str();
}

}  // namespace lamina
