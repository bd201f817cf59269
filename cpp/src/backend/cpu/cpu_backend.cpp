#include "backend/cpu/cpu_backend.hpp"

#include "backend/cpu/dispatch.hpp"
#include "backend/cpu/drivers/drivers.hpp"

namespace lamina::cpu {
namespace {

class CpuBackend final : public Backend {
 public:
  void unary(const UnaryParams& p) override { drivers::unary(kernels(), p); }
  void unary_backward(const UnaryBackwardParams& p) override {
    drivers::unary_backward(kernels(), p);
  }
  void binary(const BinaryParams& p) override { drivers::binary(kernels(), p); }
  void compare(const CompareParams& p) override { drivers::compare(kernels(), p); }
  void select(const SelectParams& p) override { drivers::select(kernels(), p); }
  void copy(const CopyParams& p) override { drivers::copy(kernels(), p); }
  void reduce(const ReduceParams& p) override { drivers::reduce(kernels(), p); }
  void arg_reduce(const ArgReduceParams& p) override { drivers::arg_reduce(kernels(), p); }
  void cumulative_sum(const CumulativeSumParams& p) override {
    drivers::cumulative_sum(kernels(), p);
  }
  void sort(const SortParams& p) override { drivers::sort(p); }
  void gemm(const GemmParams& p) override { drivers::gemm(kernels(), p); }
  void conv(const ConvParams& p) override { drivers::conv(kernels(), p); }
  void conv_backward_data(const ConvBackwardDataParams& p) override {
    drivers::conv_backward_data(kernels(), p);
  }
  void conv_backward_filter(const ConvBackwardFilterParams& p) override {
    drivers::conv_backward_filter(kernels(), p);
  }
  void softmax(const SoftmaxParams& p) override { drivers::softmax(kernels(), p); }
  void softmax_backward(const SoftmaxBackwardParams& p) override {
    drivers::softmax_backward(kernels(), p);
  }
  void loss(const LossParams& p) override { drivers::loss(kernels(), p); }
  void accuracy(const AccuracyParams& p) override { drivers::accuracy(kernels(), p); }
  void accumulate(const AccumulateParams& p) override { drivers::accumulate(kernels(), p); }
  void accumulate_mean(const AccumulateMeanParams& p) override {
    drivers::accumulate_mean(kernels(), p);
  }
  void batch_norm(const BatchNormParams& p) override { drivers::batch_norm(kernels(), p); }
  void batch_norm_backward(const BatchNormBackwardParams& p) override {
    drivers::batch_norm_backward(kernels(), p);
  }
  void group_norm(const GroupNormParams& p) override { drivers::group_norm(kernels(), p); }
  void group_norm_backward(const GroupNormBackwardParams& p) override {
    drivers::group_norm_backward(kernels(), p);
  }
  void row_norm(const RowNormParams& p) override { drivers::row_norm(kernels(), p); }
  void row_norm_backward(const RowNormBackwardParams& p) override {
    drivers::row_norm_backward(kernels(), p);
  }
  void pool(const PoolParams& p) override { drivers::pool(kernels(), p); }
  void pool_backward(const PoolBackwardParams& p) override { drivers::pool_backward(kernels(), p); }
  void dropout(const DropoutParams& p) override { drivers::dropout(kernels(), p); }
  void optimizer_step(const OptimizerParams& p) override { drivers::optimizer_step(kernels(), p); }
  void cast(const CastParams& p) override { drivers::cast(kernels(), p); }
  void gather_rows(const GatherRowsParams& p) override { drivers::gather_rows(kernels(), p); }
  void scatter_rows(const ScatterRowsParams& p) override { drivers::scatter_rows(kernels(), p); }
  void fill(const FillParams& p) override { drivers::fill(kernels(), p); }
};

}  // namespace

Backend& cpu_backend() {
  static CpuBackend backend;
  return backend;
}

}  // namespace lamina::cpu
