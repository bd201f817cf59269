"""lamina beside PyTorch, JAX and Keras on JAX: the same work, checked to agree, then timed in turn.

    pip install '.[bench]'
    python bench/compare.py --threads 2 --only mlp_small mlp_784 --json result.json

Every framework works in a process of its own and waits there while another is measured. A round
measures each once; the table shows medians, and the medians of the rounds' ratios.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import multiprocessing
import os
import platform
import resource
import statistics
import sys
import time
import traceback
from pathlib import Path

import numpy as np
from workloads import FRAMEWORKS, WORKLOADS, Workload

# Between two measurements, so that the threads of the one before have gone to sleep.
PAUSE_SECONDS = 0.05
AGREEMENT = 1e-3


def limit_threads(threads: int) -> None:
    """For this process and those it starts, before any framework is imported."""
    if threads < len(os.sched_getaffinity(0)):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    os.environ["KERAS_BACKEND"] = "jax"
    os.environ["JAX_PLATFORMS"] = "cpu"
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"):
        os.environ[name] = str(threads)


def serve(pipe, framework: str, name: str, threads: int) -> None:
    """A framework's process: builds the row, then measures it whenever it is asked."""
    try:
        if framework in ("lamina", "torch"):
            module = importlib.import_module(framework)
            module.set_num_threads(threads)
        contender = next(row for row in WORKLOADS if row.name == name).build(framework)
        pipe.send(("outputs", [np.asarray(value) for value in contender.outputs()]))
        while pipe.recv():
            pipe.send(("value", contender.run()))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        pipe.send(("peak", peak))
    except Exception:
        pipe.send(("error", traceback.format_exc()))


