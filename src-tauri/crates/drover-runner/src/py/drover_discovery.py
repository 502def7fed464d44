"""Writes which tests there are into the file that DROVER_DISCOVERY names; for `pytest --collect-only`."""
import json
import os
import traceback

_problems = []


def pytest_exception_interact(node, call, report):
    if getattr(report, "when", "collect") != "collect":
        return
    error = call.excinfo.value
    # The reason is what lies at the bottom; pytest wraps a failed import.
    while error.__cause__ is not None:
        error = error.__cause__
    here = str(node.config.invocation_params.dir)
    file, line, column = _place(error, here)
    message = "".join(traceback.format_exception_only(type(error), error)).strip()
    if not isinstance(error, SyntaxError):
        message = message.splitlines()[-1] if message else type(error).__name__
    elif error.msg:
        message = f"{type(error).__name__}: {error.msg}"
    if file is None:
        file = str(getattr(node, "path", None) or getattr(node, "fspath", "")) or None
    _problems.append({"message": message, "file": file, "line": line, "column": column})


def _place(error, here):
    if isinstance(error, SyntaxError) and error.filename:
        return error.filename, error.lineno, error.offset
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(here + os.sep)]
    return (own[-1].filename, own[-1].lineno, None) if own else (None, None, None)


def pytest_sessionfinish(session):
    config = session.config
    if hasattr(config, "workerinput"):
        return
    here = str(config.invocation_params.dir)
    told = {"tests": [_test(item, here) for item in session.items], "errors": _problems}
    with open(os.environ["DROVER_DISCOVERY"], "w", encoding="utf-8") as file:
        json.dump(told, file)


def _test(item, here):
    path = str(getattr(item, "path", None) or item.fspath)
    # pytest names tests from its root folder, and takes names from where it was started.
    _, _, rest = item.nodeid.partition("::")
    file = os.path.relpath(path, here).replace(os.sep, "/")
    chain = [node for node in item.listchain() if type(node).__name__ in ("Class", "UnitTestCase")]
    markers = list(item.iter_markers())
    ours = {"parametrize", "usefixtures", "filterwarnings", "skip", "skipif"}
    return {
        "id": f"{file}::{rest}",
        "file": path,
        "line": (item.location[1] or 0) + 1,
        "suites": [node.name for node in chain],
        "title": item.name,
        "tags": sorted({marker.name for marker in markers} - ours),
        "skipped": any(marker.name == "skip" for marker in markers),
    }
