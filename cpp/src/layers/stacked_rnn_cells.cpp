#include "lamina/layers/stacked_rnn_cells.hpp"

#include "core/options.hpp"
#include "layers/joined.hpp"

namespace lamina {
namespace {

// What a cell is built for and called on.
Shapes with_states(const Shape& step, const Shapes& states) {
  Shapes all{step};
  for (const Shape& state : states) all.push_back(state.with(0, step[0]));
  return all;
}

}  // namespace

StackedRNNCells::StackedRNNCells(std::vector<std::shared_ptr<Layer>> cells, std::string name)
    : Composite("StackedRNNCells", std::move(name)), cells_(std::move(cells)) {
  if (cells_.empty()) fail(ErrorKind::value, label(), " needs at least one cell");
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    steps_.push_back(dynamic_cast<RnnCell*>(cells_[i].get()));
    if (steps_.back() == nullptr) {
      fail(ErrorKind::type, label(), " got ", cells_[i] ? cells_[i]->type() : "no layer",
           " at place ", i, ", expected a cell of recurrence");
    }
    // Names among cells are unique: the later ones are numbered.
    std::string unique = cells_[i]->name();
    for (int number = 1, at = 0; at < static_cast<int>(i);) {
      if (cells_[static_cast<std::size_t>(at)]->name() == unique) {
        unique = cells_[i]->name() + "_" + std::to_string(number++);
        at = 0;
      } else {
        ++at;
      }
    }
    if (unique != cells_[i]->name()) cells_[i]->set_name(unique);
  }
  adopt_layers();
}

std::shared_ptr<Layer> StackedRNNCells::from_config(const Config& config) {
  std::vector<std::shared_ptr<Layer>> cells;
  for (const Config& cell : config.children("cells")) {
    cells.push_back(make_layer(cell.string("class_name"), cell.child("config")));
  }
  return with_cells(std::move(cells), config);
}

std::shared_ptr<StackedRNNCells> StackedRNNCells::with_cells(
    std::vector<std::shared_ptr<Layer>> cells, const Config& config) {
  OptionReader read(config);
  for (const char* key : {"name", "trainable", "dtype", "cells"}) read.expect(key);
  read.refuse_unknown("StackedRNNCells");
  auto layer = std::make_shared<StackedRNNCells>(
      std::move(cells), config.is_null("name") ? std::string() : config.string("name"));
  layer->apply_base_config(config);
  return layer;
}

Config StackedRNNCells::config() const {
  Config config = base_config();
  std::vector<Config> cells;
  for (const auto& cell : cells_) cells.push_back(class_config(cell->type(), cell->config()));
  config.set("cells", cells);
  return config;
}

template <class Body>
void StackedRNNCells::walk(const Shape& step_shape, const Body& body) const {
  Shape step = step_shape;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const Shapes states = steps_[i]->state_shapes(step);
    body(*cells_[i], step, states);
    step = cells_[i]->output_shapes(with_states(step, states)).front();
  }
}

void StackedRNNCells::build(const Shapes& input_shapes) {
  walk(input_shapes.front(), [&](Layer& cell, const Shape& step, const Shapes& states) {
    if (cell.dtype() != dtype() && !cell.built()) cell.set_dtype(dtype());
    cell.ensure_built(with_states(step, states));
  });
}

Shapes StackedRNNCells::state_shapes(const Shape& step_shape) const {
  Shapes all;
  walk(step_shape, [&](const Layer&, const Shape&, const Shapes& states) {
    for (const Shape& state : states) all.push_back(state);
  });
  return all;
}

Shapes StackedRNNCells::output_shapes(const Shapes& input_shapes) const {
  Shapes result;
  walk(input_shapes.front(), [&](const Layer& cell, const Shape& step, const Shapes& states) {
    const Shape output = cell.output_shapes(with_states(step, states)).front();
    result = Shapes{output};
  });
  for (std::size_t i = 1; i < input_shapes.size(); ++i) result.push_back(input_shapes[i]);
  return result;
}

Tensors StackedRNNCells::initial_state(std::int64_t batch) const {
  Tensors all;
  std::size_t given = 0;
  for (const RnnCell* cell : steps_) {
    const Tensors own = cell->initial_state(batch);
    given += own.defined() ? 1 : 0;
    for (const Tensor& state : own) all.push_back(state);
  }
  if (given != 0 && given != steps_.size()) {
    fail(ErrorKind::value, label(),
         " has cells with and without an initial state; "
         "define get_initial_state in all of them, or in none");
  }
  return all;
}

void StackedRNNCells::begin_sequence(const Tensor& inputs) {
  std::size_t i = 0;
  walk(inputs.shape(), [&](const Layer&, const Shape& step, const Shapes&) {
    steps_[i++]->begin_sequence(Tensor::empty(step, inputs.dtype(), inputs.device()));
  });
}

void StackedRNNCells::end_sequence() {
  for (RnnCell* cell : steps_) cell->end_sequence();
}

Tensors StackedRNNCells::step(const Tensor& inputs, const Tensors& states, bool training) {
  return (*this)(joined(inputs, states), training);
}

Tensors StackedRNNCells::call(const Tensors& inputs, const CallContext& context) {
  Tensor x = inputs.front();
  Tensors after;
  std::size_t next = 1;
  for (RnnCell* cell : steps_) {
    Tensors own;
    for (std::int64_t left = cell->state_shapes(x.shape()).size(); left > 0; --left) {
      if (next == inputs.size()) {
        fail(ErrorKind::value, label(), " got ", inputs.size() - 1,
             " states, fewer than its cells have");
      }
      own.push_back(inputs[next++]);
    }
    const Tensors result = cell->step(x, own, context.is_training());
    x = result[0];
    for (std::size_t i = 1; i < result.size(); ++i) after.push_back(result[i]);
  }
  if (next != inputs.size()) {
    fail(ErrorKind::value, label(), " got ", inputs.size() - 1, " states, expected ", next - 1);
  }
  return joined(x, after);
}

}  // namespace lamina