class Worker:
    """The parent's end of a framework's process."""

    def __init__(self, framework: str, workload: Workload, threads: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(
            target=serve, args=(other, framework, workload.name, threads), daemon=True
        )
        self.process.start()
        other.close()

    def receive(self):
        try:
            kind, value = self.pipe.recv()
        except EOFError:
            self.process.join()
            raise RuntimeError(f"its process ended with {self.process.exitcode}") from None
        if kind == "error":
            raise RuntimeError(value)
        return value

    def measure(self) -> float:
        time.sleep(PAUSE_SECONDS)
        self.pipe.send(True)
        return self.receive()

    def finish(self) -> float:
        """Ends the process and gives its peak resident size in MB."""
        self.pipe.send(False)
        peak = self.receive()
        self.process.join()
        return peak


def disagreement(outputs: dict[str, list]) -> str | None:
    """What differs between the frameworks, if anything does."""
    (first, expected), *others = outputs.items()
    for framework, values in others:
        for i, (value, wanted) in enumerate(zip(values, expected, strict=True)):
            scale = max(1e-6, float(np.abs(wanted).max()))
            error = float(np.abs(np.reshape(value, wanted.shape) - wanted).max()) / scale
            if not error <= AGREEMENT:
                return f"output {i} of {framework} differs from {first}'s by {error:.2g} of it"
    return None


def compare(workload: Workload, frameworks: list[str], threads: int, rounds: int) -> dict:
    """Measures one row."""
    workers, outputs = {}, {}
    for framework in frameworks:
        if framework not in workload.frameworks:
            continue
        workers[framework] = Worker(framework, workload, threads)
        try:
            outputs[framework] = workers[framework].receive()
        except RuntimeError as error:
            del workers[framework]
            print(f"{workload.name}: {framework} failed: {error}", file=sys.stderr)
    if not workers:
        return {"workload": workload.name, "error": "every framework failed"}
    error = disagreement(outputs)
    values = {framework: [] for framework in workers}
    if error is None:
        for turn in range(rounds + 1):  # the first one warms up
            for framework, worker in workers.items():
                value = worker.measure()
                if turn > 0:
                    values[framework].append(value)
    peaks = {framework: worker.finish() for framework, worker in workers.items()}
    if error is not None:
        return {"workload": workload.name, "error": error}
    return {
        "workload": workload.name,
        "unit": workload.unit,
        "median": {name: statistics.median(series) for name, series in values.items()},
        "rounds": values,
        "ratio": ratios(workload, values),
        "peak_rss_mb": peaks,
        "goals": workload.goals,
        "limit": workload.limit,
    }


def ratios(workload: Workload, values: dict[str, list[float]]) -> dict[str, float]:
    """How many times faster than each peer, and than the best of each round, lamina is."""
    if "lamina" not in values:
        return {}
    power = -1 if workload.higher_is_better else 1
    speed = {
        name: [
            (theirs / ours) ** power for theirs, ours in zip(series, values["lamina"], strict=True)
        ]
        for name, series in values.items()
        if name != "lamina"
    }
    if speed:
        speed["best"] = [min(turn) for turn in zip(*speed.values(), strict=True)]
    return {name: statistics.median(series) for name, series in speed.items()}


def machine(threads: int, frameworks: list[str]) -> dict:
    info = {
        "cpu": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "threads": threads,
        "python": platform.python_version(),
        "versions": {},
    }
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        info["cpu"] = next(
            (s.split(":")[1].strip() for s in lines if "model name" in s), info["cpu"]
        )
    for name in ("numpy", *frameworks):
        try:
            info["versions"][name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            info["versions"][name] = importlib.import_module(name).__version__
    if "lamina" in frameworks:
        import lamina

        info["instruction_set"], info["thread_engine"] = lamina.isa(), lamina.thread_engine()
    return info


def show(row: dict, frameworks: list[str]) -> None:
    if "error" in row:
        print(f"{row['workload']:<16} FAILED: {row['error']}")
        return
    medians = "".join(
        f"{row['median'][name]:>11.4g}" if name in row["median"] else f"{'-':>11}"
        for name in frameworks
    )
    verdicts = [f"{ratio:.2f}x {name}" for name, ratio in row["ratio"].items()]
    for name, goal in row["goals"].items():
        if name in row["ratio"]:
            verdict = "ok" if row["ratio"][name] >= goal else "MISSED"
            verdicts.append(f"[{goal:g}x {name}: {verdict}]")
    if row["limit"] is not None and "lamina" in row["median"]:
        verdict = "ok" if row["median"]["lamina"] <= row["limit"] else "MISSED"
        verdicts.append(f"[at most {row['limit']:g}: {verdict}]")
    peaks = "/".join(f"{row['peak_rss_mb'].get(name, float('nan')):.0f}" for name in frameworks)
    print(f"{row['workload']:<16}{row['unit']:<10}{medians}  {peaks:<20} {', '.join(verdicts)}")


def arguments() -> argparse.Namespace:
    names = [workload.name for workload in WORKLOADS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7, help="measurements of each framework")
    parser.add_argument("--only", nargs="+", choices=names, metavar="ROW", help=", ".join(names))
    parser.add_argument("--peers", nargs="*", choices=FRAMEWORKS[1:], default=FRAMEWORKS[1:])
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write everything")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    limit_threads(options.threads)
    frameworks = []
    for name in ("lamina", *options.peers):
        needed = ("keras", "jax") if name == "keras" else (name,)
        if all(importlib.util.find_spec(module) for module in needed):
            frameworks.append(name)
        else:
            print(f"{name} is not installed: skipped")
    info = machine(options.threads, frameworks)
    print(json.dumps(info))
    header = "".join(f"{name:>11}" for name in frameworks)
    print(f"{'row':<16}{'unit':<10}{header}  {'peak RSS, MB':<20} lamina's speed to each peer's")
    rows = []
    for workload in WORKLOADS:
        if options.only is None or workload.name in options.only:
            rows.append(compare(workload, frameworks, options.threads, options.rounds))
            show(rows[-1], frameworks)
    if options.json:
        options.json.write_text(json.dumps({"machine": info, "rows": rows}, indent=1) + "\n")
    return 1 if any("error" in row for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
