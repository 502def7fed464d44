"""litequeue with a connection for each worker. A job is done when it is marked so."""

import os
import threading
import time

from litequeue import LiteQueue

LEVELS = {"D1": "NORMAL", "D2": "FULL", "shipped": None}


class Queue:
    def __init__(self, folder, durability):
        self.file = os.path.join(folder, "litequeue.db")
        self.level = LEVELS[durability]
        self.queue = self.connect()

    def connect(self):
        queue = LiteQueue(self.file, timeout=60)
        if self.level:
            queue.conn.execute(f"PRAGMA synchronous = {self.level}")
        return queue

    def put(self, payload):
        self.queue.put(payload)

    def left(self):
        rows = self.queue.conn.execute("SELECT data FROM [Queue] WHERE status <> 2")
        for row in rows:
            yield row[0]

    def drain(self, count, concurrency):
        seen, lock, failed = [], threading.Lock(), []
        queues = [self.connect() for _ in range(concurrency)]

        def work(queue):
            try:
                while (message := queue.pop()) is not None:
                    with lock:
                        seen.append(message.data)
                    queue.done(message.message_id)
            except Exception as error:
                failed.append(error)

        threads = [threading.Thread(target=work, args=[queue]) for queue in queues]
        started = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - started
        for queue in queues:
            queue.close()
        if failed:
            raise failed[0]
        return seconds, seen

    def close(self):
        self.queue.close()
