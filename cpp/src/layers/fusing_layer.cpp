#include "lamina/layers/fusing_layer.hpp"

#include "layers/call_scope.hpp"

namespace lamina {

Tensor FusingLayer::run_fused(const Tensor& inputs, const CallContext& context,
                              const Epilogue& epilogue) {
  const CallScope scope(*this, context);
  const Tensors given = begin_call(inputs, scope.context());
  return end_call(inputs, call_fused(given.front(), scope.context().is_training(), epilogue));
}

}  // namespace lamina
