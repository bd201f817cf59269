// Recurrence over whole sequences. Rows of a batch never meet, so each thread walks all steps for
// its slice of the rows and waits for nobody; the recurrent weights are laid out once for all
// steps.
#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/packed_product.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

// Multiply-adds that a slice must hold to be worth another thread, as in a matrix product.
constexpr std::int64_t slice_products = 256 * 1024;

// A region of threads ends after about so many, some 50 ms, for the program to be heard.
constexpr std::int64_t region_products = std::int64_t{1} << 32;

// Below this many products of a few rows, laying the weights out costs more than it gains.
constexpr std::int64_t products_worth_packing = 8;

// How the rows of a batch, and the steps of a sequence, are cut.
struct Cut {
  std::int64_t rows, slices, steps;

  explicit Cut(const RnnShape& s) {
    const std::int64_t of_row = gates_of(s.kind) * s.units * (s.units + 16);
    const std::int64_t wanted =
        std::clamp<std::int64_t>(s.batch * s.steps * of_row / slice_products, 1,
                                 std::min<std::int64_t>(num_threads(), s.batch));
    rows = chunk_count(s.batch, wanted);
    slices = chunk_count(s.batch, rows);
    steps = std::max<std::int64_t>(region_products / (s.batch * of_row), 1);
  }
};

// Calls step(first row, rows, slice, t, place) for all steps of all slices; t is where the inputs
// of a step lie, place the number of the step in the walk.
template <class Step>
void walk(const RnnShape& s, const Cut& cut, bool from_the_end, const Step& step) {
  for (std::int64_t begin = 0; begin < s.steps; begin += cut.steps) {
    const std::int64_t end = std::min(begin + cut.steps, s.steps);
    parallel_for(cut.slices, num_threads(), [&](std::int64_t slice, int) noexcept {
      const std::int64_t first = slice * cut.rows, rows = std::min(cut.rows, s.batch - first);
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t place = from_the_end ? s.steps - 1 - i : i;
        step(first, rows, slice, s.backwards ? s.steps - 1 - place : place, place);
      }
    });
  }
}

template <class T>
void copy_rows(const T* from, std::int64_t from_stride, std::int64_t rows, std::int64_t cols, T* to,
               std::int64_t to_stride) {
  for (std::int64_t r = 0; r < rows; ++r) {
    std::copy_n(from + r * from_stride, cols, to + r * to_stride);
  }
}

template <class T>
T* at(void* data, std::int64_t place) {
  return data == nullptr ? nullptr : static_cast<T*>(data) + place;
}
template <class T>
const T* at(const void* data, std::int64_t place) {
  return data == nullptr ? nullptr : static_cast<const T*>(data) + place;
}

std::int64_t whole_lines(std::int64_t elements) { return (elements + 15) / 16 * 16; }

// Numbers of each slice, `count` blocks of (rows, cols), each of which begins on a cache line.
template <class T>
struct Slices {
  const Cut& cut;
  std::int64_t batch, cols;
  int count;
  T* data = nullptr;

  std::int64_t block() const { return whole_lines(cut.rows * cols); }
  std::int64_t room() const { return cut.slices * count * block(); }
  T* of(std::int64_t slice, int which) const { return data + (slice * count + which) * block(); }
  // From and to an array of the whole batch; null: zeros.
  void load(int which, const void* from) const {
    for_each([&](std::int64_t slice, std::int64_t first, std::int64_t n) {
      from == nullptr ? static_cast<void>(std::fill_n(of(slice, which), n, T(0)))
                      : static_cast<void>(std::copy_n(at<T>(from, first), n, of(slice, which)));
    });
  }
  void store(int which, void* to) const {
    for_each([&](std::int64_t slice, std::int64_t first, std::int64_t n) {
      std::copy_n(of(slice, which), n, at<T>(to, first));
    });
  }

