"""What NumPy and PyTorch call something that tensors have not, and what to write instead."""

from typing import Any, NoReturn


class Missing:
    """In the place of an attribute that a class has not: refuses with what to write instead.

    Found where the attribute would be, it costs others nothing, unlike ``__getattr__``.
    """

    def __init__(self, name: str, hint: str) -> None:
        self.name, self.hint = name, hint

    def __get__(self, owner: Any, cls: type) -> NoReturn:
        raise AttributeError(f"'{cls.__name__}' object has no attribute '{self.name}': {self.hint}")


def _in_place(operation: str) -> str:
    return f"tensors are immutable: {operation}; a Variable has assign, assign_add and assign_sub"


_NO_VALUES = "it has no values; call the model on data"

MISSING = {
    "item": _NO_VALUES,
    "numpy": _NO_VALUES,
    "grad": _NO_VALUES,
    "requires_grad": _NO_VALUES,
    "zero_grad": _NO_VALUES,
    "device": _NO_VALUES,
    "cuda": 'a device is named: x.to("cuda:0"), or lamina.set_device("cuda:0") for all new tensors',
    "mps": "there are the devices cpu and cuda",
    "is_cuda": "x.device says where it lies",
    "get_device": "x.device says where it lies",
    "half": "there is no float16 yet; x.float() is float32",
    "bfloat16": "there is no bfloat16 yet; x.float() is float32",
    "type": "x.dtype says what it is, x.astype(dtype) converts",
    "type_as": "write x.to(other)",
    "data": "x.detach() gives the values outside any gradient; a Variable takes v.assign(values)",
    "grad_fn": "x.is_leaf says whether an operation made it",
    "requires_grad_": "write x.requires_grad = True",
    "detach_": "write x = x.detach()",
    "register_hook": "x.retain_grad() keeps a result's gradient for after backward()",
    "backward": "call it on the loss, a Tensor that was computed from variables",
    "add_": _in_place("write x = x + y"),
    "sub_": _in_place("write x = x - y"),
    "mul_": _in_place("write x = x * y"),
    "div_": _in_place("write x = x / y"),
    "zero_": _in_place("write x = lamina.ops.zeros_like(x), or p.zero_grad() for p.grad.zero_()"),
    "fill_": _in_place("write x = lamina.ops.full_like(x, value)"),
    "fill": _in_place("write x = lamina.ops.full_like(x, value)"),
    "copy_": _in_place("write x = y"),
    "clamp_": _in_place("write x = x.clip(low, high)"),
    "masked_fill_": _in_place("write x = x.masked_fill(mask, value)"),
    "index_add_": _in_place("write x = x + lamina.ops.scatter(indices, values, x.shape)"),
    "scatter_": _in_place("write lamina.ops.scatter or lamina.ops.scatter_update"),
    "scatter_add_": _in_place("write x = x + lamina.ops.scatter(indices, values, x.shape)"),
    "uniform_": _in_place("write x = lamina.random.uniform(x.shape)"),
    "normal_": _in_place("write x = lamina.random.normal(x.shape)"),
    "at": "write lamina.ops.scatter_update or lamina.ops.slice_update",
    "set": "write lamina.ops.scatter_update or lamina.ops.slice_update",
    "assign": "a Tensor is immutable; a Variable has assign",
    "put": _in_place("write lamina.ops.scatter_update"),
    "resize": _in_place("write x = x.reshape(shape)"),
    "partition": "lamina.ops.top_k and sort order elements",
    "strides": "tensors are contiguous, in row-major order",
    "stride": "tensors are contiguous, in row-major order",
    "storage": "x.numpy() is a read-only view of the memory",
    "data_ptr": "x.numpy().ctypes.data is the address",
    "buffer": "x.numpy() is a read-only view of the memory",
    "tobytes": "write x.numpy().tobytes()",
    "tofile": "write x.numpy().tofile(file)",
    "to_numpy": "write x.numpy()",
    "asnumpy": "write x.numpy()",
    "values": "write x.numpy()",
    "get_shape": "write x.shape",
    "set_shape": "write x.reshape(shape)",
    "block_until_ready": "write lamina.synchronize()",
    "new_tensor": "write lamina.Tensor(data, dtype=x.dtype)",
    "new_empty": "write x.new_zeros(shape)",
    "new": "write lamina.Tensor(data, dtype=x.dtype)",
    "unfold": "write lamina.ops.extract_sequences, or index with an array of places",
    "inverse": "write lamina.ops.inv(x)",
    "det": "write lamina.ops.det(x)",
    "real": "tensors hold real numbers: x itself",
    "imag": "tensors hold real numbers",
    "conj": "tensors hold real numbers: x itself",
    "element_size": "write x.itemsize",
    "nelement": "write x.size or x.numel()",
}
