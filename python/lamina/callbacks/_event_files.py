"""Event files of TensorBoard, written through its own package."""

import importlib
import re
import struct
import time
import zlib
from typing import Any

import numpy as np


class EventFile:
    """One folder's event file. It is made with the first entry.

    Raises ``ImportError`` where the package ``tensorboard`` is not installed.
    """

    def __init__(self, folder: str) -> None:
        try:
            writer = importlib.import_module("tensorboard.summary.writer.event_file_writer")
        except ImportError as error:
            raise ImportError(
                "TensorBoard needs the package of that name: pip install tensorboard"
            ) from error
        protocol = "tensorboard.compat.proto."
        self._event = importlib.import_module(protocol + "event_pb2").Event
        self._summary = importlib.import_module(protocol + "summary_pb2").Summary
        self._graph_def = importlib.import_module(protocol + "graph_pb2").GraphDef
        self._make = writer.EventFileWriter
        self._folder = folder
        self._writer: Any = None

    def scalar(self, tag: str, value: float, step: int) -> None:
        """A point of a curve."""
        self._add(step, tag=tag, simple_value=float(value))

    def histogram(self, tag: str, values: np.ndarray, step: int) -> None:
        """How finite values are distributed over 30 intervals of equal width."""
        values = values.astype(np.float64).ravel()
        values = values[np.isfinite(values)]
        if values.size == 0:
            return
        counts, edges = np.histogram(values, 30)
        self._add(
            step,
            tag=tag,
            histo={
                "min": values.min(),
                "max": values.max(),
                "num": values.size,
                "sum": values.sum(),
                "sum_squares": (values * values).sum(),
                "bucket_limit": edges[1:].tolist(),
                "bucket": counts.astype(np.float64).tolist(),
            },
        )

    def image(self, tag: str, pixels: np.ndarray, step: int) -> None:
        """An image (height, width, 1, 3 or 4), black and white for its extremes."""
        height, width, channels = pixels.shape
        low, high = float(pixels.min()), float(pixels.max())
        scaled = (pixels - low) * (255 / (high - low) if high > low else 0)
        image = {
            "height": height,
            "width": width,
            "colorspace": channels,
            "encoded_image_string": png(np.nan_to_num(scaled).round().astype(np.uint8)),
        }
        self._add(step, tag=tag, image=image)

    def graph(self, dot: str) -> None:
        """A graph of layers, from its description in Graphviz's language (``Model.dot``)."""
        names: dict[str, str] = {}
        graph = self._graph_def()
        nodes = {}
        for key, label, kind in re.findall(r'^\s*(\d+) \[label="(.*) \((\w+)\)', dot, re.M):
            # TensorBoard reads a slash as a step down in a hierarchy, and knows few other letters.
            names[key] = re.sub(r"[^A-Za-z0-9_./-]", "_", label)
            nodes[key] = graph.node.add(name=names[key], op=kind)
        for source, target in re.findall(r"^\s*(\d+) -> (\d+)", dot, re.M):
            nodes[target].input.append(names[source])
        self._open().add_event(
            self._event(wall_time=time.time(), graph_def=graph.SerializeToString())
        )

    def flush(self) -> None:
        """Lets TensorBoard see what was written."""
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        """Ends the file; what is written later goes into another."""
        if self._writer is not None:
            self._writer.close()
        self._writer = None

    def _open(self) -> Any:
        if self._writer is None:
            self._writer = self._make(self._folder)
        return self._writer

    def _add(self, step: int, **value: Any) -> None:
        summary = self._summary(value=[value])
        self._open().add_event(self._event(wall_time=time.time(), step=step, summary=summary))


def png(pixels: np.ndarray) -> bytes:
    """A PNG file of bytes (height, width, 1, 3 or 4); see the PNG specification, part 2."""
    height, width, channels = pixels.shape
    colour = {1: 0, 3: 2, 4: 6}[channels]
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # each begins with its filter: none
    rows[:, 1:] = pixels.reshape(height, -1)

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows.tobytes()))
        + chunk(b"IEND", b"")
    )