 private:
  template <class Body>
  void for_each(const Body& body) const {
    for (std::int64_t slice = 0; slice < cut.slices; ++slice) {
      const std::int64_t first = slice * cut.rows;
      body(slice, first * cols, std::min(cut.rows, batch - first) * cols);
    }
  }
};

template <class T>
void forward(const FloatKernels<T>& kernels, const RnnParams& p) {
  const RnnShape& s = p.shape;
  const bool is_lstm = s.kind == RnnKind::lstm, is_gru = s.kind == RnnKind::gru;
  const std::int64_t units = s.units, gates = gates_of(s.kind) * units;
  // A gru's candidates take the state's share apart from the inputs'.
  const std::int64_t joined = is_gru ? 2 * units : gates;
  const Cut cut(s);
  const std::int64_t products = s.steps * chunk_count(cut.rows, kernels.gemm.tile_rows);
  const bool in_place = s.batch == 1 || products < products_worth_packing;
  const T* const recurrent = static_cast<const T*>(p.recurrent);
  // Of columns that fill no whole panels the weights are laid out in any case.
  const auto room_for = [&](std::int64_t cols) {
    if (in_place && cols % kernels.gemm.panel_cols == 0) return std::int64_t{0};
    return whole_lines(PackedMatrix<T>::elements(kernels.gemm, units, cols));
  };
  const std::int64_t of_gates = room_for(joined), of_inner = is_gru ? room_for(units) : 0;
  const std::int64_t weights = of_gates + of_inner;
  const bool keeps_inner = p.inner != nullptr;
  Slices<T> states{cut, s.batch, units, is_gru && !keeps_inner ? 3 : 2};  // h, c, inner
  const Scratch scratch(static_cast<std::size_t>(weights + states.room()) * sizeof(T));
  const auto laid_out = [&](std::int64_t col, std::int64_t cols, std::int64_t room,
                            std::int64_t at) {
    return PackedMatrix<T>(kernels.gemm, {recurrent + col, gates, 1}, units, cols,
                           room == 0 ? nullptr : scratch.as<T>() + at, num_threads());
  };
  const PackedMatrix<T> into_gates = laid_out(0, joined, of_gates, 0);
  const PackedMatrix<T> into_inner = laid_out(joined, is_gru ? units : 0, of_inner, of_gates);
  states.data = scratch.as<T>() + weights;
  states.load(0, p.h0);
  if (is_lstm) states.load(1, p.c0);

  const auto kernel = is_lstm  ? kernels.rnn.lstm
                      : is_gru ? kernels.rnn.gru
                               : kernels.rnn.simple[static_cast<int>(s.activation)];
  walk(s, cut, false,
       [&](std::int64_t first, std::int64_t rows, std::int64_t slice, std::int64_t t,
           std::int64_t place) noexcept {
         T *const h = states.of(slice, 0), *const c = states.of(slice, 1);
         const std::int64_t input = first * s.steps + t, stride = s.steps * units;
         T* const z = static_cast<T*>(p.gates) + input * gates;
         T* const inner = keeps_inner ? at<T>(p.inner, input * units) : states.of(slice, 2);
         const std::int64_t inner_stride = keeps_inner ? stride : units;
         if (p.previous_h != nullptr) {
           copy_rows(h, units, rows, units, at<T>(p.previous_h, input * units), stride);
         }
         if (p.previous_c != nullptr) {
           copy_rows(c, units, rows, units, at<T>(p.previous_c, input * units), stride);
         }
         into_gates.multiply({h, units, 1}, rows, units, joined, z, s.steps * gates, true);
         if (is_gru) {
           into_inner.multiply({h, units, 1}, rows, units, units, inner, inner_stride, false,
                               at<T>(p.bias, joined));
         }
         for (std::int64_t r = 0; r < rows; ++r) {
           if (p.mask != nullptr && p.mask[input + r * s.steps] == 0) continue;
           kernel({units, z + r * s.steps * gates, at<T>(p.bias, 0), inner + r * inner_stride,
                   h + r * units, c + r * units});
         }
         if (p.outputs != nullptr) {
           copy_rows(h, units, rows, units, at<T>(p.outputs, (first * s.steps + place) * units),
                     stride);
         }
       });
  states.store(0, p.last_h);
  if (is_lstm) states.store(1, p.last_c);
}

