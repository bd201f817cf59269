"""lamina beside PyTorch, JAX and Keras on JAX: the same work, checked to agree, then timed in turn.

    pip install '.[bench]'
    python bench/compare.py --threads 2 --only mlp_small mlp_784 --json result.json

Every framework works in a process of its own and waits there while another is measured. A round
measures each once; the table shows medians, and the medians of the rounds' ratios.
"""

import argparse
import fnmatch
import importlib.metadata
import importlib.util
import json
import multiprocessing
import os
import platform
import statistics
import sys
import time
import traceback
from pathlib import Path

import numpy as np
from workloads import FRAMEWORKS, GROUP_GOALS, WORKLOADS, Workload

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


def resident(peak: bool = False) -> float:
    """Resident memory of this process in MB, now or at its largest."""
    # Not getrusage's ru_maxrss: that begins with what the parent had when it forked.
    field = "VmHWM:" if peak else "VmRSS:"
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def serve(pipe, contender: str, name: str, threads: int) -> None:
    """A contender's process: builds the row, then measures it whenever it is asked."""
    try:
        module = importlib.import_module(contender.partition("/")[0])
        imported = resident()
        if hasattr(module, "set_num_threads"):
            module.set_num_threads(threads)
        row = next(row for row in WORKLOADS if row.name == name).build(contender)
        pipe.send(("outputs", [np.asarray(value) for value in row.outputs()]))
        while pipe.recv():
            pipe.send(("value", row.run()))
        peak = resident(peak=True)
        pipe.send(("memory", (peak, peak - imported)))
    except Exception:
        pipe.send(("error", traceback.format_exc()))


class Worker:
    """The parent's end of a contender's process."""

    def __init__(self, contender: str, workload: Workload, threads: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(
            target=serve, args=(other, contender, workload.name, threads), daemon=True
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

    def finish(self) -> tuple[float, float]:
        """Ends the process; its peak resident size in MB, and how much of it came after import."""
        self.pipe.send(False)
        memory = self.receive()
        self.process.join()
        return memory


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
        for contender in workload.contenders(framework):
            workers[contender] = Worker(contender, workload, threads)
            try:
                outputs[contender] = workers[contender].receive()
            except RuntimeError as error:
                del workers[contender]
                print(f"{workload.name}: {contender} failed: {error}", file=sys.stderr)
    if not workers:
        return {"workload": workload.name, "error": "every framework failed"}
    error = disagreement(outputs)
    rounds_of = {contender: [] for contender in workers}
    if error is None:
        for turn in range(rounds + 1):  # the first one warms up
            for contender, worker in workers.items():
                value = worker.measure()
                if turn > 0:
                    rounds_of[contender].append(value)
    memory = {contender: worker.finish() for contender, worker in workers.items()}
    if error is not None:
        return {"workload": workload.name, "error": error}
    best = best_contenders(workload, rounds_of)
    values = {framework: rounds_of[contender] for framework, contender in best.items()}
    return {
        "workload": workload.name,
        "unit": workload.unit,
        "contenders": best,
        "median": {name: statistics.median(series) for name, series in values.items()},
        "rounds": rounds_of,
        "ratio": ratios(workload, values),
        "peak_rss_mb": {name: memory[contender][0] for name, contender in best.items()},
        "growth_mb": {name: memory[contender][1] for name, contender in best.items()},
        "goals": workload.goals,
        "limit": workload.limit,
        "memory_goal": workload.memory_goal,
        "group": workload.group,
    }


def best_contenders(workload: Workload, rounds_of: dict[str, list[float]]) -> dict[str, str]:
    """The contender that stands for each framework: that of its fastest layout."""
    best = {}
    for contender, series in rounds_of.items():
        framework = contender.partition("/")[0]
        speed = statistics.median(series) * (1 if workload.higher_is_better else -1)
        if framework not in best or speed > best[framework][0]:
            best[framework] = speed, contender
    return {framework: contender for framework, (_, contender) in best.items()}


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


def verdict(goal: str, reached: bool) -> str:
    return f"[{goal}: {'ok' if reached else 'MISSED'}]"


def show(row: dict, frameworks: list[str]) -> None:
    if "error" in row:
        print(f"{row['workload']:<17} FAILED: {row['error']}")
        return
    medians = "".join(
        f"{row['median'][name]:>11.4g}" if name in row["median"] else f"{'-':>11}"
        for name in frameworks
    )
    verdicts = [f"{ratio:.2f}x {name}" for name, ratio in row["ratio"].items()]
    for name, goal in row["goals"].items():
        if name in row["ratio"]:
            verdicts.append(verdict(f"{goal:g}x {name}", row["ratio"][name] >= goal))
    if row["limit"] is not None and "lamina" in row["median"]:
        verdicts.append(
            verdict(f"at most {row['limit']:g}", row["median"]["lamina"] <= row["limit"])
        )
    growth = row["growth_mb"]
    if row["memory_goal"] and {"lamina", "torch"} <= set(growth):
        verdicts.append(verdict("growth at most torch's", growth["lamina"] <= growth["torch"]))
    verdicts += [name.replace("/", " in ") for name in row["contenders"].values() if "/" in name]
    sizes = ""
    for key in ("peak_rss_mb", "growth_mb"):
        texts = [f"{row[key][name]:.0f}" if name in row[key] else "-" for name in frameworks]
        sizes += f"{'/'.join(texts):<21}"
    print(f"{row['workload']:<17}{row['unit']:<10}{medians}  {sizes}{', '.join(verdicts)}")


def summarize(rows: list[dict]) -> dict[str, float]:
    """The geometric mean of each group's ratios to the best peer, where it was measured; shown."""
    means = {}
    for group, goal in GROUP_GOALS.items():
        of_group = [row for row in rows if row.get("group") == group]
        ratios = [row["ratio"]["best"] for row in of_group if "best" in row["ratio"]]
        if not ratios:
            continue
        means[group] = statistics.geometric_mean(ratios)
        all_rows = sum(workload.group == group for workload in WORKLOADS)
        text = (
            f"{group}: geometric mean of {len(ratios)} of {all_rows} rows {means[group]:.2f}x best"
        )
        print(text, verdict(f"{goal:g}x best", means[group] >= goal))
    return means


def arguments() -> argparse.Namespace:
    names = [workload.name for workload in WORKLOADS]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=7, help="measurements of each framework")
    parser.add_argument(
        "--only", nargs="+", metavar="ROW", help=f"names or patterns of rows: {', '.join(names)}"
    )
    parser.add_argument("--peers", nargs="*", choices=FRAMEWORKS[1:], default=FRAMEWORKS[1:])
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write everything")
    options = parser.parse_args()
    for pattern in options.only or []:
        if not fnmatch.filter(names, pattern):
            parser.error(f"no row is named {pattern}: the rows are {', '.join(names)}")
    return options


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
    sizes = f"{'peak RSS, MB':<21}{'after import, MB':<21}"
    print(f"{'row':<17}{'unit':<10}{header}  {sizes}lamina's speed to each peer's")
    rows = []
    for workload in WORKLOADS:
        if any(fnmatch.fnmatch(workload.name, pattern) for pattern in options.only or ["*"]):
            rows.append(compare(workload, frameworks, options.threads, options.rounds))
            show(rows[-1], frameworks)
    result = {"machine": info, "rows": rows, "groups": summarize(rows)}
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")
    return 1 if any("error" in row for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
