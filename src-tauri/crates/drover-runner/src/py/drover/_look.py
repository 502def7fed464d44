# Pictures of the page at its last moment: before it closes, before a script fails. Drover keeps one where the task asks
# for it. They lie in the private folder of the attempt until then.
import itertools
import os

from . import _control

LIMIT_MS = 3000
_folder = os.environ.get("DROVER_LOOKS")
_count = itertools.count(1)
_open = []


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
