"""Tells Drover of tests and their fixtures, beside whatever reporters the project has."""
import inspect
import json
import os
import sys

import pytest

from drover import _control


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # with several workers only the first process tells
        config.pluginmanager.register(Teller(), "drover-teller")
    if not config.pluginmanager.hasplugin("playwright"):
        try:
            from drover import _fixtures
        except ImportError:
            return  # a project without Playwright needs no browser
        config.pluginmanager.register(_fixtures, "drover-fixtures")


@pytest.hookimpl(hookwrapper=True)
def pytest_cmdline_main(config):
    workers = getattr(config.option, "numprocesses", None)
    if workers and os.environ.get("DROVER_PLACEMENT") == "profile":
        sys.stderr.write("drover: there is one profile, so there is one worker; `-n` is not applied\n")
        config.option.numprocesses = 0
    yield


def pytest_collection_modifyitems(config, items):
    """Keeps the tests that the task has chosen by their lines; pytest itself knows names alone."""
    chosen = json.loads(os.environ.get("DROVER_TESTS") or "[]")
    if not chosen:
        return
    names = [name for name in chosen if isinstance(name, str)]
    lines = {}
    for file, line in (place for place in chosen if not isinstance(place, str)):
        lines.setdefault(os.path.realpath(os.path.join(config.invocation_params.dir, file)), set()).add(line)
    kept = [item for item in items if is_named(item.nodeid, names) or stands_in(item, lines)]
    left = [item for item in items if item not in kept]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def is_named(nodeid, names):
    return any(nodeid == name or nodeid.startswith((name + "::", name + "[")) for name in names)


def stands_in(item, lines):
    """Whether one of the lines lies in the function of a test or begins its class."""
    wanted = lines.get(os.path.realpath(str(item.path)))
    if not wanted:
        return False
    for part in (getattr(item, "function", None), getattr(item, "cls", None)):
        try:
            source, first = inspect.getsourcelines(part)
        except (OSError, TypeError):
            continue
        last = first + len(source) if part is getattr(item, "function", None) else first + 1
        if any(first <= line < last for line in wanted):
            return True
    return (item.location[1] or 0) + 1 in wanted


class Teller:
    """One test may run several times, so its runs are numbered."""

    def __init__(self):
        self.runs = {}
        self.state = {}

    def pytest_collection_finish(self, session):
        _control.say("begin", total=len(session.items))

    def pytest_runtest_logstart(self, nodeid, location):
        run = self.runs[nodeid] = self.runs.get(nodeid, -1) + 1
        self.state[nodeid] = {"status": "passed", "ms": 0.0, "expected": True}
        title = nodeid.replace("::", " › ")
        _control.say("test", id=f"{nodeid}#{run}", title=title, file=location[0], line=(location[1] or 0) + 1)

    def pytest_runtest_logreport(self, report):
        state = self.state.get(report.nodeid)
        if state is None:
            return
        ms = report.duration * 1000
        state["ms"] += ms
        if report.when != "call" and (report.failed or ms >= 1):
            self._step(report, ms)
        judge(state, report)
        if report.outcome == "rerun":
            state["again"] = True
            self._end(report.nodeid)
        elif report.when == "teardown":
            self._end(report.nodeid)

    def _step(self, report, ms):
        run = f"{report.nodeid}#{self.runs[report.nodeid]}"
        step = f"{run} {report.when}"
        title = "set up" if report.when == "setup" else "tear down"
        _control.say("step", id=step, parent=run, cat="hook", title=title)
        _control.say("stepEnd", id=step, ms=ms, err=first_line(report) if report.failed else None)

    def _end(self, nodeid):
        state = self.state.pop(nodeid, None)
        if state is None:
            return
        run = self.runs[nodeid]
        _control.say(
            "testEnd", id=f"{nodeid}#{run}", status=state["status"], ms=state["ms"], retry=run,
            expected=state["expected"],
        )  # fmt: skip
        if state.get("again"):
            # The next try is announced by nobody.
            self.pytest_runtest_logstart(nodeid, ("", None, ""))

def judge(state, report):
    """What a report means for its test."""
    if report.outcome == "rerun" or report.failed:
        state.update(status="failed", expected=False)
    elif report.skipped and state["expected"]:
        # An expected failure is told as skipped, with its reason.
        wanted = hasattr(report, "wasxfail")
        state.update(status="failed" if wanted else "skipped", expected=True)


def first_line(report):
    text = str(report.longrepr or "").strip().splitlines()
    return text[-1] if text else "failed"
