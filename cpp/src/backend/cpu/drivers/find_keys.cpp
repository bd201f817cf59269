// Numbers found in an ascending list.
#include <algorithm>

#include "backend/cpu/drivers/common.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "backend/cpu/drivers/first_fault.hpp"

namespace lamina::cpu::drivers {

void find_keys(const KernelTable&, const FindKeysParams& p) {
  constexpr std::int64_t chunk_elements = 1024;  // a search takes some twenty steps
  FirstFault first;
  const std::int64_t* const end = p.keys + p.keys_count;
  const volatile std::int64_t* const inputs = p.x;  // each is read once
  for_ranges(p.n, chunk_elements, [&](std::int64_t begin, std::int64_t stop) noexcept {
    for (std::int64_t i = begin; i < stop; ++i) {
      const std::int64_t x = inputs[i];
      const std::int64_t* const found = std::lower_bound(p.keys, end, x);
      if (found != end && *found == x) {
        p.y[i] = p.values[found - p.keys];
      } else if (p.buckets == 0) {
        first.note(i, x);
        p.y[i] = -1;
      } else {
        const std::int64_t rest = x % p.buckets;
        p.y[i] = p.first_bucket + (rest < 0 ? rest + p.buckets : rest);
      }
    }
  });
  first.record(p.keys_count, p.fault);
}

}  // namespace lamina::cpu::drivers
