// Tensor, gradients, and the switches that record them.
#include "adapters.hpp"
#include "core/check.hpp"
#include "layers/call_scope.hpp"
#include "tensor_like.hpp"

namespace lamina::python {
namespace {

// NumPy's exporter on the tensor's memory, which others must not write to. Consumers that know of
// read-only memory are told; the others get a copy.
py::object to_dlpack(const Tensor& tensor, const py::object& stream, const py::object& max_version,
                     const py::object& dl_device, const py::object& copy) {
  if (tensor.device() != Device()) {
    fail(ErrorKind::state, "a Tensor on ", name_of(tensor.device()),
         " has no memory to hand out; copy it first: to(\"cpu\")");
  }
  py::array view = array_view(tensor);
  if (!max_version.is_none() && py::hasattr(py::module_::import("numpy"), "unstack")) {  // >= 2.1
    return view.attr("__dlpack__")(py::arg("stream") = stream, py::arg("max_version") = max_version,
                                   py::arg("dl_device") = dl_device, py::arg("copy") = copy);
  }
  if (!copy.is_none() && !copy.cast<bool>()) {
    PyErr_SetString(PyExc_BufferError,
                    "a Tensor is immutable, and this consumer (or NumPy before 2.1) knows nothing "
                    "of read-only memory; let it copy");
    throw py::error_already_set();
  }
  return copied_array(tensor).attr("__dlpack__")(py::arg("stream") = stream);
}

[[noreturn]] void refuse_second_order() {
  fail(ErrorKind::value,
       "create_graph=True asks for gradients of gradients, which are not available: lamina "
       "differentiates once. Write the first derivative as operations and take the gradient of "
       "that, or compare gradients at two points, and leave create_graph=False");
}

// Entered with `with`, perhaps several times over; each exit restores what its entry found.
class GradScope {
 public:
  explicit GradScope(bool records) : records_(records) {}
  void enter() {
    Open open;
    if (records_) {
      open.enable = std::make_unique<EnableGrad>();
    } else {
      open.disable = std::make_unique<NoGrad>();
    }
    open_.push_back(std::move(open));
  }
  void exit() {
    if (open_.empty()) fail(ErrorKind::state, "a gradient mode was left more often than entered");
    open_.pop_back();
  }

