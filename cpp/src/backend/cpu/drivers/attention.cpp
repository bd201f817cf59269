// Attention, head by head: each stays on one thread, and of its scores only those of a block of
// queries exist at a time. Going back, the weights are computed again from the rows' maxima and
// factors, which costs less than keeping them: memory grows with the steps, not with their square.
// Dao et al., 2022, "FlashAttention", without its blocks of keys: a block's scores fit the second
// cache, and a row's sum has one order.
#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/packed_product.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

// Elements of a block's scores: 256 KiB of floats, of which going back holds two.
constexpr std::int64_t block_elements = 64 * 1024;
// Fewer rows would not repay reading the packed keys and values; where queries see no key behind
// them, more would compute products in vain.
constexpr std::int64_t least_rows = 32, most_rows = 256, most_causal_rows = 64;
// Multiply-adds that make a chunk: about 10 µs.
constexpr std::int64_t chunk_products = 1024 * 1024;

std::int64_t up_to_multiple(std::int64_t n, std::int64_t of) { return chunk_count(n, of) * of; }

template <class T>
class Attention {
 public:
  Attention(const FloatKernels<T>& kernels, const AttentionParams& p) : kernels_(kernels), p_(p) {
    const std::int64_t most = p_.causal ? most_causal_rows : most_rows;
    const std::int64_t rows = std::clamp(block_elements / p.keys, least_rows, most);
    blocks_ = chunk_count(p.queries, rows);
    block_rows_ = chunk_count(p.queries, blocks_);
    // Rows an odd number of cache lines apart: others would fall on the same places of the cache.
    constexpr std::int64_t line = 64 / sizeof(T);
    stride_ = (chunk_count(p.keys, line) | 1) * line;
  }

  void run() {
    const std::int64_t heads = p_.batch * p_.heads;
    const std::int64_t products = p_.queries * p_.keys * (p_.key_dim + p_.value_dim);
    const std::int64_t keys_room = packed(p_.key_dim, p_.keys);
    const std::int64_t values_room = packed(p_.keys, p_.value_dim);
    for_heads(heads, products, keys_room + values_room + scores_room(),
              [&](std::int64_t at, T* room) noexcept {
                const std::int64_t i = at / p_.heads, head = at % p_.heads;
                const PackedMatrix<T> keys(kernels_.gemm, key(i, head).transposed(), p_.key_dim,
                                           p_.keys, room);
                const PackedMatrix<T> values(kernels_.gemm, value(i, head), p_.keys, p_.value_dim,
                                             room + keys_room);
                T* const scores = room + keys_room + values_room;
                T* const output = place<T>(p_.output, i, head, p_.queries, p_.heads, p_.value_dim);
                for (std::int64_t block = 0; block < blocks_; ++block) {
                  const AttentionRows<T> rows = rows_of(i, head, block, scores);
                  keys.multiply(query(i, head, rows.first), rows.rows, p_.key_dim, rows.cols,
                                scores, stride_, false);
                  kernels_.attention.weights[is_plain()](rows);
                  const std::int64_t ldc = p_.heads * p_.value_dim;
                  values.multiply({scores, stride_, 1}, rows.rows, rows.cols, p_.value_dim,
                                  output + rows.first * ldc, ldc, false);
                }
              });
  }

