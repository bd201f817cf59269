// Convolution and its gradient by the input, as one thing: each pixel of the output is a sum over
// offsets of input pixels times a matrix. It is computed by the matrix product's register tile
// straight from the image: a tile's rows are neighbouring pixels of one output row, and the depth
// runs through the kernel's taps, where those of one kernel row are contiguous in memory. The whole
// depth is summed at once, so that neither blocks nor threads change a rounding.
#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/conv_blocks.hpp"
#include "backend/cpu/drivers/conv_groups.hpp"
#include "backend/cpu/drivers/conv_planar.hpp"
#include "backend/cpu/drivers/correlation.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/packing.hpp"
#include "backend/cpu/drivers/scratch.hpp"

namespace lamina::cpu::drivers {
namespace {

// Pixels of a block: enough to use a panel of the kernel, read from afar, many times; with their
// inputs no more than half of the second cache.
constexpr std::int64_t most_pixels = 512;
constexpr std::int64_t most_input_bytes = 512 * 1024;

// Multiply-adds worth another thread, and blocks a thread should find, as in gemm.cpp.
constexpr std::int64_t block_products = 256 * 1024;
constexpr std::int64_t blocks_per_worker = 8;

// Panels of the kernel that stay in the second cache while a block's pixels go by.
constexpr std::int64_t panels_bytes = 256 * 1024;

template <class T>
class CorrelationRun {
 public:
  CorrelationRun(const GemmKernels<T>& kernels, const Correlation<T>& c)
      : kernels_(kernels), c_(c), workers_(num_threads()) {
    const ConvAxis& width = c.axes[2];
    const std::int64_t tiles =
        std::max<std::int64_t>(chunk_count(width.output, kernels.tile_rows), 1);
    tile_rows_ = std::max<std::int64_t>(chunk_count(width.output, tiles), 1);
    // Neighbouring taps of a row, of all channels, are one run of memory.
    const auto taps = static_cast<std::int64_t>(width.offsets.size());
    merges_ = c.channels == c.pixel && taps > 0 && width.last() - width.first() == taps - 1;
    depth_ = c.channels * (merges_ ? taps : 1);
    row_segments_ = merges_ ? 1 : taps;
    total_depth_ = static_cast<std::int64_t>(c.taps.size()) * c.channels;
  }

  void run() {
    const std::int64_t output[3] = {c_.axes[0].output, c_.axes[1].output, c_.axes[2].output};
    const std::int64_t pixels = c_.batch * output[0] * output[1] * output[2];
    if (pixels == 0 || c_.cols == 0) return;
    const std::int64_t panel = kernels_.panel_cols;
    const std::int64_t panels = chunk_count(c_.cols, panel);

    const std::int64_t products =
        pixels * c_.groups * panels * panel * std::max<std::int64_t>(total_depth_, 1);
    const std::int64_t wanted = std::min(std::max<std::int64_t>(products / block_products, 1),
                                         workers_ == 1 ? 1 : workers_ * blocks_per_worker);
    const std::int64_t pixel_bytes =
        c_.pixel * c_.axes[2].step * static_cast<std::int64_t>(sizeof(T));
    const std::int64_t fitting = std::max<std::int64_t>(most_input_bytes / pixel_bytes, 1);
    const PixelBlocks blocks(
        c_.batch, output,
        std::min({most_pixels, fitting, std::max<std::int64_t>(pixels / wanted, tile_rows_)}),
        tile_rows_);
    const ConvReader<T> reader(c_.x, c_.axes, c_.pixel, blocks);
    a_offsets_ = tap_places(c_, reader, row_segments_);
    for (std::size_t i = 0; i < a_offsets_.size(); ++i) {
      b_offsets_.push_back(static_cast<std::int64_t>(i) * depth_ * panel);
    }

    const std::int64_t kernel_size = panels * panel * total_depth_;
    const std::int64_t input_size = whole(reader.scratch_size(), 16);
    const Scratch scratch(
        static_cast<std::size_t>(c_.groups * kernel_size + workers_ * input_size + 16) * sizeof(T));
    T* const packed = scratch.as<T>();
    T* const inputs = packed + c_.groups * kernel_size;
    pack(panels, packed);

    // Panels that stay in the cache together are one pass over the block.
    const std::int64_t panel_bytes =
        std::max<std::int64_t>(total_depth_ * panel * static_cast<std::int64_t>(sizeof(T)), 1);
    const std::int64_t together = std::clamp<std::int64_t>(panels_bytes / panel_bytes, 1, panels);
    parallel_for(blocks.count(), workers_, [&](std::int64_t index, int worker) noexcept {
      const PixelBlock block = blocks.block(index);
      const ConvInput<T> input = reader.read(block, inputs + worker * input_size);
      for (std::int64_t group = 0; group < c_.groups; ++group) {
        for (std::int64_t from = 0; from < panels; from += together) {
          run_panels(block, input, group, packed + group * kernel_size, from,
                     std::min(from + together, panels));
        }
      }
    });
  }

