"""The Python side of the harness: the same warm-up and measurement as contend.ts."""

import json
import os
import re
import time


def read_input():
    return json.loads(os.environ["BENCHMARK_INPUT"])


def peak_rss_bytes():
    with open("/proc/self/status") as status:
        return int(re.search(r"^VmHWM:\s+(\d+) kB$", status.read(), re.M).group(1)) * 1024


def contend(operations, run, warm_up=None):
    if warm_up is not None:
        warm_up()
    cpu = time.process_time()
    wall = time.perf_counter()
    run()
    sample = {
        "wallMs": (time.perf_counter() - wall) * 1000,
        "cpuMs": (time.process_time() - cpu) * 1000,
        "peakRssBytes": peak_rss_bytes(),
        "operations": operations,
    }
    os.write(3, (json.dumps(sample) + "\n").encode())


def repeated(operations, call):
    def times(count):
        for _ in range(count):
            call()

    contend(operations, lambda: times(operations), lambda: times(-(-operations // 10)))
