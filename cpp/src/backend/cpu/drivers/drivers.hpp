// Drivers: they cut an operation into chunks, prepare scratch memory, and call kernels from
// parallel_for. How a sum is cut depends on its length alone, never on the number of threads.
#pragma once

#include "backend/backend.hpp"
#include "backend/cpu/kernels/kernel_table.hpp"

namespace lamina::cpu::drivers {

void unary(const KernelTable& kernels, const UnaryParams& p);
void unary_backward(const KernelTable& kernels, const UnaryBackwardParams& p);
void binary(const KernelTable& kernels, const BinaryParams& p);
void compare(const KernelTable& kernels, const CompareParams& p);
void select(const KernelTable& kernels, const SelectParams& p);
void copy(const KernelTable& kernels, const CopyParams& p);
void reduce(const KernelTable& kernels, const ReduceParams& p);
void arg_reduce(const KernelTable& kernels, const ArgReduceParams& p);
void cumulative_sum(const KernelTable& kernels, const CumulativeSumParams& p);
void sort(const SortParams& p);
void gemm(const KernelTable& kernels, const GemmParams& p);
void conv(const KernelTable& kernels, const ConvParams& p);
void conv_backward_data(const KernelTable& kernels, const ConvBackwardDataParams& p);
void conv_backward_filter(const KernelTable& kernels, const ConvBackwardFilterParams& p);
void softmax(const KernelTable& kernels, const SoftmaxParams& p);
void softmax_backward(const KernelTable& kernels, const SoftmaxBackwardParams& p);
void loss(const KernelTable& kernels, const LossParams& p);
void accuracy(const KernelTable& kernels, const AccuracyParams& p);
void accumulate(const KernelTable& kernels, const AccumulateParams& p);
void accumulate_mean(const KernelTable& kernels, const AccumulateMeanParams& p);
void batch_norm(const KernelTable& kernels, const BatchNormParams& p);
void batch_norm_backward(const KernelTable& kernels, const BatchNormBackwardParams& p);
void group_norm(const KernelTable& kernels, const GroupNormParams& p);
void group_norm_backward(const KernelTable& kernels, const GroupNormBackwardParams& p);
void row_norm(const KernelTable& kernels, const RowNormParams& p);
void row_norm_backward(const KernelTable& kernels, const RowNormBackwardParams& p);
void pool(const KernelTable& kernels, const PoolParams& p);
void pool_backward(const KernelTable& kernels, const PoolBackwardParams& p);
void dropout(const KernelTable& kernels, const DropoutParams& p);
void optimizer_step(const KernelTable& kernels, const OptimizerParams& p);
void cast(const KernelTable& kernels, const CastParams& p);
void gather_rows(const KernelTable& kernels, const GatherRowsParams& p);
void scatter_rows(const KernelTable& kernels, const ScatterRowsParams& p);
void fill(const KernelTable& kernels, const FillParams& p);

}  // namespace lamina::cpu::drivers