 private:
  void pack(std::int64_t panels, T* packed) {
    const std::int64_t panel = kernels_.panel_cols;
    const auto taps = static_cast<std::int64_t>(c_.taps.size());
    const std::int64_t piece = c_.channels * panel;
    pack_pieces<T>(c_.groups * panels * taps, piece, workers_, [&](std::int64_t i) noexcept {
      const TapMatrix& tap = c_.taps[ConvAxis::at(i % taps)];
      const std::int64_t col = i / taps % panels * panel, group = i / taps / panels;
      kernels_.pack_b(c_.kernel + group * c_.kernel_group + tap.offset + col * tap.col_stride,
                      tap.row_stride, tap.col_stride, c_.channels, std::min(panel, c_.cols - col),
                      packed + i * piece);
    });
  }

  // Every row of the block by panels [from, to) of a group.
  void run_panels(const PixelBlock& block, const ConvInput<T>& input, std::int64_t group,
                  const T* packed, std::int64_t from, std::int64_t to) const noexcept {
    const std::int64_t panel = kernels_.panel_cols;
    GemmBlock<T> g;
    g.rows = block.extent(2);
    g.cols = std::min(to * panel, c_.cols) - from * panel;
    g.depth = depth_;
    g.tile_rows = tile_rows_;
    g.a_row = c_.axes[2].step * c_.pixel;
    g.a_tile = tile_rows_ * g.a_row;
    g.a_depth = 1;
    g.b_panel = panel * total_depth_;
    g.b_depth = panel;
    g.ldc = c_.y_step[2];
    const std::int64_t first_col = group * c_.cols + from * panel;
    const T* const bias = c_.bias == nullptr ? nullptr : c_.bias + first_col;
    g.b = packed + from * g.b_panel;
    for_each_row(c_, block, input, row_segments_, [&](const CorrelationRow<T>& row) {
      g.a = row.x + group * c_.channels;
      g.c = row.y + first_col;
      g.segments = row.count;
      g.a_offsets = a_offsets_.data() + row.first;
      g.b_offsets = b_offsets_.data() + row.first;
      g.add = row.add;
      g.bias = row.add ? nullptr : bias;
      g.activation = row.is_last ? c_.activation : FusedActivation::none;
      kernels_.block(g);
    });
  }

