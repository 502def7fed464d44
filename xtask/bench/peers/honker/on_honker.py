"""honker in one process. Above one at a time it claims and acknowledges batches, which is its fastest way."""

import os
import time

import honker

LEVELS = {"D1": ("NORMAL", 1), "D2": ("FULL", 2)}
WORKER = "bench"


class Queue:
    def __init__(self, folder, durability):
        self.db = honker.open(os.path.join(folder, "honker.db"))
        if durability != "shipped":
            self.set(*LEVELS[durability])
        self.queue = self.db.queue("bench")

    def set(self, level, code):
        with self.db.transaction() as tx:
            # The level cannot change within a transaction, and only here its one writing connection is at hand.
            tx.execute("COMMIT")
            tx.execute(f"PRAGMA synchronous = {level}")
            tx.execute("BEGIN IMMEDIATE")
        with self.db.transaction() as tx:
            found = tx.query("PRAGMA synchronous")[0]["synchronous"]
        if found != code:
            raise RuntimeError(f"synchronous is {found}")

    def put(self, payload):
        self.queue.enqueue(payload)

    def put_many(self, payloads):
        with self.db.transaction() as tx:
            for payload in payloads:
                self.queue.enqueue(payload, tx=tx)

    def left(self):
        for row in self.db.query("SELECT payload FROM _honker_live"):
            yield row["payload"].strip('"')

    def drain(self, count, concurrency):
        seen = []
        started = time.perf_counter()
        while claimed := self.queue.claim_batch(WORKER, concurrency):
            for job in claimed:
                seen.append(job.payload)
            if concurrency == 1:
                acknowledged = int(claimed[0].ack())
            else:
                acknowledged = self.queue.ack_batch([job.id for job in claimed], WORKER)
            if acknowledged != len(claimed):
                raise RuntimeError("a job was somebody else's")
        return time.perf_counter() - started, seen

    def close(self):
        self.db.close()
