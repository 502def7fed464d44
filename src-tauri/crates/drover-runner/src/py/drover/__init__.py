"""The five things a script can say to Drover. Inside a coroutine use those of `drover.aio`, which do not block."""
import os
import shutil

from . import _by_hand, _control

__all__ = ["secret", "output", "artifact", "progress", "pause"]


def secret(name):
    """The value of a token that the task names. It is not kept anywhere; ask again when it is needed again."""
    if _by_hand.alone():
        return _by_hand.secret(str(name))
    return _control.ask("secret " + str(name), "needSecret", name=str(name)).wait()


def output(name, value=None):
    """A named result of the run; anything that JSON can hold."""
    if _by_hand.alone():
        return _by_hand.output(str(name), value)
    _control.send({"v": 1, "type": "output", "name": str(name), "json": value})


def artifact(file, kind=None, mime=None):
    """
    Hands over a file. A relative path is looked for in the folder for files to keep, then in the working folder; a
    file from elsewhere is copied into the folder first. Returns where it lies there.
    """
    if _by_hand.alone():
        return _by_hand.artifact(file)
    folder = os.path.realpath(os.environ["DROVER_ARTIFACTS"])
    kept = os.path.join(folder, os.fspath(file))
    found = os.path.realpath(kept if os.path.exists(kept) else os.fspath(file))
    inside = found
    if not found.startswith(folder + os.sep):
        inside = os.path.join(folder, os.path.basename(found))
        with open(found, "rb") as read, open(inside, "xb") as write:
            shutil.copyfileobj(read, write)
    _control.say("artifact", kind=kind, path=inside, mime=mime)
    return inside


def progress(done, total=None, label=None):
    """Draws the bar: `done` of `total`."""
    if _by_hand.alone():
        return _by_hand.progress(done, total, label)
    _control.say("progress", done=done, total=total, label=label)


def pause(reason):
    """Parks the run until a person resumes it."""
    if _by_hand.alone():
        return _by_hand.pause(str(reason))
    _control.ask("resume", "pause", reason=str(reason)).wait()
