# Pictures of the page at its last moment: before it closes, before a script fails, before Drover stops it. Drover keeps
# one where the task asks for it. They lie in the private folder of the attempt until then.
import inspect
import itertools
import os

from . import _control, _record
from ._drive import drive

LIMIT_MS = 3000
_folder = os.environ.get("DROVER_LOOKS")
_count = itertools.count(1)
_open = []
_begun = []


def follow(page):
    """Remembers a page of the script."""
    if _folder and not any(known is page for known in _open):
        _open.append(page)


def look(page):
    """Takes the picture of a page that is about to go, once."""
    if not any(known is page for known in _open):
        return
    _open[:] = [known for known in _open if known is not page]
    if page.is_closed():
        return
    file = f"{os.getpid()}-{next(_count)}.png"
    try:
        yield page.screenshot(path=os.path.join(_folder, file), timeout=LIMIT_MS, caret="initial")
        _control.say("look", file=file)
    except Exception:
        pass  # a page that cannot be drawn has no picture; the script is not to blame


def look_at_last():
    """Looks at the page that was opened last and is still there."""
    while _open and _open[-1].is_closed():
        _open.pop()
    if _open:
        yield from look(_open[-1])


def _at_cancel():
    """A script that waits for its pages lets their event loop go on; one that does something else has no picture."""
    last = _open[-1] if _open else _record.last_owner()
    try:
        last._loop.call_soon_threadsafe(_begin, inspect.iscoroutinefunction(last.close))
    except (AttributeError, RuntimeError):
        pass  # there is no page, or its loop has ended


def _last_words():
    """What can still be had of a script that is stopped."""
    yield from look_at_last()
    yield from _record.end()


def _begin(is_async):
    look_now = drive(_last_words, is_async)
    if is_async:
        import asyncio

        _begun.append(asyncio.ensure_future(look_now()))  # kept, or it could be collected before its end
    else:
        import greenlet  # Playwright waits in plain code by switching between them

        greenlet.greenlet(look_now).switch()


if _folder or os.environ.get("DROVER_EVIDENCE"):
    _control.on_cancel(_at_cancel)
