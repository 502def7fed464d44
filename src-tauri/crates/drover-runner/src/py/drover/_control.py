# The line to Drover: JSON lines, out on descriptor 3, in on descriptor 4.
#
# Only one process of a run reads and writes the descriptors: the first that gets here. Its children reach it through
# a socket in the private folder of the attempt.
import json
import os
import signal
import socket
import stat
import threading

LONGEST = 1024 * 1024
_lock = threading.RLock()
_line = None
_waiting = {}
_cancels = []


class Unreachable(RuntimeError):
    """The program was not started by Drover, or Drover's process cannot be reached from here."""


def has_descriptors():
    """`DROVER_CONTROL` is `<inode of 3> <inode of 4>`: descriptors may have been replaced on the way."""
    inodes = os.environ.get("DROVER_CONTROL", "").split(" ")
    if len(inodes) != 2:
        return False
    try:
        for number, inode in zip((3, 4), inodes):
            found = os.fstat(number)
            if not stat.S_ISFIFO(found.st_mode) or str(found.st_ino) != inode:
                return False
    except OSError:
        return False
    return True


def _is_first():
    """Two programs of one shell may both have inherited the descriptors; the first gets them."""
    try:
        os.close(os.open(os.environ["DROVER_BRIDGE"] + ".first", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return True
    except OSError:
        return False


def _each_line(read, take):
    rest = b""
    while True:
        try:
            part = read(65536)
        except OSError:
            return
        if not part:
            return
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            if line:
                take(line)


class _Direct:
    """This process holds the descriptors, and hands on what its children say and are told."""

    silent = False

    def __init__(self):
        self.workers = []
        self.writing = threading.Lock()
        self.bridge = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        _in_background(self._listen)
        try:
            self.bridge.bind(os.environ["DROVER_BRIDGE"])
            self.bridge.listen()
            _in_background(self._accept)
        except OSError:
            pass  # children then cannot be heard; this process can
        # Children must not take their own descriptors 3 and 4 for these.
        os.environ.pop("DROVER_CONTROL", None)

    def write(self, line):
        with self.writing:
            while line:
                line = line[os.write(3, line):]

    def _listen(self):
        _each_line(lambda size: os.read(4, size), self._hear)
        # Without Drover nobody reads, redacts or stops this program any more.
        os.kill(os.getpid(), signal.SIGKILL)

    def _hear(self, line):
        _hear(line)
        for worker in list(self.workers):
            try:
                worker.sendall(line + b"\n")
            except OSError:
                pass  # it has ended

    def _accept(self):
        while True:
            try:
                worker, _ = self.bridge.accept()
            except OSError:
                return
            self.workers.append(worker)
            _in_background(self._serve, worker)

    def _serve(self, worker):
        _each_line(worker.recv, lambda line: self.write(line + b"\n"))
        self.workers.remove(worker)
        worker.close()


class _Bridged:
    """Another process of the run holds the descriptors."""

    silent = False

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.connect(os.environ["DROVER_BRIDGE"])
        _in_background(self._listen)

    def write(self, line):
        with _lock:
            self.socket.sendall(line)

    def _listen(self):
        _each_line(self.socket.recv, _hear)
        _settle_all("Drover cannot be reached from this process")


class _Silent:
    silent = True

    def write(self, line):
        pass


def _in_background(run, *arguments):
    threading.Thread(target=run, args=arguments, name="drover", daemon=True).start()


def open_line():
    """The line, opened at the first call."""
    global _line
    with _lock:
        if _line is None:
            if not os.environ.get("DROVER_BRIDGE"):
                _line = _Silent()
            elif has_descriptors() and _is_first():
                _line = _Direct()
            else:
                try:
                    _line = _Bridged()
                except OSError:
                    _line = _Silent()
        return _line


def _forget():
    """A forked child shares the descriptors, but the answers are for its parent."""
    global _line, _lock
    _lock = threading.RLock()
    _waiting.clear()
    if _line is not None:
        _line = None
        os.environ.pop("DROVER_CONTROL", None)


os.register_at_fork(after_in_child=_forget)


def _hear(line):
    try:
        order = json.loads(line)
    except ValueError:
        return
    kind = order.get("type")
    if kind == "secret":
        _settle("secret " + str(order.get("name")), order.get("value"), order.get("error"))
    elif kind == "resume":
        _settle("resume", None, None)
    elif kind == "cancel":
        for listener in list(_cancels):
            listener()


def on_cancel(listener):
    """Calls `listener`, in a thread of its own, when Drover is about to stop this program."""
    _cancels.append(listener)


def _settle(key, value, error):
    with _lock:
        answers = _waiting.pop(key, [])
    for answer in answers:
        answer.value, answer.error = value, error
        answer.there.set()


def _settle_all(error):
    with _lock:
        keys = list(_waiting)
    for key in keys:
        _settle(key, None, error)


class Answer:
    """What Drover will say to a question."""

    def __init__(self):
        self.there = threading.Event()
        self.value = None
        self.error = None

    def wait(self):
        self.there.wait()
        if self.error:
            raise Unreachable(self.error)
        return self.value


def say(message, /, **words):
    """Says one thing. Words that are `None` are left out."""
    send({"v": 1, "type": message, **{name: word for name, word in words.items() if word is not None}})


def send(message):
    """Sends a whole message."""
    line = json.dumps(message).encode() + b"\n"
    if len(line) > LONGEST:
        raise ValueError("more than 1 MiB cannot be handed to Drover at once")
    try:
        open_line().write(line)
    except BrokenPipeError:
        pass  # nobody listens any more; the end is near


def ask(key, message, /, **words):
    """Says one thing that will be answered."""
    if open_line().silent:
        raise Unreachable("this program was not started by Drover")
    answer = Answer()
    with _lock:
        _waiting.setdefault(key, []).append(answer)
    say(message, **words)
    return answer