  // A thread takes all heads that share a key, whose gradient they add to.
  void run_backward(const AttentionBackwardParams& b) {
    const std::int64_t sharing = p_.heads / p_.key_heads;
    const std::int64_t products =
        sharing * p_.queries * p_.keys * (3 * p_.key_dim + 2 * p_.value_dim);
    const std::int64_t keys_across = packed(p_.key_dim, p_.keys);
    const std::int64_t keys_along = packed(p_.keys, p_.key_dim);
    const std::int64_t values_across = packed(p_.value_dim, p_.keys);
    const std::int64_t block_room = packed(block_rows_, std::max(p_.key_dim, p_.value_dim));
    const std::int64_t room_elements =
        keys_across + keys_along + values_across + block_room + 2 * scores_room();
    for_heads(
        p_.batch * p_.key_heads, products, room_elements, [&](std::int64_t at, T* room) noexcept {
          const std::int64_t i = at / p_.key_heads, first_head = at % p_.key_heads * sharing;
          const GemmKernels<T>& gemm = kernels_.gemm;
          const MatrixView<T> key_view = key(i, first_head), value_view = value(i, first_head);
          const PackedMatrix<T> scores_by(gemm, key_view.transposed(), p_.key_dim, p_.keys, room);
          room += keys_across;
          const PackedMatrix<T> dquery_by(gemm, key_view, p_.keys, p_.key_dim, room);
          room += keys_along;
          const PackedMatrix<T> dweights_by(gemm, value_view.transposed(), p_.value_dim, p_.keys,
                                            room);
          room += values_across;
          T *const block_memory = room, *const scores = room + block_room,
                   *const gradients = scores + scores_room();
          const std::int64_t q_step = p_.heads * p_.key_dim, o_step = p_.heads * p_.value_dim;
          const std::int64_t k_step = p_.key_heads * p_.key_dim,
                             v_step = p_.key_heads * p_.value_dim;
          const std::int64_t key_head = at % p_.key_heads;
          T* const dkey = place<T>(b.dkey, i, key_head, p_.keys, p_.key_heads, p_.key_dim);
          T* const dvalue = place<T>(b.dvalue, i, key_head, p_.keys, p_.key_heads, p_.value_dim);
          if (p_.causal || blocks_ == 0) {  // some keys may be seen by no query
            clear(dkey, k_step, p_.key_dim);
            clear(dvalue, v_step, p_.value_dim);
          }
          for (std::int64_t head = first_head; head < first_head + sharing; ++head) {
            const T* const dout =
                place<const T>(b.doutput, i, head, p_.queries, p_.heads, p_.value_dim);
            T* const dquery = place<T>(b.dquery, i, head, p_.queries, p_.heads, p_.key_dim);
            for (std::int64_t block = 0; block < blocks_; ++block) {
              const AttentionRows<T> rows = rows_of(i, head, block, scores);
              const bool adds = p_.causal || head > first_head || block > 0;
              const MatrixView<T> q = query(i, head, rows.first);
              const MatrixView<T> d{dout + rows.first * o_step, o_step, 1};
              scores_by.multiply(q, rows.rows, p_.key_dim, rows.cols, scores, stride_, false);
              dweights_by.multiply(d, rows.rows, p_.value_dim, rows.cols, gradients, stride_,
                                   false);
              kernels_.attention.gradient[is_plain()](rows, gradients);
              dquery_by.multiply({gradients, stride_, 1}, rows.rows, rows.cols, p_.key_dim,
                                 dquery + rows.first * q_step, q_step, false);
              const MatrixView<T> weights{scores, 1, stride_}, dscores{gradients, 1, stride_};
              PackedMatrix<T>(gemm, d, rows.rows, p_.value_dim, block_memory)
                  .multiply(weights, rows.cols, rows.rows, p_.value_dim, dvalue, v_step, adds);
              PackedMatrix<T>(gemm, q, rows.rows, p_.key_dim, block_memory)
                  .multiply(dscores, rows.cols, rows.rows, p_.key_dim, dkey, k_step, adds);
            }
          }
        });
  }

 private:
  bool is_plain() const { return p_.bias == nullptr && p_.mask == nullptr && p_.scale >= 0; }

  std::int64_t packed(std::int64_t depth, std::int64_t cols) const {
    return up_to_multiple(PackedMatrix<T>::elements(kernels_.gemm, depth, cols), 64 / sizeof(T));
  }
  std::int64_t scores_room() const { return block_rows_ * stride_; }

