// One step of recurrence for one row of a batch, and its gradient: what follows the products with
// the recurrent weights. The formulas stand in backend/operations/rnn.hpp.
// Hochreiter and Schmidhuber, 1997, "Long short-term memory"; Cho et al., 2014, "Learning phrase
// representations using RNN encoder-decoder for statistical machine translation".

template <class T, class Activation>
void simple_step(const RnnRow<T>& row) {
  for_each_vector<T>(row.units, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> h = Activation::template apply<T>(load_some(row.gates + i, count));
    store_some(row.gates + i, h, count);
    store_some(row.h + i, h, count);
  });
}

template <class T, class Slope>
void simple_gradient(const RnnGradientRow<T>& row) {
  for_each_vector<T>(row.units, [=](std::int64_t i, int count) LAMINA_LAMBDA {
    const Vec<T> dz =
        Slope::template apply<T>(load_some(row.dh + i, count), load_some(row.gates + i, count), {});
    store_some(row.gates + i, dz, count);
    store_some(row.pushed + i, dz, count);
    store_some(row.dh + i, Vec<T>{}, count);
  });
}

template <class T>
void lstm_step(const RnnRow<T>& row) {
  const std::int64_t units = row.units;
  T *const input = row.gates, *const forget = input + units, *const candidate = forget + units,
           *const output = candidate + units;
  for_each_vector<T>(units, [=](std::int64_t j, int count) LAMINA_LAMBDA {
    const Vec<T> i = sigmoid_of<T>(load_some(input + j, count));
    const Vec<T> f = sigmoid_of<T>(load_some(forget + j, count));
    const Vec<T> n = tanh_of<T>(load_some(candidate + j, count));
    const Vec<T> o = sigmoid_of<T>(load_some(output + j, count));
    const Vec<T> c = f * load_some(row.c + j, count) + i * n;
    store_some(row.c + j, c, count);
    store_some(row.h + j, o * tanh_of<T>(c), count);
    store_some(input + j, i, count);
    store_some(forget + j, f, count);
    store_some(candidate + j, n, count);
    store_some(output + j, o, count);
  });
}

template <class T>
void lstm_gradient(const RnnGradientRow<T>& row) {
  const std::int64_t units = row.units;
  T* const gates[4] = {row.gates, row.gates + units, row.gates + 2 * units, row.gates + 3 * units};
  for_each_vector<T>(units, [&](std::int64_t j, int count) LAMINA_LAMBDA {
    const Vec<T> i = load_some(gates[0] + j, count), f = load_some(gates[1] + j, count);
    const Vec<T> n = load_some(gates[2] + j, count), o = load_some(gates[3] + j, count);
    const Vec<T> before = load_some(row.previous_c + j, count);
    const Vec<T> t = tanh_of<T>(f * before + i * n);
    const Vec<T> dh = load_some(row.dh + j, count);
    const Vec<T> dc = load_some(row.dc + j, count) + dh * o * (T(1) - t * t);
    const Vec<T> dz[4] = {dc * n * (i * (T(1) - i)), dc * before * (f * (T(1) - f)),
                          dc * i * (T(1) - n * n), dh * t * (o * (T(1) - o))};
#pragma GCC unroll 4
    for (int gate = 0; gate < 4; ++gate) {
      store_some(gates[gate] + j, dz[gate], count);
      store_some(row.pushed + gate * units + j, dz[gate], count);
    }
    store_some(row.dc + j, dc * f, count);
    store_some(row.dh + j, Vec<T>{}, count);
  });
}

template <class T>
void gru_step(const RnnRow<T>& row) {
  const std::int64_t units = row.units;
  const T* const bias = row.bias;
  T *const update = row.gates, *const reset = update + units, *const candidate = reset + units;
  for_each_vector<T>(units, [=](std::int64_t j, int count) LAMINA_LAMBDA {
    Vec<T> u = load_some(update + j, count), r = load_some(reset + j, count);
    if (bias != nullptr) {
      u += load_some(bias + j, count);
      r += load_some(bias + units + j, count);
    }
    u = sigmoid_of<T>(u);
    r = sigmoid_of<T>(r);
    const Vec<T> inner = load_some(row.inner + j, count);
    const Vec<T> n = tanh_of<T>(load_some(candidate + j, count) + r * inner);
    const Vec<T> h = load_some(row.h + j, count);
    store_some(row.h + j, u * h + (T(1) - u) * n, count);
    store_some(update + j, u, count);
    store_some(reset + j, r, count);
    store_some(candidate + j, n, count);
  });
}

template <class T>
void gru_gradient(const RnnGradientRow<T>& row) {
  const std::int64_t units = row.units;
  T *const update = row.gates, *const reset = update + units, *const candidate = reset + units;
  for_each_vector<T>(units, [=](std::int64_t j, int count) LAMINA_LAMBDA {
    const Vec<T> u = load_some(update + j, count), r = load_some(reset + j, count);
    const Vec<T> n = load_some(candidate + j, count), inner = load_some(row.inner + j, count);
    const Vec<T> dh = load_some(row.dh + j, count);
    const Vec<T> du = dh * (load_some(row.previous_h + j, count) - n) * (u * (T(1) - u));
    const Vec<T> dn = dh * (T(1) - u) * (T(1) - n * n);
    const Vec<T> dr = dn * inner * (r * (T(1) - r));
    store_some(update + j, du, count);
    store_some(reset + j, dr, count);
    store_some(candidate + j, dn, count);
    store_some(row.inner + j, dn * r, count);
    store_some(row.pushed + j, du, count);
    store_some(row.pushed + units + j, dr, count);
    store_some(row.pushed + 2 * units + j, dn * r, count);
    store_some(row.dh + j, dh * u, count);
  });
}

template <class T>
constexpr RnnKernels<T> rnn_kernels = {
    {simple_step<T, unary::identity>, simple_step<T, unary::relu>, simple_step<T, unary::tanh>,
     simple_step<T, unary::sigmoid>},
    gru_step<T>,
    lstm_step<T>,
    {simple_gradient<T, gradient::identity>, simple_gradient<T, gradient::relu>,
     simple_gradient<T, gradient::tanh>, simple_gradient<T, gradient::sigmoid>},
    gru_gradient<T>,
    lstm_gradient<T>,
};