template <class T>
void backward(const FloatKernels<T>& kernels, const RnnBackwardParams& p) {
  const RnnShape& s = p.shape;
  const bool is_lstm = s.kind == RnnKind::lstm, is_gru = s.kind == RnnKind::gru;
  const std::int64_t units = s.units, gates = gates_of(s.kind) * units;
  const Cut cut(s);
  Slices<T> states{cut, s.batch, units, 2};  // gradients of h and c
  Slices<T> gradients{cut, s.batch, gates, 1};
  const std::int64_t weights = whole_lines(PackedMatrix<T>::elements(kernels.gemm, gates, units));
  const Scratch scratch(static_cast<std::size_t>(weights + states.room() + gradients.room()) *
                        sizeof(T));
  const PackedMatrix<T> through_weights(kernels.gemm,
                                        {static_cast<const T*>(p.recurrent), 1, gates}, gates,
                                        units, scratch.as<T>(), num_threads());
  states.data = scratch.as<T>() + weights;
  gradients.data = states.data + states.room();
  states.load(0, p.d_last_h);
  if (is_lstm) states.load(1, p.d_last_c);

  const auto kernel = is_lstm  ? kernels.rnn.lstm_gradient
                      : is_gru ? kernels.rnn.gru_gradient
                               : kernels.rnn.simple_gradient[static_cast<int>(s.activation)];
  const auto add = kernels.elementwise.binary[static_cast<int>(BinaryOp::add)].repeated[0][0];
  walk(s, cut, true,
       [&](std::int64_t first, std::int64_t rows, std::int64_t slice, std::int64_t t,
           std::int64_t place) noexcept {
         T *const dh = states.of(slice, 0), *const dc = states.of(slice, 1);
         T* const pushed = gradients.of(slice, 0);
         const std::int64_t input = first * s.steps + t, stride = s.steps * units;
         if (p.d_outputs != nullptr) {
           add(dh, units, at<T>(p.d_outputs, (first * s.steps + place) * units), stride, dh, rows,
               units);
         }
         for (std::int64_t r = 0; r < rows; ++r) {
           const std::int64_t of_units = input * units + r * stride;
           T* const z = at<T>(p.gates, (input + r * s.steps) * gates);
           if (p.mask != nullptr && p.mask[input + r * s.steps] == 0) {
             std::fill_n(z, gates, T(0));
             std::fill_n(pushed + r * gates, gates, T(0));
             if (is_gru) std::fill_n(at<T>(p.inner, of_units), units, T(0));
             continue;
           }
           kernel({units, z, at<T>(p.inner, of_units), at<T>(p.previous_h, of_units),
                   at<T>(p.previous_c, of_units), dh + r * units, dc + r * units,
                   pushed + r * gates});
         }
         through_weights.multiply({pushed, gates, 1}, rows, gates, units, dh, units, true);
       });
  states.store(0, p.d_h0);
  if (is_lstm) states.store(1, p.d_c0);
}

}  // namespace

void rnn(const KernelTable& kernels, const RnnParams& p) {
  with_float(kernels, p.dtype, "recurrence",
             [&]<class T>(const FloatKernels<T>& k, T) { forward<T>(k, p); });
}

void rnn_backward(const KernelTable& kernels, const RnnBackwardParams& p) {
  with_float(kernels, p.dtype, "recurrence",
             [&]<class T>(const FloatKernels<T>& k, T) { backward<T>(k, p); });
}

}  // namespace lamina::cpu::drivers
