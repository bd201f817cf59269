// A model as a table of its layers.
#include <algorithm>
#include <iomanip>
#include <sstream>

#include "core/check.hpp"
#include "lamina/models/model.hpp"

namespace lamina {
namespace {

using Row = std::vector<std::string>;

constexpr std::size_t gap = 3;  // between columns
constexpr std::size_t least_width = 4;

// Names of several lines' length are cut into pieces of a width.
std::vector<std::string> pieces(const std::string& text, std::size_t width) {
  std::vector<std::string> result;
  for (std::size_t begin = 0; begin < text.size(); begin += width) {
    result.push_back(text.substr(begin, width));
  }
  if (result.empty()) result.emplace_back();
  return result;
}

// The widths of columns that end at `positions`, or that share `length` by what they need.
std::vector<std::size_t> widths_of(const std::vector<Row>& rows, const SummaryOptions& options) {
  std::vector<std::size_t> wide(rows.front().size(), 0);
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) wide[i] = std::max(wide[i], row[i].size());
  }
  wide[2] = std::max<std::size_t>(wide[2], 12);
  const std::size_t gaps = gap * (wide.size() - 1);
  std::size_t needed = gaps;
  for (std::size_t each : wide) needed += each;
  const auto length = options.line_length > 0 ? static_cast<double>(options.line_length)
                                              : static_cast<double>(needed);
  if (!options.positions.empty()) {
    if (options.positions.size() < wide.size()) {
      fail(ErrorKind::value, "a summary of ", wide.size(), " columns got ",
           options.positions.size(), " positions; give where each of them ends");
    }
    const bool shares = options.positions[wide.size() - 1] <= 1;
    double begin = 0;
    for (std::size_t i = 0; i < wide.size(); ++i) {
      const double end = options.positions[i] * (shares ? length : 1);
      const double own = end - begin - (i + 1 < wide.size() ? gap : 0);
      wide[i] = own > least_width ? static_cast<std::size_t>(own) : least_width;
      begin = end;
    }
  } else if (options.line_length > 0) {
    const double share = (length - static_cast<double>(gaps)) /
                         static_cast<double>(std::max<std::size_t>(needed - gaps, 1));
    for (std::size_t& each : wide) {
      each = std::max(static_cast<std::size_t>(static_cast<double>(each) * share), least_width);
    }
  }
  return wide;
}

void write(std::ostringstream& text, const Row& row, const std::vector<std::size_t>& wide) {
  std::vector<std::vector<std::string>> cells;
  std::size_t lines = 1;
  for (std::size_t i = 0; i < row.size(); ++i) {
    cells.push_back(pieces(row[i], wide[i]));
    lines = std::max(lines, cells.back().size());
  }
  for (std::size_t line = 0; line < lines; ++line) {
    std::ostringstream written;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string cell = line < cells[i].size() ? cells[i][line] : "";
      const bool is_number = i == 2;
      written << (is_number ? std::right : std::left) << std::setw(static_cast<int>(wide[i]))
              << cell << (i + 1 < row.size() ? std::string(gap, ' ') : "");
    }
    std::string full = written.str();
    full.erase(full.find_last_not_of(' ') + 1);
    text << full << "\n";
  }
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

std::vector<std::vector<std::string>> Model::summary_rows(const SummaryOptions& options,
                                                          bool shows_from, int depth) const {
  std::vector<Row> rows;
  const std::vector<Place> all = places();
  for (const Place& place : all) {
    const Layer& layer = *place.layer;
    const std::string indent(4 * static_cast<std::size_t>(depth), ' ');
    rows.push_back({concat(indent, name_of(layer), " (", layer.type(), ")"),
                    place.outputs.empty() ? "?" : place.outputs.str(),
                    layer.built() ? std::to_string(layer.count_params()) : "0 (unbuilt)"});
    if (options.show_trainable) {
      rows.back().emplace_back(layer.weights().empty() ? "-" : layer.trainable() ? "yes" : "no");
    }
    if (shows_from) {
      std::string from;
      for (std::size_t i : place.from) from += (from.empty() ? "" : ", ") + name_of(*all[i].layer);
      rows.back().push_back(from.empty() ? "-" : from);
    }
    const auto* nested = dynamic_cast<const Model*>(&layer);
    if (options.expand_nested && nested != nullptr) {
      for (Row& row : nested->summary_rows(options, shows_from, depth + 1)) {
        rows.push_back(std::move(row));
      }
    }
  }
  if (depth > 0) return rows;
  // Of a range, the rows from its first layer to its last.
  const auto row_of = [&](const std::string& wanted) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) {
      return row.front().starts_with(wanted + " (");
    });
    if (found == rows.end()) fail(ErrorKind::value, label(), " has no layer '", wanted, "'");
    return found;
  };
  auto begin = rows.begin(), end = rows.end();
  if (!options.first_layer.empty()) begin = row_of(options.first_layer);
  if (!options.last_layer.empty()) end = row_of(options.last_layer) + 1;
  if (begin >= end && !rows.empty()) {
    fail(ErrorKind::value, label(), " has '", options.first_layer, "' behind '", options.last_layer,
         "'; name the first layer first");
  }
  return {begin, end};
}

std::string Model::summary(const SummaryOptions& options) const {
  const bool shows_from = branches();
  std::vector<Row> rows = summary_rows(options, shows_from, 0);
  Row head{"Layer (type)", "Output shape", "Params"};
  if (options.show_trainable) head.emplace_back("Trainable");
  if (shows_from) head.emplace_back("Connected to");
  rows.insert(rows.begin(), head);
  const std::vector<std::size_t> wide = widths_of(rows, options);
  std::size_t length = gap * (wide.size() - 1);
  for (std::size_t each : wide) length += each;
  const std::string rule(length, '-');
  std::ostringstream text;
  text << "Model: \"" << name() << "\"\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    write(text, rows[i], wide);
    if (i == 0) text << rule << "\n";
  }
  std::int64_t trainable_count = 0;
  for (const Variable& weight : trainable_weights()) trainable_count += weight.shape().size();
  text << rule << "\nTotal params: " << count_params() << " (trainable " << trainable_count
       << ", non-trainable " << count_params() - trainable_count << ")\n";
  return text.str();
}

}  // namespace lamina
