// Pooling: rows of outputs forward, rows of inputs backward, each the work of one thread, which
// adds what the windows over it hand back in their order.
#include <vector>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"

namespace lamina::cpu::drivers {
namespace {

// By which outputs' windows each input of an axis is covered: those in [begin, end).
std::vector<PoolRange> covering(const PoolAxis& axis) {
  std::vector<PoolRange> result(static_cast<std::size_t>(axis.inputs));
  PoolRange outputs{0, 0};
  for (std::int64_t i = 0; i < axis.inputs; ++i) {
    while (outputs.end < axis.outputs && axis.host_ranges[outputs.end].begin <= i) ++outputs.end;
    while (outputs.begin < axis.outputs && axis.host_ranges[outputs.begin].end <= i)
      ++outputs.begin;
    result[static_cast<std::size_t>(i)] = outputs;
  }
  return result;
}

bool overlaps(const PoolAxis& axis) {
  for (std::int64_t i = 1; i < axis.outputs; ++i) {
    if (axis.host_ranges[i].begin < axis.host_ranges[i - 1].end) return true;
  }
  return false;
}

int kernel_of(const void* places, bool wide) { return places == nullptr ? 0 : wide ? 2 : 1; }

const void* places_at(const void* places, bool wide, std::int64_t i) {
  if (places == nullptr) return nullptr;
  return static_cast<const char*>(places) + i * (wide ? 4 : 1);
}

}  // namespace

void pool(const KernelTable& kernels, const PoolParams& p) {
  with_float(kernels, p.dtype, "pooling", [&]<class T>(const auto& k, T) {
    const auto [depth, height, width] = p.axes;
    const auto kernel = k.pool.forward[static_cast<int>(p.op)][kernel_of(p.places, p.wide_places)];
    const std::int64_t rows = p.images * depth.outputs * height.outputs;
    const std::int64_t row_values = width.inputs * p.channels, plane = height.inputs * row_values;
    if (rows == 0 || width.outputs == 0 || p.channels == 0) return;
    const std::int64_t read = p.images * depth.inputs * plane;
    const std::int64_t written = rows * width.outputs * p.channels;
    const bool streamed = is_streamed(kernels, read + written, static_cast<T*>(p.y), p.channels);
    for_rows(rows, read / rows, chunk_bytes / sizeof(T),
             [&](std::int64_t begin, std::int64_t end) noexcept {
               for (std::int64_t row = begin; row < end; ++row) {
                 const PoolRange& d = depth.host_ranges[row / height.outputs % depth.outputs];
                 const PoolRange& h = height.host_ranges[row % height.outputs];
                 const std::int64_t image = row / (height.outputs * depth.outputs);
                 const T* x = static_cast<const T*>(p.x) +
                              (image * depth.inputs + d.begin) * plane + h.begin * row_values;
                 const std::int64_t to = row * width.outputs * p.channels;
                 kernel({x, d.end - d.begin, h.end - h.begin, plane, row_values, width.host_ranges,
                         width.outputs, p.channels, streamed},
                        static_cast<T*>(p.y) + to,
                        const_cast<void*>(places_at(p.places, p.wide_places, to)));
               }
             });
  });
}

void pool_backward(const KernelTable& kernels, const PoolBackwardParams& p) {
  with_float(kernels, p.dtype, "pooling", [&]<class T>(const auto& k, T) {
    const auto [depth, height, width] = p.axes;
    const auto kernel = k.pool.backward[kernel_of(p.places, p.wide_places)];
    const std::int64_t row_values = width.inputs * p.channels;
    if (row_values == 0) return;
    const std::vector<PoolRange> over_depth = covering(depth), over_height = covering(height);
    const bool shared = overlaps(width);
    const std::int64_t written = p.images * depth.inputs * height.inputs * row_values;
    const bool streamed = is_streamed(kernels, written, static_cast<T*>(p.dx), p.channels);
    for_rows(p.images * depth.inputs * height.inputs, row_values, chunk_bytes / (2 * sizeof(T)),
             [&](std::int64_t begin, std::int64_t end) noexcept {
               for (std::int64_t row = begin; row < end; ++row) {
                 const std::int64_t h = row % height.inputs, d = row / height.inputs % depth.inputs;
                 const std::int64_t image = row / (height.inputs * depth.inputs);
                 const PoolRange planes = over_depth[static_cast<std::size_t>(d)];
                 const PoolRange lines = over_height[static_cast<std::size_t>(h)];
                 T* const dx = static_cast<T*>(p.dx) + row * row_values;
                 const bool alone =
                     planes.end - planes.begin == 1 && lines.end - lines.begin == 1 && !shared;
                 bool add = shared || planes.begin == planes.end || lines.begin == lines.end;
                 if (add) std::fill(dx, dx + row_values, T(0));
                 for (std::int64_t od = planes.begin; od < planes.end; ++od) {
                   for (std::int64_t oh = lines.begin; oh < lines.end; ++oh) {
                     const PoolRange &in_depth = depth.host_ranges[od],
                                     &in_height = height.host_ranges[oh];
                     const std::int64_t rows = in_height.end - in_height.begin;
                     const std::int64_t from =
                         ((image * depth.outputs + od) * height.outputs + oh) * width.outputs *
                         p.channels;
                     kernel({static_cast<const T*>(p.dy) + from,
                             places_at(p.places, p.wide_places, from), width.host_ranges,
                             width.outputs, width.inputs, p.channels,
                             (d - in_depth.begin) * rows + (h - in_height.begin),
                             (in_depth.end - in_depth.begin) * rows, add, streamed && alone},
                            dx);
                     add = true;
                   }
                 }
               }
             });
  });
}

}  // namespace lamina::cpu::drivers
