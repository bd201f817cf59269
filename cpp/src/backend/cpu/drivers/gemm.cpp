// Matrix product: BLIS's loops over its register tile. A block of `depth` products is summed at a
// time; within it, tiles of a (and panels of b) are packed where reading them in place would cost
// more, then every (group of tiles) x (group of panels) is a chunk. All blocking of the depth
// follows from k alone, so that an output's sequence of roundings does not depend on the threads.
#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/integer_product.hpp"
#include "backend/cpu/drivers/packing.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

// Rows and columns packed at a time: with 1 KiB of depth each takes 4 MiB, a share of the last
// cache.
constexpr std::int64_t most_rows = 4096;
constexpr std::int64_t most_cols = 4096;

// Multiply-adds that a chunk must hold to be worth another thread: 256k take 2 µs and more,
// handing them over about half of one.
constexpr std::int64_t chunk_products = 256 * 1024;

// Chunks a thread should find, so that the last ones end together.
constexpr std::int64_t chunks_per_worker = 4;

constexpr std::int64_t up_to_multiple(std::int64_t n, std::int64_t of) {
  return chunk_count(n, of) * of;
}

// How op(a) and op(b) lie in memory.
template <class T>
struct Operand {
  const T* data;
  std::int64_t row_stride, col_stride;
  const T* at(std::int64_t row, std::int64_t col) const {
    return data + row * row_stride + col * col_stride;
  }
};

template <class T>
class Product {
 public:
  Product(const GemmKernels<T>& kernels, const GemmParams& p)
      : kernels_(kernels),
        p_(p),
        a_{static_cast<const T*>(p.a), p.transpose_a ? 1 : p.lda, p.transpose_a ? p.lda : 1},
        b_{static_cast<const T*>(p.b), p.transpose_b ? 1 : p.ldb, p.transpose_b ? p.ldb : 1},
        workers_(num_threads()) {
    const std::int64_t tiles = chunk_count(p.m, kernels.tile_rows);
    tile_rows_ = chunk_count(p.m, tiles);  // tiles of equal height: 16 rows are 8 + 8, not 14 + 2
    const std::int64_t depth_blocks = std::max<std::int64_t>(chunk_count(p.k, kernels.depth), 1);
    depth_ = chunk_count(p.k, depth_blocks);
    packs_b_ = p.packed_b != nullptr || p.transpose_b || tiles > tiles_worth_packing_b;
    packs_a_ = p.n > panels_worth_packing_a * kernels.panel_cols && tiles > 1;
  }

  /// Elements of the memory that `run` needs.
  std::int64_t scratch_elements() const { return (packed_cols() + packed_rows()) * depth_; }

  void run(T* scratch) {
    // Each panel begins on a cache line, for a panel is a whole number of vectors.
    run_blocks(scratch + packed_cols() * depth_, scratch);
  }

  /// Elements of all of b, packed.
  std::int64_t whole_b_elements() const { return up_to_multiple(p_.n, kernels_.panel_cols) * p_.k; }

  void pack_whole_b(T* packed) {
    packs_a_ = false;
    packs_b_ = true;
    for (std::int64_t col = 0; col < p_.n; col += most_cols) {
      for (std::int64_t first = 0; first < p_.k; first += depth_) {
        pack(0, 0, col, std::min(most_cols, p_.n - col), first, std::min(depth_, p_.k - first), 0,
             nullptr, packed + place_in_whole_b(col, first));
      }
    }
  }

 private:
  // Packing b costs about what one tile of rows gains by it: it must serve several.
  static constexpr std::int64_t tiles_worth_packing_b = 8;
  static constexpr std::int64_t panels_worth_packing_a = 4;

  std::int64_t packed_cols() const {
    if (p_.packed_b != nullptr) return 0;
    const std::int64_t panel = kernels_.panel_cols;
    // In place, only the last columns of the last block are packed.
    return packs_b_            ? up_to_multiple(std::min(p_.n, most_cols), panel)
           : p_.n % panel != 0 ? panel
                               : 0;
  }
  std::int64_t packed_rows() const {
    return packs_a_ ? up_to_multiple(std::min(p_.m, most_rows), tile_rows_) : 0;
  }