  const GemmKernels<T>& kernels_;
  const Correlation<T>& c_;
  const int workers_;
  bool merges_;
  std::int64_t tile_rows_, depth_, row_segments_, total_depth_;
  std::vector<std::int64_t> a_offsets_, b_offsets_;
};

// Where each tap's matrix lies, for the taps of each axis in the order their offsets ascend.
struct Taps {
  std::vector<std::int64_t> of_axis[3];
};

std::vector<TapMatrix> tap_matrices(const ConvShape& s, const Taps& taps, bool turned) {
  std::vector<TapMatrix> result;
  const std::int64_t matrix = s.channels / s.groups * s.filters;
  for (const std::int64_t d : taps.of_axis[0]) {
    for (const std::int64_t h : taps.of_axis[1]) {
      for (const std::int64_t w : taps.of_axis[2]) {
        const std::int64_t place = (d * s.kernel[1] + h) * s.kernel[2] + w;
        result.push_back({place * matrix, turned ? 1 : s.filters, turned ? s.filters : 1});
      }
    }
  }
  return result;
}

// Without padding and strides a kernel of one tap sees no neighbours: all pixels are one row.
ConvShape flattened(const ConvShape& s) {
  for (int axis = 0; axis < ConvShape::axes; ++axis) {
    if (s.kernel[axis] != 1 || s.stride[axis] != 1 || s.padding[axis] != 0 ||
        s.input[axis] != s.output[axis]) {
      return s;
    }
  }
  ConvShape row = s;
  row.batch = row.input[0] = row.input[1] = row.output[0] = row.output[1] = 1;
  row.input[2] = row.output[2] = s.batch * s.input[0] * s.input[1] * s.input[2];
  return row;
}

template <class T>
void correlate(const FloatKernels<T>& kernels, const ConvShape& s, const Correlation<T>& c) {
  const bool planar = suits_planar(kernels.planar, c);
  if (suits_lanes(kernels, s, planar)) {
    correlate_groups<T>(kernels, c);
  } else if (planar) {
    PlanarCorrelation<T>(kernels, c).run();
  } else {
    CorrelationRun<T>(kernels.gemm, c).run();
  }
}

template <class T>
void forward(const FloatKernels<T>& kernels, const ConvParams& p) {
  const ConvShape s = flattened(p.shape);
  const std::int64_t channels = s.channels / s.groups, filters = s.filters / s.groups;
  Correlation<T> c;
  c.batch = s.batch;
  Taps taps;
  list_axes(s, c.axes);
  for (int axis = 0; axis < ConvShape::axes; ++axis) {
    for (std::int64_t k = 0; k < s.kernel[axis]; ++k) taps.of_axis[axis].push_back(k);
  }
  c.taps = tap_matrices(s, taps, false);
  c.x = static_cast<const T*>(p.x);
  c.pixel = s.channels;
  c.groups = s.groups;
  c.channels = channels;
  c.kernel = static_cast<const T*>(p.kernel);
  c.kernel_group = filters;
  c.cols = filters;
  c.y = static_cast<T*>(p.y);
  c.y_step[2] = s.filters;
  c.y_step[1] = s.output[2] * c.y_step[2];
  c.y_step[0] = s.output[1] * c.y_step[1];
  c.y_image = s.output[0] * c.y_step[0];
  c.bias = static_cast<const T*>(p.bias);
  c.activation = p.activation;
  correlate(kernels, s, c);
}

// The phases of an axis that have pixels and are read by a tap, at most one for each tap: strides
// may be any number. Tap k of pixel i reads output (i + padding - k dilation) / stride.
std::vector<std::int64_t> read_phases(const ConvShape& s, int axis) {
  std::vector<std::int64_t> phases;
  for (std::int64_t k = 0; k < s.kernel[axis]; ++k) {
    const std::int64_t place = k * s.dilation[axis] - s.padding[axis], stride = s.stride[axis];
    const std::int64_t phase = ((place % stride) + stride) % stride;
    if (phase < s.input[axis]) phases.push_back(phase);
  }
  std::sort(phases.begin(), phases.end());
  phases.erase(std::unique(phases.begin(), phases.end()), phases.end());
  return phases;
}

// Pixels of x whose places agree modulo the strides are read by the same taps: each such phase is a
// correlation of dy, without strides.
template <class T>
void backward_data(const FloatKernels<T>& kernels, const ConvBackwardDataParams& p) {
  const ConvShape s = flattened(p.shape);
  const std::int64_t channels = s.channels / s.groups, filters = s.filters / s.groups;
  std::int64_t x_step[3];
  x_step[2] = s.channels;
  x_step[1] = s.input[2] * x_step[2];
  x_step[0] = s.input[1] * x_step[1];
  Correlation<T> c;
  c.batch = s.batch;
  c.x = static_cast<const T*>(p.dy);
  c.pixel = s.filters;
  c.groups = s.groups;
  c.channels = filters;
  c.kernel = static_cast<const T*>(p.kernel);
  c.kernel_group = filters;
  c.cols = channels;
  c.y_image = s.input[0] * x_step[0];
  c.bias = static_cast<const T*>(p.bias);
  c.activation = p.activation;
  const std::vector<std::int64_t> phases[3] = {read_phases(s, 0), read_phases(s, 1),
                                               read_phases(s, 2)};
  const auto correlate_phase = [&](const Taps& taps, std::int64_t start) {
    c.taps = tap_matrices(s, taps, true);
    c.y = static_cast<T*>(p.dx) + start;
    correlate(kernels, s, c);
  };
  bool all_read = true;
  for (int axis = 0; axis < ConvShape::axes; ++axis) {
    const auto read = static_cast<std::int64_t>(phases[axis].size());
    all_read = all_read && read == std::min(s.stride[axis], s.input[axis]);
    c.axes[axis] = {s.output[axis], s.input[axis], 1, {}};
    c.y_step[axis] = x_step[axis];
  }
  // Pixels that no tap reads are sums of nothing.
  if (!all_read) correlate_phase({}, 0);
  for (const std::int64_t depth : phases[0]) {
    for (const std::int64_t height : phases[1]) {
      for (const std::int64_t width : phases[2]) {
        const std::int64_t phase[3] = {depth, height, width};
        Taps taps;
        std::int64_t start = 0;
        for (int axis = 0; axis < ConvShape::axes; ++axis) {
          const std::int64_t stride = s.stride[axis];
          const std::int64_t pixels = chunk_count(s.input[axis] - phase[axis], stride);
          c.axes[axis] = {s.output[axis], pixels, 1, {}};
          for (std::int64_t k = s.kernel[axis] - 1; k >= 0; --k) {
            const std::int64_t reach = phase[axis] + s.padding[axis] - k * s.dilation[axis];
            if (reach % stride != 0) continue;
            c.axes[axis].offsets.push_back(reach / stride);
            taps.of_axis[axis].push_back(k);
          }
          c.y_step[axis] = stride * x_step[axis];
          start += phase[axis] * x_step[axis];
        }
        correlate_phase(taps, start);
      }
    }
  }
}

}  // namespace

void conv(const KernelTable& kernels, const ConvParams& p) {
  with_float(kernels, p.dtype, "a convolution",
             [&]<class T>(const auto& k, T) { forward<T>(k, p); });
}

void conv_backward_data(const KernelTable& kernels, const ConvBackwardDataParams& p) {
  with_float(kernels, p.dtype, "a convolution",
             [&]<class T>(const auto& k, T) { backward_data<T>(k, p); });
}

}  // namespace lamina::cpu::drivers
