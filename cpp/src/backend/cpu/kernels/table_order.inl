// Tables are positional. What stands where is said here by name, so that a row or an enumerator
// that moves fails to compile.

#define LAMINA_ROW(rows, op, ...) static_assert((rows)[static_cast<int>(op)] == &__VA_ARGS__)

#define LAMINA_REDUCE_ROWS(op, Functor)                                                     \
  LAMINA_ROW(reduce_kernels<float>.rows, ReduceOp::op, reduce_rows_kernel<float, Functor>); \
  LAMINA_ROW(reduce_kernels<float>.columns, ReduceOp::op, reduce_columns_kernel<float, Functor>)
LAMINA_REDUCE_ROWS(sum, SumOp);
LAMINA_REDUCE_ROWS(max, MaxOp);
LAMINA_REDUCE_ROWS(min, MinOp);
LAMINA_REDUCE_ROWS(product, ProdOp);
#undef LAMINA_REDUCE_ROWS

#define LAMINA_COMPARE_ROW(op)                                                               \
  static_assert(compare_kernels<float>.of[static_cast<int>(CompareOp::op)].repeated[0][0] == \
                &compare_kernel<float, compare::op, false, false>)
LAMINA_COMPARE_ROW(equal);
LAMINA_COMPARE_ROW(not_equal);
LAMINA_COMPARE_ROW(less);
LAMINA_COMPARE_ROW(less_equal);
#undef LAMINA_COMPARE_ROW

// [kind][from_logits]
#define LAMINA_LOSS_ROW(kind, ...) \
  static_assert(loss_kernels<float>.loss[static_cast<int>(LossKind::kind)][0] == &__VA_ARGS__)
LAMINA_LOSS_ROW(mean_squared_error, mean_loss_kernel<float, SquaredError>);
LAMINA_LOSS_ROW(binary_crossentropy, mean_loss_kernel<float, CrossEntropyOfProbability>);
LAMINA_LOSS_ROW(categorical_crossentropy,
                probability_crossentropy_kernel<float, DenseTarget<float>>);
LAMINA_LOSS_ROW(sparse_categorical_crossentropy,
                probability_crossentropy_kernel<float, LabelTarget<float>>);
LAMINA_LOSS_ROW(mean_absolute_error, mean_loss_kernel<float, AbsoluteError>);
LAMINA_LOSS_ROW(huber, mean_loss_kernel<float, HuberError<false>>);
LAMINA_LOSS_ROW(smooth_l1, mean_loss_kernel<float, HuberError<true>>);
LAMINA_LOSS_ROW(log_cosh, mean_loss_kernel<float, LogCoshError>);
#undef LAMINA_LOSS_ROW

LAMINA_ROW(loss_kernels<float>.accuracy, AccuracyKind::binary, binary_accuracy_kernel<float>);
LAMINA_ROW(loss_kernels<float>.accuracy, AccuracyKind::categorical,
           categorical_accuracy_kernel<float>);
LAMINA_ROW(loss_kernels<float>.accuracy, AccuracyKind::sparse, sparse_accuracy_kernel<float>);
LAMINA_ROW(loss_kernels<float>.accuracy, AccuracyKind::exact, exact_accuracy_kernel<float>);

// [op][places]
static_assert(pool_kernels<float>.forward[static_cast<int>(PoolOp::max)][0] ==
              &pool_extremum_kernel<float, PoolMax, void>);
static_assert(pool_kernels<float>.forward[static_cast<int>(PoolOp::min)][0] ==
              &pool_extremum_kernel<float, PoolMin, void>);
static_assert(pool_kernels<float>.forward[static_cast<int>(PoolOp::average)][0] ==
              &pool_average_kernel<float>);

#define LAMINA_OPTIMIZER_ROW(kind, ...) \
  LAMINA_ROW(float_kernels<float>.optimizer, OptimizerKind::kind, __VA_ARGS__)
LAMINA_OPTIMIZER_ROW(sgd, sgd_kernel<float, Momentum::none>);
LAMINA_OPTIMIZER_ROW(sgd_momentum, sgd_kernel<float, Momentum::plain>);
LAMINA_OPTIMIZER_ROW(sgd_nesterov, sgd_kernel<float, Momentum::nesterov>);
LAMINA_OPTIMIZER_ROW(adam, adam_kernel<float, false>);
LAMINA_OPTIMIZER_ROW(adam_amsgrad, adam_kernel<float, true>);
LAMINA_OPTIMIZER_ROW(rmsprop, rmsprop_kernel<float, false, false>);
LAMINA_OPTIMIZER_ROW(rmsprop_momentum, rmsprop_kernel<float, true, false>);
LAMINA_OPTIMIZER_ROW(rmsprop_centered, rmsprop_kernel<float, false, true>);
LAMINA_OPTIMIZER_ROW(rmsprop_centered_momentum, rmsprop_kernel<float, true, true>);
LAMINA_OPTIMIZER_ROW(nadam, nadam_kernel<float>);
LAMINA_OPTIMIZER_ROW(adamax, adamax_kernel<float>);
LAMINA_OPTIMIZER_ROW(adagrad, adagrad_kernel<float>);
LAMINA_OPTIMIZER_ROW(adadelta, adadelta_kernel<float>);
LAMINA_OPTIMIZER_ROW(ftrl, ftrl_kernel<float, false>);
LAMINA_OPTIMIZER_ROW(ftrl_power, ftrl_kernel<float, true>);
LAMINA_OPTIMIZER_ROW(lion, lion_kernel<float>);
LAMINA_OPTIMIZER_ROW(schedule_free, schedule_free_kernel<float>);
LAMINA_OPTIMIZER_ROW(adam_direction, adam_direction_kernel<float>);
LAMINA_OPTIMIZER_ROW(accumulate, accumulate_kernel<float>);
LAMINA_OPTIMIZER_ROW(average, average_kernel<float>);
#undef LAMINA_OPTIMIZER_ROW
#undef LAMINA_ROW