  template <class Element>
  Element* place(auto* base, std::int64_t i, std::int64_t head, std::int64_t steps,
                 std::int64_t heads, std::int64_t dim) const {
    return static_cast<Element*>(base) + (i * steps * heads + head) * dim;
  }
  MatrixView<T> query(std::int64_t i, std::int64_t head, std::int64_t first) const {
    const std::int64_t step = p_.heads * p_.key_dim;
    const T* base = place<const T>(p_.query, i, head, p_.queries, p_.heads, p_.key_dim);
    return {base + first * step, step, 1};
  }
  MatrixView<T> key(std::int64_t i, std::int64_t head) const {
    const std::int64_t own = head / (p_.heads / p_.key_heads);
    return {place<const T>(p_.key, i, own, p_.keys, p_.key_heads, p_.key_dim),
            p_.key_heads * p_.key_dim, 1};
  }
  MatrixView<T> value(std::int64_t i, std::int64_t head) const {
    const std::int64_t own = head / (p_.heads / p_.key_heads);
    return {place<const T>(p_.value, i, own, p_.keys, p_.key_heads, p_.value_dim),
            p_.key_heads * p_.value_dim, 1};
  }

  AttentionRows<T> rows_of(std::int64_t i, std::int64_t head, std::int64_t block, T* scores) const {
    const std::int64_t first = block * block_rows_;
    AttentionRows<T> rows;
    rows.rows = std::min(block_rows_, p_.queries - first);
    rows.cols = p_.causal ? std::min(p_.keys, first + rows.rows) : p_.keys;
    rows.stride = stride_;
    rows.first = first;
    rows.scale = static_cast<T>(p_.scale);
    rows.causal = p_.causal;
    const auto at = [&](const std::int64_t (&strides)[4]) {
      return i * strides[0] + head * strides[1] + first * strides[2];
    };
    rows.bias = p_.bias == nullptr ? nullptr : static_cast<const T*>(p_.bias) + at(p_.bias_strides);
    rows.bias_row = p_.bias_strides[2];
    rows.bias_col = p_.bias_strides[3];
    rows.mask = p_.mask == nullptr
                    ? nullptr
                    : static_cast<const std::uint8_t*>(p_.mask) + at(p_.mask_strides);
    rows.mask_row = p_.mask_strides[2];
    rows.mask_col = p_.mask_strides[3];
    rows.scores = scores;
    const std::int64_t row = (i * p_.heads + head) * p_.queries + first;
    rows.maxima = static_cast<T*>(p_.maxima) + row;
    rows.factors = static_cast<T*>(p_.factors) + row;
    return rows;
  }

  void clear(T* rows, std::int64_t step, std::int64_t cols) const {
    for (std::int64_t row = 0; row < p_.keys; ++row) std::fill_n(rows + row * step, cols, T(0));
  }

  // Calls body(head, room) for each; several small ones are one chunk.
  template <class Body>
  void for_heads(std::int64_t heads, std::int64_t products, std::int64_t room_elements,
                 const Body& body) const {
    const std::int64_t group =
        std::max<std::int64_t>(chunk_products / std::max<std::int64_t>(products, 1), 1);
    const int workers = num_threads();
    const Scratch scratch(static_cast<std::size_t>(workers * room_elements) * sizeof(T));
    parallel_for(chunk_count(heads, group), workers, [&](std::int64_t chunk, int worker) noexcept {
      const std::int64_t end = std::min((chunk + 1) * group, heads);
      for (std::int64_t head = chunk * group; head < end; ++head) {
        body(head, scratch.as<T>() + worker * room_elements);
      }
    });
  }

  const FloatKernels<T>& kernels_;
  const AttentionParams& p_;
  std::int64_t blocks_, block_rows_, stride_;
};

}  // namespace

void attention(const KernelTable& kernels, const AttentionParams& p) {
  if (p.batch == 0 || p.heads == 0 || p.queries == 0) return;
  with_float(kernels, p.dtype, "attention",
             [&]<class T>(const auto& k, T) { Attention<T>(k, p).run(); });
}

void attention_backward(const KernelTable& kernels, const AttentionBackwardParams& p) {
  if (p.forward.batch == 0 || p.forward.heads == 0) return;
  with_float(kernels, p.forward.dtype, "attention",
             [&]<class T>(const auto& k, T) { Attention<T>(k, p.forward).run_backward(p); });
}

}  // namespace lamina::cpu::drivers
