// A convolution's gradient by its kernel: for each tap, the product of the image, turned, with the
// output's gradient. The taps of one kernel row are neighbouring rows of a register tile, and the
// depth runs through the pixels. Blocks of pixels are summed into a fixed number of partial
// results, which are then added in their order: neither depends on the threads.
#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/conv_blocks.hpp"
#include "backend/cpu/drivers/conv_filter_planar.hpp"
#include "backend/cpu/drivers/conv_groups.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

// Pixels summed before a tile is stored: with 256 KiB of dy they stay in the second cache.
constexpr std::int64_t block_pixels = 512;

// Partial results: at most as many as take a few MiB, and threads enough for them.
constexpr std::int64_t most_partials = 16, fewest_partials = 4;
constexpr std::int64_t partials_bytes = 4 * 1024 * 1024;

template <class T>
class FilterGradient {
 public:
  FilterGradient(const FloatKernels<T>& kernels, const ConvBackwardFilterParams& p)
      : kernels_(kernels), gemm_(kernels.gemm), p_(p), s_(p.shape) {
    list_axes(s_, axes_);
    channels_ = s_.channels / s_.groups;
    filters_ = s_.filters / s_.groups;
    merges_ = s_.groups == 1 && (s_.dilation[2] == 1 || s_.kernel[2] == 1);
    rows_ = channels_ * (merges_ ? s_.kernel[2] : 1);
    const std::int64_t tiles = std::max<std::int64_t>(chunk_count(rows_, gemm_.tile_rows), 1);
    tile_rows_ = std::max<std::int64_t>(chunk_count(rows_, tiles), 1);
    packs_ = filters_ % gemm_.lanes != 0 || filters_ > gemm_.panel_cols;
  }

  void run() {
    const std::int64_t size = s_.kernel[0] * s_.kernel[1] * s_.kernel[2] * channels_ * s_.filters;
    const PixelBlocks blocks(s_.batch, s_.output, block_pixels, 64);
    const ConvReader<T> reader(static_cast<const T*>(p_.x), axes_, s_.channels, blocks);
    const std::int64_t partials =
        std::min(std::clamp(partials_bytes / (size * static_cast<std::int64_t>(sizeof(T))),
                            fewest_partials, most_partials),
                 blocks.count());
    const std::int64_t kernel_rows = s_.kernel[0] * s_.kernel[1];

    const std::int64_t lines = blocks.most_images() * blocks.most(0) * blocks.most(1);
    const std::int64_t panels = chunk_count(filters_, gemm_.panel_cols);
    const std::int64_t packed = packs_ ? panels * gemm_.panel_cols * lines * blocks.most(2) : 0;
    const std::int64_t of_worker = whole(reader.scratch_size() + packed, 16);
    const int workers = num_threads();
    const std::int64_t running = workers;
    const std::int64_t kept = partials > 1 ? partials * size : 0;
    const Scratch scratch(static_cast<std::size_t>(kept + running * of_worker) * sizeof(T));
    const Scratch offsets(static_cast<std::size_t>(running * 2 * lines) * sizeof(std::int64_t));
    T* const target = partials > 1 ? scratch.as<T>() : static_cast<T*>(p_.dkernel);

    parallel_for(partials * kernel_rows, workers, [&](std::int64_t chunk, int worker) noexcept {
      const std::int64_t partial = chunk / kernel_rows, row = chunk % kernel_rows;
      T* const input = scratch.as<T>() + kept + worker * of_worker;
      Task task{row / s_.kernel[1],
                row % s_.kernel[1],
                input + reader.scratch_size(),
                offsets.as<std::int64_t>() + worker * 2 * lines,
                lines,
                target + partial * size};
      const std::int64_t begin = partial * blocks.count() / partials;
      const std::int64_t end = (partial + 1) * blocks.count() / partials;
      for (std::int64_t i = begin; i < end; ++i) {
        const PixelBlock block = blocks.block(i);
        run_block(block, reader.read(block, input), task, i > begin);
      }
    });
    if (partials > 1) add_up(target, partials, size);
  }

 private:
  struct Task {
    std::int64_t plane, line;  // of the kernel
    T* packed;
    std::int64_t* offsets;
    std::int64_t most_lines;
    T* target;
  };

