#pragma once

#include "lamina/layers/composite.hpp"
#include "lamina/layers/rnn_cell.hpp"

namespace lamina {

/// Cells on top of each other as one: each takes the output of the one before. Its states are those
/// of all cells, one after the other.
class LAMINA_API StackedRNNCells : public Composite, public RnnCell {
 public:
  explicit StackedRNNCells(std::vector<std::shared_ptr<Layer>> cells, std::string name = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  /// The same, where the configuration's cells are others, or none.
  static std::shared_ptr<StackedRNNCells> with_cells(std::vector<std::shared_ptr<Layer>> cells,
                                                     const Config& config);
  Config config() const override;
  const std::vector<std::shared_ptr<Layer>>& layers() const override { return cells_; }
  bool takes_list() const override { return true; }
  Shapes output_shapes(const Shapes& input_shapes) const override;
  Shapes state_shapes(const Shape& step_shape) const override;
  Tensors initial_state(std::int64_t batch) const override;
  Tensors step(const Tensor& inputs, const Tensors& states, bool training) override;
  void begin_sequence(const Tensor& inputs) override;
  void end_sequence() override;

 protected:
  void build(const Shapes& input_shapes) override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;

 private:
  /// Calls body(cell, the shape of its inputs, its states' shapes) for each from the first on.
  template <class Body>
  void walk(const Shape& step_shape, const Body& body) const;

  std::vector<std::shared_ptr<Layer>> cells_;
  std::vector<RnnCell*> steps_;
};

}  // namespace lamina