 private:
  struct Open {
    std::unique_ptr<EnableGrad> enable;
    std::unique_ptr<NoGrad> disable;
  };
  bool records_;
  std::vector<Open> open_;
};

void bind_autograd(py::module_& m) {
  py::class_<GradScope>(m, "GradScope")
      .def(py::init<bool>(), py::arg("records"))
      .def("enter", &GradScope::enter)
      .def("exit", &GradScope::exit);
  m.def("grad_enabled", &grad_enabled, "Whether operations of this thread record gradients.");
  m.def(
      "gradients",
      [](const py::list& outputs, const py::list& inputs, const py::list& output_gradients,
         bool retain_graph, bool create_graph) {
        if (create_graph) refuse_second_order();
        TensorList from, by, first, found;
        for (py::handle output : outputs) {
          const py::handle gradient = output_gradients[from.size()];
          from.push_back(operand_from(output));
          first.push_back(gradient.is_none()
                              ? Tensor()
                              : operands_from(py::cast(from.back()), gradient).second);
        }
        for (py::handle input : inputs) by.push_back(operand_from(input));
        {
          const GilRelease unlock;
          found = gradients(from, by, first, retain_graph);
        }
        py::list result;
        for (const Tensor& gradient : found) result.append(tensor_or_none(gradient));
        return result;
      },
      py::arg("outputs"), py::arg("inputs"), py::arg("output_gradients"), py::arg("retain_graph"),
      py::arg("create_graph"), "What ``lamina.autograd.grad`` gives, None for what is unused.");
}

}  // namespace

void bind_tensor(py::module_& m) {
  py::class_<Tensor> tensor(m, "Tensor",
                            R"(An immutable array that operations differentiate through.

Args:
    data: numbers, nested lists or an array, which is copied. Arrays keep their dtype; Python numbers
        and lists become float32.
    dtype: ``"float32"``, ``"float64"``, ``"int32"``, ``"int64"``, ``"uint8"`` or ``"bool"``.
    device: where it lies, ``"cpu"`` or ``"cuda:0"``; by default on ``lamina.get_device()``.
    requires_grad: whether ``backward`` accumulates a gradient here.

Beside a tensor, what has no dtype of its own takes the tensor's: Python's numbers, lists, NumPy's
scalars, and arrays of floats beside a tensor of floats; whole numbers that it cannot hold take
int32 or int64. Arrays of whole numbers keep their dtype, and float32 and float64 tensors do not
meet without ``astype``. Sums and products of whole numbers are exact, and wrap around as NumPy's do.

Methods are those of NumPy and Keras, and PyTorch's where they say nothing else: ``size`` is a
number, ``std`` divides by n, ``repeat`` repeats elements. Nothing changes a tensor in place, but
``w -= learning_rate * w.grad`` under ``no_grad`` gives a leaf that requires a gradient new values.
NumPy's functions give arrays; where a gradient is recorded, they run lamina's operation of that
name, or refuse.

Raises:
    ValueError: the lists are not rectangular.
    TypeError: the data are not real numbers.

>>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
>>> (x * x + 1).numpy()
array([ 2.,  5., 10.], dtype=float32)
>>> lamina.ops.sum(x * x).backward()
>>> x.grad.numpy()
array([2., 4., 6.], dtype=float32)
)");
  tensor.def(py::init([](py::handle data, std::optional<Dtype> dtype, bool requires_grad,
                         std::optional<Device> device) {
               Tensor made = tensor_from(data, dtype, device);
               if (requires_grad) made.set_requires_grad();
               return made;
             }),
             py::arg("data"), py::arg("dtype") = py::none(), py::kw_only(),
             py::arg("requires_grad") = false, py::arg("device") = py::none());
  bind_common(tensor);
  tensor.def(
      "__array__",
      [](const Tensor& self, const py::object& dtype, const py::object& copy) {
        // Outside layers, backward() of what NumPy made of it would say so itself.
        if (CallScope::active() && needs_grad({self})) {
          fail(ErrorKind::type,
               "a layer hands NumPy a tensor that requires a gradient, which would be lost; use "
               "lamina.ops on it, or hand NumPy tensor.detach()");
        }
        return to_array(self, dtype, copy);
      },
      py::arg("dtype") = py::none(), py::arg("copy") = py::none());
  tensor.def("numpy", &array_view,
             "A read-only NumPy view of this tensor's memory, or of a copy from another device.");
  tensor.def("__repr__", [](const Tensor& self) {
    return concat(printed(self, "Tensor("), ", shape=", self.shape(),
                  ", dtype=", name_of(self.dtype()),
                  self.requires_grad() ? ", requires_grad=True)" : ")");
  });
  tensor.def("__setitem__", [](const Tensor&, py::handle, py::handle) {
    throw py::type_error(
        "a Tensor is immutable: x[mask] = v is x = ops.where(mask, v, x), x[i] = v is x = "
        "ops.slice_update(x, start, v) or ops.scatter_update(x, indices, v); or change a copy, "
        "np.array(x)");
  });
  tensor.def_property_readonly(
      "mask", [](const Tensor& self) { return tensor_or_none(self.mask()); },
      "The mask that it carries, of its leading axes, or None.");
  tensor.def(
      "with_mask",
      [](const Tensor& self, const py::object& mask) {
        return self.with_mask(mask.is_none() ? Tensor() : operand_from(mask).to(self.device()));
      },
      py::arg("mask"), "A view that carries a mask: which entries of its leading axes count.");
  tensor.def(
      "backward",
      [](const Tensor& self, const py::object& gradient, bool retain_graph, bool create_graph) {
        if (create_graph) refuse_second_order();
        const Tensor given =
            gradient.is_none() ? Tensor() : operands_from(py::cast(self), gradient).second;
        const GilRelease unlock;
        self.backward(given, retain_graph);
      },
      py::arg("gradient") = py::none(), py::arg("retain_graph") = false,
      py::arg("create_graph") = false,
      "Accumulates this tensor's gradients on the leaves it was computed from. ``retain_graph`` "
      "keeps the graph for another call; ``create_graph`` must be False.");
  tensor.def("zero_grad", &Tensor::zero_grad, "Forgets the accumulated gradient.");
  tensor.def_property(
      "grad", [](const Tensor& self) { return grad_of(self); },
      [](Tensor& self, const py::object& gradient) {
        self.set_grad(gradient.is_none() ? Tensor()
                                         : operands_from(py::cast(self), gradient).second);
      },
      "What ``backward`` accumulated here, or None; None or a tensor of this shape replaces it.");
  tensor.def("retain_grad", &Tensor::retain_grad,
             "Makes ``backward`` keep the gradient here though this is no leaf.");
  tensor.def_property(
      "requires_grad", &Tensor::requires_grad,
      [](Tensor& self, bool on) { self.set_requires_grad(on); },
      "Whether ``backward`` reaches it; a leaf's can be set.");
  tensor.def(py::pickle(
      [](const Tensor& self) {
        if (!self.is_leaf()) {
          fail(ErrorKind::state,
               "the graph behind the result of an operation cannot be copied; detach() it first");
        }
        const Tensor mask = self.mask();
        return py::make_tuple(array_view(self), self.requires_grad(),
                              mask.defined() ? py::object(array_view(mask)) : py::none());
      },
      [](const py::tuple& state) {
        Tensor made = tensor_from(state[0]);
        if (!state[2].is_none()) made = made.with_mask(tensor_from(state[2]));
        if (state[1].cast<bool>()) made.set_requires_grad();
        return made;
      }));
  tensor.def("__dlpack__", &to_dlpack, py::kw_only(), py::arg("stream") = py::none(),
             py::arg("max_version") = py::none(), py::arg("dl_device") = py::none(),
             py::arg("copy") = py::none());
  tensor.def("__dlpack_device__", [](const Tensor&) {
    constexpr int dlpack_cpu = 1;
    return py::make_tuple(dlpack_cpu, 0);
  });
  m.def(
      "from_dlpack",
      [](const py::object& source) {
        if (!py::hasattr(source, "__dlpack__")) {
          fail(ErrorKind::type, "from_dlpack takes a tensor of a library that shares its memory, ",
               "got ", type_name(source), "; lamina.Tensor copies any array or list");
        }
        return data_from("from_dlpack(x)",
                         py::module_::import("numpy").attr("from_dlpack")(source));
      },
      py::arg("x"),
      "A Tensor on the memory of another library's CPU tensor, which must not change meanwhile.");

  bind_autograd(m);
}

}  // namespace lamina::python