  // One plane and line of the kernel, for all rows of the block.
  void run_block(const PixelBlock& block, const ConvInput<T>& input, const Task& task,
                 bool add) const noexcept {
    std::int64_t* const a_offsets = task.offsets;
    std::int64_t* const b_offsets = task.offsets + task.most_lines;
    const std::int64_t width = block.extent(2), panel = gemm_.panel_cols;
    const std::int64_t dy_line = s_.output[2] * s_.filters;
    std::int64_t lines = 0;
    for_each_row_met(block, axes_, input, task.plane, task.line,
                     [&](std::int64_t, std::int64_t output_row, std::int64_t place) {
                       a_offsets[lines] = place + block.begin[2] * axes_[2].step * input.of_axis[2];
                       b_offsets[lines] = output_row * dy_line + block.begin[2] * s_.filters;
                       ++lines;
                     });
    GemmBlock<T> g;
    g.rows = rows_;
    g.cols = filters_;
    g.depth = width;
    g.tile_rows = g.a_tile = tile_rows_;
    g.a_row = 1;
    g.a_depth = axes_[2].step * s_.channels;
    g.segments = lines;
    g.a_offsets = a_offsets;
    g.b_offsets = b_offsets;
    g.ldc = s_.filters;
    g.add = add;
    g.bias = nullptr;
    g.activation = FusedActivation::none;
    g.b_panel = packs_ ? panel * lines * width : panel;
    g.b_depth = packs_ ? panel : s_.filters;
    const std::int64_t row_taps = merges_ ? 1 : s_.kernel[2];
    for (std::int64_t group = 0; group < s_.groups; ++group) {
      const T* const dy = static_cast<const T*>(p_.dy) + group * filters_;
      g.b = packs_ ? task.packed : dy;
      if (packs_) pack(dy, b_offsets, lines, width, task.packed);
      for (std::int64_t tap = 0; tap < row_taps; ++tap) {
        g.a =
            input.data + axes_[2].offsets[ConvAxis::at(tap)] * input.of_axis[2] + group * channels_;
        const std::int64_t row =
            ((task.plane * s_.kernel[1] + task.line) * s_.kernel[2] + tap) * channels_;
        g.c = task.target + row * s_.filters + group * filters_;
        if (packs_) {
          run_packed(g, lines, width);
        } else {
          gemm_.block(g);
        }
      }
    }
  }

  // Panels of dy, its lines one after the other: they are one run.
  void pack(const T* dy, const std::int64_t* offsets, std::int64_t lines, std::int64_t width,
            T* packed) const noexcept {
    const std::int64_t panel = gemm_.panel_cols;
    for (std::int64_t col = 0; col < filters_; col += panel) {
      for (std::int64_t line = 0; line < lines; ++line) {
        gemm_.pack_b(dy + offsets[line] + col, s_.filters, 1, width,
                     std::min(panel, filters_ - col), packed);
        packed += width * panel;
      }
    }
  }

  void run_packed(GemmBlock<T> g, std::int64_t lines, std::int64_t width) const noexcept {
    std::int64_t places[block_pixels];
    for (std::int64_t line = 0; line < lines; ++line) {
      places[line] = line * width * gemm_.panel_cols;
    }
    g.b_offsets = places;
    gemm_.block(g);
  }

  void add_up(const T* partial, std::int64_t partials, std::int64_t size) const {
    T* const result = static_cast<T*>(p_.dkernel);
    const auto sum = kernels_.reduce.columns[static_cast<int>(ReduceOp::sum)];
    for_ranges(size, chunk_bytes / static_cast<std::int64_t>(sizeof(T)) / partials,
               [&](std::int64_t begin, std::int64_t end) noexcept {
                 sum(partial + begin, size, partials, end - begin, T(1), result + begin);
               });
  }

  const FloatKernels<T>& kernels_;
  const GemmKernels<T>& gemm_;
  const ConvBackwardFilterParams& p_;
  const ConvShape& s_;
  ConvAxis axes_[3];
  bool merges_, packs_;
  std::int64_t channels_, filters_, rows_, tile_rows_;
};

}  // namespace

void conv_backward_filter(const KernelTable& kernels, const ConvBackwardFilterParams& p) {
  with_float(kernels, p.dtype, "a convolution", [&]<class T>(const auto& k, T) {
    const ConvShape& s = p.shape;
    const auto count = [](const std::int64_t (&extents)[ConvShape::axes]) {
      return extents[0] * extents[1] * extents[2];
    };
    const std::int64_t size = count(s.kernel) * (s.channels / s.groups) * s.filters;
    if (size == 0 || s.batch * count(s.output) == 0) {
      std::memset(p.dkernel, 0, static_cast<std::size_t>(size) * sizeof(T));
    } else if (const bool planar = PlanarFilterGradient<T>::suits(k.planar, s);
               suits_lanes(k, s, planar)) {
      groups_filter_gradient<T>(k, p);
    } else if (planar) {
      PlanarFilterGradient<T>(k, p).run();
    } else {
      FilterGradient<T>(k, p).run();
    }
  });
}

}  // namespace lamina::cpu::drivers
