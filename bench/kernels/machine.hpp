// What one core of this machine can do at most, measured: the yardstick of the kernel benchmarks.
#pragma once

namespace lamina::bench {

/// Floating-point operations a second of independent multiply-adds on registers, with the
/// instruction set in use, float32.
double peak_flops();

/// Bytes a second of y = a x + z over arrays far beyond the caches (three streams).
double triad_bandwidth();

}  // namespace lamina::bench
