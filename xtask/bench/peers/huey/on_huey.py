"""huey over SQLite, with its own consumer and threads. A job is done when its result is stored."""

import logging
import os
import signal
import sqlite3
import threading
import time

from huey import SqliteHuey
from huey.signals import SIGNAL_COMPLETE, SIGNAL_ERROR

logging.getLogger("huey").setLevel(logging.ERROR)


class Queue:
    def __init__(self, folder, durability):
        if durability not in ("D2", "shipped"):
            raise ValueError(f"it has no {durability}")
        self.file = os.path.join(folder, "huey.db")
        # `fsync` sets `synchronous = FULL` on every connection; the journal is a write-ahead log.
        flushes = {} if durability == "shipped" else {"fsync": True}
        self.huey = SqliteHuey("bench", filename=self.file, **flushes)
        self.seen = []
        self.lock = threading.Lock()

        @self.huey.task()
        def work(payload):
            with self.lock:
                self.seen.append(payload)
            return True

        self.work = work

    def put(self, payload):
        self.work(payload)

    def left(self):
        for task in self.huey.pending():
            yield task.args[0]

    def drain(self, count, concurrency):
        done, complete, failed = [], threading.Event(), []

        @self.huey.signal(SIGNAL_COMPLETE)
        def completed(_signal, task):
            with self.lock:
                done.append(task.id)
                if len(done) == count:
                    complete.set()

        @self.huey.signal(SIGNAL_ERROR)
        def broke(_signal, task, error=None):
            failed.append(error)
            complete.set()

        consumer = self.huey.create_consumer(
            workers=concurrency,
            worker_type="thread",
            periodic=False,
            check_worker_health=False,
            initial_delay=0.001,
            max_delay=0.001,
        )
        before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
        started = time.perf_counter()
        consumer.start()
        finished = complete.wait(timeout=600)
        seconds = time.perf_counter() - started
        consumer.stop(graceful=True)
        for one, handler in before.items():
            signal.signal(one, handler)
        if failed or not finished:
            raise RuntimeError(f"{len(done)} of {count} jobs are done: {failed[:1]}")
        with sqlite3.connect(self.file) as file:
            (results,) = file.execute("SELECT count(*) FROM kv").fetchone()
        if results != count:
            raise RuntimeError(f"{results} results of {count} jobs")
        return seconds, self.seen

    def close(self):
        self.huey.storage.close()