  // Blocks of columns lie one after another, and in each its blocks of depth.
  std::int64_t place_in_whole_b(std::int64_t col, std::int64_t first) const {
    return col * p_.k +
           up_to_multiple(std::min(most_cols, p_.n - col), kernels_.panel_cols) * first;
  }

  void run_blocks(T* packed_a, T* packed_b) {
    for (std::int64_t col = 0; col < p_.n; col += most_cols) {
      for (std::int64_t first = 0; first == 0 || first < p_.k; first += depth_) {
        for (std::int64_t row = 0; row < p_.m; row += most_rows) {
          run_block(row, std::min(most_rows, p_.m - row), col, std::min(most_cols, p_.n - col),
                    first, std::min(depth_, p_.k - first), packed_a, packed_b);
        }
        if (p_.k == 0) break;
      }
    }
  }

  void run_block(std::int64_t row, std::int64_t rows, std::int64_t col, std::int64_t cols,
                 std::int64_t first, std::int64_t depth, T* packed_a, T* room_for_b) {
    const std::int64_t panel = kernels_.panel_cols;
    const T* const packed_b =
        p_.packed_b == nullptr ? room_for_b
                               : static_cast<const T*>(p_.packed_b) + place_in_whole_b(col, first);
    const std::int64_t tiles = chunk_count(rows, tile_rows_), panels = chunk_count(cols, panel);
    const std::int64_t panels_in_place = packs_b_ ? 0 : cols / panel;
    pack(row, rows, col, cols, first, depth, panels_in_place, packed_a, room_for_b);

    GemmBlock<T> block;
    block.depth = depth;
    block.tile_rows = tile_rows_;
    block.a_tile = packs_a_ ? tile_rows_ * depth : tile_rows_ * a_.row_stride;
    block.a_row = packs_a_ ? 1 : a_.row_stride;
    block.a_depth = packs_a_ ? tile_rows_ : a_.col_stride;
    block.ldc = p_.ldc;
    block.add = p_.accumulate || first > 0;
    block.activation = first + depth == p_.k ? p_.activation : FusedActivation::none;
    const T* const a = packs_a_ ? packed_a : a_.at(row, first);
    const T* const bias = first == 0 ? static_cast<const T*>(p_.bias) : nullptr;
    T* const c = static_cast<T*>(p_.c) + row * p_.ldc + col;

    const auto run_panels = [&](std::int64_t first_tile, std::int64_t last_tile,
                                std::int64_t first_panel, std::int64_t last_panel,
                                bool in_place) noexcept {
      GemmBlock<T> part = block;
      const std::int64_t from_row = first_tile * tile_rows_, from_col = first_panel * panel;
      part.rows = std::min(last_tile * tile_rows_, rows) - from_row;
      part.cols = std::min(last_panel * panel, cols) - from_col;
      part.a = a + first_tile * block.a_tile;
      part.b_panel = in_place ? panel : panel * depth;
      part.b_depth = in_place ? b_.row_stride : panel;
      part.b = in_place ? b_.at(first, col + from_col)
                        : packed_b + (first_panel - panels_in_place) * panel * depth;
      part.c = c + from_row * p_.ldc + from_col;
      part.bias = bias == nullptr ? nullptr : bias + col + from_col;
      kernels_.block(part);
    };

    const Groups groups = cut(tiles, panels, depth);
    parallel_for(groups.row_groups * groups.col_groups, workers_,
                 [&](std::int64_t chunk, int) noexcept {
                   const std::int64_t tile = chunk / groups.col_groups * groups.tiles;
                   const std::int64_t from = chunk % groups.col_groups * groups.panels;
                   const std::int64_t last_tile = std::min(tile + groups.tiles, tiles);
                   const std::int64_t to = std::min(from + groups.panels, panels);
                   const std::int64_t middle = std::clamp(panels_in_place, from, to);
                   if (from < middle) run_panels(tile, last_tile, from, middle, true);
                   if (middle < to) run_panels(tile, last_tile, middle, to, false);
                 });
  }

