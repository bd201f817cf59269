// What concerns the whole process: threads, memory, random numbers, the default dtype.
#include "backend/cpu/dispatch.hpp"
#include "bindings.hpp"
#include "core/check.hpp"
#include "lamina/ops/dropout.hpp"

namespace lamina::python {
namespace {

// The stream itself, one of its own for a seed, else the next one of this process.
RandomStream stream_for(const py::object& seed) {
  if (seed.is_none()) return RandomStream::open("random");
  if (py::isinstance<RandomStream>(seed)) return seed.cast<RandomStream>();
  return RandomStream::with_key(seed.cast<std::uint64_t>());
}

// Entered with `with`, perhaps several times over.
class DeviceContext {
 public:
  explicit DeviceContext(Device device) : device_(device) {}
  void enter() { open_.push_back(std::make_unique<DeviceScope>(device_)); }
  void exit() {
    if (open_.empty()) fail(ErrorKind::state, "a device was left more often than entered");
    open_.pop_back();
  }

 private:
  Device device_;
  std::vector<std::unique_ptr<DeviceScope>> open_;
};

}  // namespace

void bind_runtime(py::module_& m) {
  stop_long_calls_by_signals();
  m.def("num_threads", &num_threads, "Threads lamina may use; results never depend on it.");
  m.def("set_num_threads", &set_num_threads, py::arg("n"), "Sets the number of threads.");
  m.def("thread_engine", &thread_engine, "``pool`` or ``openmp``, chosen at build time.");
  m.def("parallel_regions", &parallel_regions,
        "Regions that ran on more than one thread since the process began.");
  m.def("isa", &cpu::instruction_set, "The instruction set in use; ``LAMINA_ISA`` forces one.");

  m.def("get_device", &default_device, "The device that new tensors lie on.");
  m.def("set_device", &set_default_device, py::arg("device"),
        "Makes new tensors lie on ``cpu`` or ``cuda:0``, in every thread.");
  m.def(
      "synchronize",
      [](std::optional<Device> device) {
        const py::gil_scoped_release unlock;
        synchronize(device.value_or(default_device()));
      },
      py::arg("device") = py::none(), "Waits until the device has done all that was asked of it.");
  py::class_<DeviceContext> context(m, "device",
                                    R"(New tensors of this thread lie on a device inside.

Args:
    device: ``"cpu"`` or ``"cuda:0"``.

>>> with lamina.device("cpu"):
...     x = Tensor([1.0, 2.0])
>>> x.device
'cpu'
)");
  context.def(py::init<Device>(), py::arg("device"))
      .def("__enter__",
           [](py::object self) {
             self.cast<DeviceContext&>().enter();
             return self;
           })
      .def("__exit__", [](DeviceContext& self, const py::args&) { self.exit(); });
  context.attr("__module__") = "lamina";

  m.def(
      "memory_statistics",
      [] {
        const MemoryStatistics statistics = memory_statistics();
        py::dict result;
        result["in_use_bytes"] = statistics.in_use_bytes;
        result["cached_bytes"] = statistics.cached_bytes;
        result["system_calls"] = statistics.system_calls;
        return result;
      },
      "Bytes held by tensors, bytes cached for reuse, and blocks asked of the system so far.");
  m.def(
      "set_memory_cache_limit",
      [](std::int64_t limit) {
        if (limit < 0) {
          fail(ErrorKind::value, "set_memory_cache_limit takes a number of bytes, 0 or more, got ",
               limit);
        }
        set_memory_cache_limit(static_cast<std::size_t>(limit));
      },
      py::arg("limit"), "Most bytes kept for reuse.");
  m.def("release_cached_memory", &release_cached_memory, "Gives cached memory back.");

  m.def("floatx", &floatx, "The dtype that new layers compute in.");
  m.def("set_floatx", &set_floatx, py::arg("value"), "Sets the dtype of new layers.");

  m.def("set_random_seed", &set_random_seed, py::arg("seed"),
        "Makes everything random from here on repeat, in forked children too.");
  py::class_<RandomStream>(m, "RandomStream")
      .def(py::init(&RandomStream::with_key), py::arg("key"))
      .def_static("open", &RandomStream::open, py::arg("name"))
      .def_property_readonly("key", &RandomStream::key)
      .def_property_readonly("draws", &RandomStream::draws)
      .def("next_draw", &RandomStream::next_draw)
      .def("restore", &RandomStream::restore, py::arg("key"), py::arg("draws"));
  m.def("random_uniform", [](const Shape& shape, double minval, double maxval,
                             std::optional<Dtype> dtype, const py::object& seed) {
    return stream_for(seed).uniform(shape, minval, maxval, dtype.value_or(floatx()));
  });
  m.def("random_normal", [](const Shape& shape, double mean, double stddev,
                            std::optional<Dtype> dtype, const py::object& seed) {
    return stream_for(seed).normal(shape, mean, stddev, dtype.value_or(floatx()));
  });
  m.def("random_truncated_normal", [](const Shape& shape, double mean, double stddev,
                                      std::optional<Dtype> dtype, const py::object& seed) {
    return stream_for(seed).truncated_normal(shape, mean, stddev, dtype.value_or(floatx()));
  });
  m.def("random_permutation",
        [](std::int64_t n, const py::object& seed) { return stream_for(seed).permutation(n); });
  m.def("random_dropout", [](py::handle inputs, double rate, const py::object& seed) {
    RandomStream stream = stream_for(seed);
    return ops::dropout(operand_from(inputs), rate, stream);
  });
}

}  // namespace lamina::python
