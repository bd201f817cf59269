// Copies between any strides: what transposing, slicing, repeating, joining and padding come down
// to.
#include <cstring>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"

namespace lamina::cpu::drivers {
namespace {

struct Axis {
  std::int64_t extent, source, target;
};

// The axes without extents of 1, the target's longest strides first, neighbours merged that both
// sides walk as one.
struct Axes {
  int rank = 0;
  Axis axes[CopyParams::max_rank];

  explicit Axes(const CopyParams& p) {
    for (int i = 0; i < p.rank; ++i) {
      if (p.extents[i] != 1)
        axes[rank++] = {p.extents[i], p.source_strides[i], p.target_strides[i]};
    }
    std::stable_sort(axes, axes + rank,
                     [](const Axis& a, const Axis& b) { return a.target > b.target; });
    int merged = 0;
    for (int i = 0; i < rank; ++i) {
      Axis* const outer = merged > 0 ? &axes[merged - 1] : nullptr;
      const Axis& inner = axes[i];
      if (outer != nullptr && outer->source == inner.extent * inner.source &&
          outer->target == inner.extent * inner.target) {
        *outer = {outer->extent * inner.extent, inner.source, inner.target};
      } else {
        axes[merged++] = inner;
      }
    }
    rank = merged;
  }
};

// Square of rows and columns copied at a time, so that both sides' cache lines are used whole.
constexpr std::int64_t tile = 32;

// Fewer rows or columns would leave most of a square empty.
constexpr std::int64_t least_transposed = 8;

// One plane of rows and columns, any strides.
template <class Bits>
void copy_plane(TransposeKernel transpose, const Axis& rows, const Axis& cols, const Bits* source,
                Bits* target) {
  if (cols.source == 1 && cols.target == 1) {
    for (std::int64_t r = 0; r < rows.extent; ++r) {
      std::memcpy(target + r * rows.target, source + r * rows.source,
                  static_cast<std::size_t>(cols.extent) * sizeof(Bits));
    }
    return;
  }
  if (transpose != nullptr && rows.source == 1 && cols.target == 1 &&
      std::min(rows.extent, cols.extent) >= least_transposed) {
    return transpose(source, cols.source, cols.extent, rows.extent, target, rows.target);
  }
  for (std::int64_t row = 0; row < rows.extent; row += tile) {
    const std::int64_t row_end = std::min(row + tile, rows.extent);
    for (std::int64_t col = 0; col < cols.extent; col += tile) {
      const std::int64_t col_end = std::min(col + tile, cols.extent);
      for (std::int64_t r = row; r < row_end; ++r) {
        const Bits* from = source + r * rows.source;
        Bits* to = target + r * rows.target;
        for (std::int64_t c = col; c < col_end; ++c) to[c * cols.target] = from[c * cols.source];
      }
    }
  }
}

template <class Bits>
void copy_of(TransposeKernel transpose, const Axes& axes, const Bits* source, Bits* target) {
  constexpr Axis none{1, 0, 0};
  // A plane of the innermost axis and of the one that the source walks closest, if it is another:
  // transposing reads along one and writes along the other.
  int inner = axes.rank - 1, partner = -1;
  for (int i = 0; i < inner; ++i) {
    if (partner < 0 || std::abs(axes.axes[i].source) <= std::abs(axes.axes[partner].source)) {
      partner = i;
    }
  }
  const Axis cols = inner >= 0 ? axes.axes[inner] : none;
  const Axis all_rows = partner >= 0 ? axes.axes[partner] : none;
  std::int64_t planes = 1;
  for (int i = 0; i < inner; ++i) {
    if (i != partner) planes *= axes.axes[i].extent;
  }
  // Each plane is cut into strips of rows, or a single row into pieces.
  constexpr std::int64_t grain = chunk_bytes / (2 * sizeof(Bits));
  const bool cuts_cols = all_rows.extent == 1;
  const std::int64_t strip =
      cuts_cols ? grain : (std::max<std::int64_t>(grain / cols.extent, 1) + tile - 1) / tile * tile;
  const std::int64_t strips = chunk_count(cuts_cols ? cols.extent : all_rows.extent, strip);
  for_rows(planes * strips, std::min(strip, all_rows.extent) * std::min(grain, cols.extent), grain,
           [&](std::int64_t begin, std::int64_t end) noexcept {
             for (std::int64_t i = begin; i < end; ++i) {
               const std::int64_t from = i % strips * strip;
               std::int64_t rest = i / strips;
               Axis rows = all_rows, columns = cols;
               (cuts_cols ? columns : rows).extent =
                   std::min(strip, (cuts_cols ? cols : all_rows).extent - from);
               const Axis& cut = cuts_cols ? cols : all_rows;
               const Bits* at_source = source + from * cut.source;
               Bits* at_target = target + from * cut.target;
               for (int axis = inner - 1; axis >= 0; --axis) {
                 if (axis == partner) continue;
                 const std::int64_t position = rest % axes.axes[axis].extent;
                 rest /= axes.axes[axis].extent;
                 at_source += position * axes.axes[axis].source;
                 at_target += position * axes.axes[axis].target;
               }
               copy_plane(transpose, rows, columns, at_source, at_target);
             }
           });
}

}  // namespace

void copy(const KernelTable& kernels, const CopyParams& p) {
  for (int axis = 0; axis < p.rank; ++axis) {
    if (p.extents[axis] == 0) return;
  }
  const Axes axes(p);
  const auto run = [&]<class Bits>(TransposeKernel transpose, Bits) {
    copy_of(transpose, axes, static_cast<const Bits*>(p.source), static_cast<Bits*>(p.target));
  };
  switch (p.element_size) {
    case 1: return run(nullptr, std::uint8_t{});
    case 4: return run(kernels.transpose[0], std::uint32_t{});
    default: return run(kernels.transpose[1], std::uint64_t{});
  }
}

}  // namespace lamina::cpu::drivers
