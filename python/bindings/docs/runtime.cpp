// What concerns the whole process.
#include "docs.hpp"

namespace lamina::python {
namespace {

constexpr Details table[] = {
    {"num_threads", R"(
A process begins with ``LAMINA_NUM_THREADS`` from the environment, else with the number of
processors that it may run on, or with ``OMP_NUM_THREADS`` where that is less.

>>> lamina.num_threads() >= 1
True
)"},
    {"set_num_threads", R"(
Args:
    n: from 1 to 256.

Raises:
    ValueError: n is out of that range.

>>> before = lamina.num_threads()
>>> lamina.set_num_threads(1)
>>> lamina.num_threads()
1
>>> lamina.set_num_threads(before)
)"},
    {"thread_engine", R"(
>>> lamina.thread_engine() in ("pool", "openmp")
True
)"},
    {"parallel_regions", R"(
Small work stays on the calling thread, and does not count.

>>> before = lamina.parallel_regions()
>>> x = Tensor([1.0, 2.0]) + 1.0
>>> lamina.parallel_regions() - before
0
)"},
    {"isa", R"(
Returns:
    ``"x86-64-v4"`` (AVX-512), ``"x86-64-v3"`` (AVX2), ``"x86-64-v2"``, ``"neon"`` or ``"generic"``:
    by default the best that this processor has. Results repeat bit for bit on each of them, not
    from one to another.

>>> isinstance(lamina.isa(), str)
True
)"},
    {"get_device", R"(
Returns:
    what ``set_device`` was given last, or the device of the innermost ``with lamina.device(...)``.

>>> lamina.get_device()
'cpu'
)"},
    {"set_device", R"(
Args:
    device: ``with lamina.device(device)`` is for a part of the program.

Raises:
    ValueError: there is no such device.
    RuntimeError: this build of lamina has no backend for it.

>>> lamina.set_device("cpu")
)"},
    {"synchronize", R"(
Reading values (``numpy()``, ``item()``) waits by itself; a measurement of time needs this.

Args:
    device: None for ``lamina.get_device()``.

>>> lamina.synchronize()
)"},
    {"memory_statistics", R"(
Returns:
    a dictionary of ``"in_use_bytes"``, ``"cached_bytes"`` and ``"system_calls"``.

>>> x = lamina.ops.zeros((1000, 1000))
>>> lamina.memory_statistics()["in_use_bytes"] >= 4_000_000
True
)"},
    {"set_memory_cache_limit", R"(
Args:
    limit: bytes; what is freed above it returns to the system. 1 GiB when a program begins.

>>> lamina.set_memory_cache_limit(2**30)
)"},
    {"release_cached_memory", R"(
>>> lamina.release_cached_memory()
>>> lamina.memory_statistics()["cached_bytes"]
0
)"},
    {"grad_enabled", R"(
>>> with lamina.no_grad():
...     lamina.grad_enabled()
False
)"},
    {"from_dlpack", R"(
Args:
    x: an array or tensor with ``__dlpack__``, such as NumPy's and PyTorch's. What is not
        contiguous, or of a dtype that lamina has not, is copied.

>>> array = np.array([1.0, 2.0], "float32")
>>> lamina.from_dlpack(array).numpy()
array([1., 2.], dtype=float32)
)"},
    {"floatx", R"(
>>> lamina.config.floatx()
'float32'
)"},
    {"set_floatx", R"(
Args:
    value: ``"float32"`` or ``"float64"``.

Raises:
    ValueError: it is another dtype.

>>> lamina.config.set_floatx("float32")
)"},
};

}  // namespace

constinit const std::span<const Details> runtime_details = table;

}  // namespace lamina::python
