# What the five things mean in a program that somebody starts by hand, so that one script serves for both.
import json
import os
import re
import sys

from . import _control


def alone():
    """Whether Drover has nothing to do with this process."""
    return not os.environ.get("DROVER_BRIDGE")


def secret(name):
    """`shop-api` is the variable of that very name, or `SHOP_API`, as shells allow no other letters."""
    variable = re.sub("[^A-Z0-9]", "_", name.upper())
    value = os.environ.get(name, os.environ.get(variable))
    if value is None:
        raise _control.Unreachable(
            f"there is no secret `{name}`: Drover has not started this program; by hand set the variable {variable}"
        )
    return value


def output(name, value):
    sys.stderr.write(f"drover: {name} = {json.dumps(value, ensure_ascii=False)}\n")


def artifact(file):
    """Nothing is kept, so the file stays where it is."""
    found = os.path.abspath(os.fspath(file))
    os.stat(found)
    return found


def progress(done, total, label):
    if sys.stderr.isatty():
        of = "" if total is None else f" of {total}"
        sys.stderr.write(f"drover: {done}{of}{' ' + label if label else ''}\n")


def pause(reason):
    """Waits for a line on standard input."""
    sys.stderr.write(f"drover: {reason} – press Enter to go on\n")
    sys.stderr.flush()
    if not sys.stdin or not sys.stdin.readline():
        raise _control.Unreachable("nobody can press Enter: standard input is closed")