  void pack(std::int64_t row, std::int64_t rows, std::int64_t col, std::int64_t cols,
            std::int64_t first, std::int64_t depth, std::int64_t panels_in_place, T* packed_a,
            T* packed_b) {
    const std::int64_t panel = kernels_.panel_cols;
    const std::int64_t a_tiles = packs_a_ ? chunk_count(rows, tile_rows_) : 0;
    // b's panels are packed once for all blocks of rows.
    const bool is_b_missing = row == 0 && p_.packed_b == nullptr;
    const std::int64_t b_panels = is_b_missing ? chunk_count(cols, panel) - panels_in_place : 0;
    if (a_tiles + b_panels == 0) return;
    pack_pieces<T>(a_tiles + b_panels, panel * depth, workers_, [&](std::int64_t i) noexcept {
      if (i < a_tiles) {
        const std::int64_t at = i * tile_rows_;
        kernels_.pack_a(a_.at(row + at, first), a_.row_stride, a_.col_stride,
                        std::min(tile_rows_, rows - at), depth, tile_rows_, packed_a + at * depth);
      } else {
        const std::int64_t at = (i - a_tiles + panels_in_place) * panel;
        kernels_.pack_b(b_.at(first, col + at), b_.row_stride, b_.col_stride, depth,
                        std::min(panel, cols - at), packed_b + (i - a_tiles) * panel * depth);
      }
    });
  }

  struct Groups {
    std::int64_t tiles, panels;  // of one chunk
    std::int64_t row_groups, col_groups;
  };

  // Rows are cut so that a group's tiles of a stay in the second cache, then columns until there
  // are chunks enough for every thread, or each is as small as is worth it.
  Groups cut(std::int64_t tiles, std::int64_t panels, std::int64_t depth) const {
    Groups groups;
    const std::int64_t products =
        tiles * tile_rows_ * panels * kernels_.panel_cols * std::max<std::int64_t>(depth, 1);
    const std::int64_t most_chunks = std::max<std::int64_t>(products / chunk_products, 1);
    const std::int64_t wanted =
        workers_ == 1 ? 1 : std::min<std::int64_t>(most_chunks, workers_ * chunks_per_worker);
    groups.row_groups = chunk_count(tiles, kernels_.block_tiles);
    groups.tiles = chunk_count(tiles, groups.row_groups);
    groups.row_groups = chunk_count(tiles, groups.tiles);
    groups.col_groups = std::min(panels, chunk_count(wanted, groups.row_groups));
    groups.panels = chunk_count(panels, groups.col_groups);
    groups.col_groups = chunk_count(panels, groups.panels);
    return groups;
  }

  const GemmKernels<T>& kernels_;
  const GemmParams& p_;
  const Operand<T> a_, b_;
  const int workers_;
  std::int64_t tile_rows_, depth_;
  bool packs_a_, packs_b_;
};

// One column of output from rows of a that lie along the depth.
template <class T>
void matrix_times_vector(const GemmKernels<T>& kernels, const GemmParams& p) {
  const T* a = static_cast<const T*>(p.a);
  const T* b = static_cast<const T*>(p.packed_b != nullptr ? p.packed_b : p.b);
  T* c = static_cast<T*>(p.c);
  for_rows(p.m, p.k, chunk_products / 4, [&](std::int64_t begin, std::int64_t end) noexcept {
    kernels.vector(a + begin * p.lda, p.lda, b, end - begin, p.k, c + begin * p.ldc, p.ldc,
                   p.accumulate, static_cast<const T*>(p.bias), p.activation);
  });
}

