// What a model's summary and drawing show.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lamina {

struct SummaryOptions {
  std::int64_t line_length = 0;        ///< characters a line; 0: as many as the table needs
  std::vector<double> positions = {};  ///< where columns end: shares of the line, or characters
  bool expand_nested = false;          ///< the layers of models within it too
  bool show_trainable = false;         ///< whether training changes each layer
  std::string first_layer = {}, last_layer = {};  ///< only the layers between; empty: all
};

struct DrawingOptions {
  bool show_shapes = false;
  bool show_dtype = false;
  bool show_layer_names = true;
  std::string rankdir = "TB";  ///< "TB": downwards, "LR": to the right, "BT", "RL"
  bool expand_nested = false;  ///< the layers of models within it too
  std::int64_t dpi = 0;        ///< dots an inch; 0: Graphviz's own
  bool show_layer_activations = false;
  bool show_trainable = false;
};

}  // namespace lamina
