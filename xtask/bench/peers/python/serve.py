"""What the queues under Python have in common: orders come in and answers go out, one JSON line each.

A peer's module has `Queue(folder, durability)` with `put`, `left`, `drain` and `close`, and `put_many` if it accepts
many jobs in one commit.
"""

import importlib
import json
import shutil
import sys
import tempfile
import time


def jobs(count):
    """Payloads of 200 bytes that begin with their number."""
    return [f"{number:08d}".ljust(200, "x") for number in range(count)]


def number(payload):
    return int(payload[:8])


def exactly(found, count):
    """Every job once, and none beside them."""
    if sorted(found) != list(range(count)):
        raise RuntimeError(f"{len(found)} jobs of {len(set(found))} numbers instead of {count}")


def enqueue(queue, order):
    count, bulk = order["count"], order["bulk"]
    payloads, answers = jobs(count), []
    started = time.perf_counter()
    for first in range(0, count, bulk):
        asked = time.perf_counter()
        if bulk == 1:
            queue.put(payloads[first])
        else:
            queue.put_many(payloads[first : first + bulk])
        answers.append((time.perf_counter() - asked) * 1000)
    rate = count / (time.perf_counter() - started)
    exactly([number(payload) for payload in queue.left()], count)
    return [
        {"unit": "jobs/s", "samples": [rate]},
        {"variant": ", until an answer", "unit": "ms", "samples": answers},
    ]


def drain(queue, order):
    count = order["count"]
    if hasattr(queue, "put_many"):
        queue.put_many(jobs(count))
    else:
        for payload in jobs(count):
            queue.put(payload)
    seconds, seen = queue.drain(count, order["concurrency"])
    exactly([number(payload) for payload in seen], count)
    if list(queue.left()):
        raise RuntimeError("jobs are left")
    return [{"unit": "jobs/s", "samples": [count / seconds]}]


def main():
    module = importlib.import_module(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        folder = json.load(file)["folder"]
    orders = {"enqueue": enqueue, "drain": drain}
    for line in sys.stdin:
        order = json.loads(line)
        place = tempfile.mkdtemp(dir=folder)
        try:
            queue = module.Queue(place, order["durability"])
            try:
                answer = {"series": orders[order["order"]](queue, order)}
            finally:
                queue.close()
        except Exception as error:  # whatever it is, it is the answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        finally:
            shutil.rmtree(place)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