bool is_vector_product(const GemmParams& p) {
  return p.n == 1 && !p.transpose_a && (p.transpose_b || p.ldb == 1);
}

template <class T>
std::int64_t scratch_elements(const GemmKernels<T>& kernels, const GemmParams& p) {
  return is_vector_product(p) ? 0 : Product<T>(kernels, p).scratch_elements();
}

template <class T>
void product(const GemmKernels<T>& kernels, const GemmParams& p, T* scratch) {
  is_vector_product(p) ? matrix_times_vector<T>(kernels, p) : Product<T>(kernels, p).run(scratch);
}

GemmParams of_batch(const GemmParams& p, std::int64_t i) {
  const auto size = static_cast<std::int64_t>(size_of(p.dtype));
  GemmParams one = p;
  one.batch = 1;
  one.a = static_cast<const char*>(p.a) + i * p.stride_a * size;
  one.b = static_cast<const char*>(p.b) + i * p.stride_b * size;
  one.c = static_cast<char*>(p.c) + i * p.stride_c * size;
  return one;
}

// Large products are cut among the threads one after another; of small ones each thread takes
// several. A product is the same either way: a region within a region runs on its own thread.
template <class T>
void batch_of_products(const GemmKernels<T>& kernels, const GemmParams& p) {
  const std::int64_t products = std::max<std::int64_t>(p.m * p.n * p.k, 1);
  const std::int64_t elements = up_to_multiple(scratch_elements(kernels, p), 64 / sizeof(T));
  const bool is_small = products < chunk_products * chunks_per_worker;
  const int workers = is_small ? num_threads() : 1;
  const std::int64_t group =
      is_small ? std::max<std::int64_t>(chunk_products / products, 1) : p.batch;
  const Scratch scratch(static_cast<std::size_t>(workers * elements) * sizeof(T));
  const auto run = [&](std::int64_t begin, std::int64_t end, T* room) noexcept {
    for (std::int64_t i = begin; i < end; ++i) product<T>(kernels, of_batch(p, i), room);
  };
  if (!is_small) return run(0, p.batch, scratch.as<T>());
  parallel_for(chunk_count(p.batch, group), workers, [&](std::int64_t chunk, int worker) noexcept {
    run(chunk * group, std::min((chunk + 1) * group, p.batch), scratch.as<T>() + worker * elements);
  });
}

}  // namespace

void gemm(const KernelTable& kernels, const GemmParams& p) {
  if (!is_floating(p.dtype)) return integer_product(p);
  with_float(kernels, p.dtype, "a matrix product", [&]<class T>(const auto& k, T) {
    if (p.m == 0 || p.n == 0 || p.batch == 0) return;
    if (p.batch > 1) return batch_of_products<T>(k.gemm, p);
    const std::int64_t elements = scratch_elements<T>(k.gemm, p);
    if (elements == 0) return product<T>(k.gemm, p, nullptr);
    const Scratch scratch(static_cast<std::size_t>(elements) * sizeof(T));
    product<T>(k.gemm, p, scratch.as<T>());
  });
}

std::size_t packed_bytes(const KernelTable& kernels, const GemmParams& p) {
  std::int64_t elements = 0;
  with_float(kernels, p.dtype, "a matrix product", [&]<class T>(const auto& k, T) {
    elements = is_vector_product(p) ? p.k : Product<T>(k.gemm, p).whole_b_elements();
  });
  return static_cast<std::size_t>(elements) * size_of(p.dtype);
}

void pack_b(const KernelTable& kernels, const PackBParams& p) {
  with_float(kernels, p.gemm.dtype, "a matrix product", [&]<class T>(const auto& k, T) {
    T* const packed = static_cast<T*>(p.packed);
    if (is_vector_product(p.gemm)) {
      std::copy_n(static_cast<const T*>(p.gemm.b), p.gemm.k, packed);
    } else {
      Product<T>(k.gemm, p.gemm).pack_whole_b(packed);
    }
  });
}

}  // namespace lamina::cpu::drivers
