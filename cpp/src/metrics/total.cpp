#include "metrics/total.hpp"

#include "backend/backend.hpp"

namespace lamina {

Total::Total() : sum_(Tensor::zeros({}, Dtype::float64), "total", false) {}

void Total::reset() {
  backend_for(sum_.value().device()).fill({Dtype::float64, 1, 0, sum_.begin_update()});
}

void Total::add(const Tensor& value, double times) {
  backend_for(value.device())
      .accumulate({value.dtype(), value.data(), times, static_cast<double*>(sum_.begin_update())});
}

}  // namespace lamina
