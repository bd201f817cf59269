#include "lamina/layers/fusing_layer.hpp"

#include "layers/run_call.hpp"

namespace lamina {

Tensor FusingLayer::run_fused(const Tensor& inputs, const CallContext& context,
                              const Epilogue& epilogue) {
  return run_call(inputs, context, [&](const Tensors& given, const CallContext& resolved) {
    return Tensors(call_fused(given.front(), resolved.is_training(), epilogue));
  });
}

}  // namespace lamina
