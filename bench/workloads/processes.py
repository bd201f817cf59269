"""What a process costs."""

import subprocess
import sys
from dataclasses import dataclass

from .base import Contender, Workload


@dataclass(frozen=True, kw_only=True)
class ImportTime(Workload):
    """Time to import where NumPy is imported already, in a fresh process."""

    unit = "ms"

    def build(self, contender: str) -> Contender:
        code = (
            "import time, numpy; start = time.perf_counter(); "
            f"import {contender}; print((time.perf_counter() - start) * 1e3)"
        )
        command = [sys.executable, "-c", code]
        return Contender(lambda: float(subprocess.check_output(command)))
