// Layers that make one tensor of several, element by element.
#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

/// The base of all layers that take a list of tensors and give one.
class LAMINA_API Merge : public Layer {
 public:
  bool takes_list() const override { return true; }
  bool supports_masking() const override { return true; }
  /// An entry counts if it does in any of the inputs; all count if an input has no mask.
  Tensors compute_mask(const Tensors& inputs) const override;
  Shapes output_shapes(const Shapes& input_shapes) const override {
    return merged_shape(input_shapes.list());
  }

 protected:
  using Layer::Layer;
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  /// The inputs' shapes were checked.
  virtual Tensor merged(const TensorList& inputs) const = 0;
  /// A value error if the shapes do not fit together.
  virtual Shape merged_shape(const std::vector<Shape>& shapes) const = 0;

  void build(const Shapes& input_shapes) override { merged_shape(input_shapes.list()); }
  bool accepts(const Shapes& input_shapes) const override;
};

struct MergeOptions {
  std::string name = {};
};

/// Shapes broadcast as NumPy's, after the batch axis; missing axes are inserted there as 1.
class LAMINA_API ElementwiseMerge : public Merge {
 public:
  using Operation = Tensor (*)(const Tensor&, const Tensor&);

 protected:
  ElementwiseMerge(const char* type, const MergeOptions& options, Operation operation)
      : Merge(type, options.name), operation_(operation) {}
  Tensor merged(const TensorList& inputs) const override;
  Shape merged_shape(const std::vector<Shape>& shapes) const override;

 private:
  Operation operation_;
};

/// The sum.
class LAMINA_API Add : public ElementwiseMerge {
 public:
  explicit Add(const MergeOptions& options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
};
/// The first minus the second, of two.
class LAMINA_API Subtract : public ElementwiseMerge {
 public:
  explicit Subtract(const MergeOptions& options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);

 protected:
  Shape merged_shape(const std::vector<Shape>& shapes) const override;
};
/// The product.
class LAMINA_API Multiply : public ElementwiseMerge {
 public:
  explicit Multiply(const MergeOptions& options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
};
/// The mean.
class LAMINA_API Average : public ElementwiseMerge {
 public:
  explicit Average(const MergeOptions& options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);

 protected:
  Tensor merged(const TensorList& inputs) const override;
};
/// The largest.
class LAMINA_API Maximum : public ElementwiseMerge {
 public:
  explicit Maximum(const MergeOptions& options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
};
/// The smallest.
class LAMINA_API Minimum : public ElementwiseMerge {
 public:
  explicit Minimum(const MergeOptions& options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
};

}  // namespace lamina
