# Evidence that a script writes for itself, such as a trace, is also kept with the run, as a copy.
import importlib
import os
import shutil

from . import _control, _record

MOST = 200
_kept = 0


def wrap(api, put):
    """Adds to every method that writes evidence."""
    tracing = importlib.import_module(api.__name__ + "._generated").Tracing  # not exported by itself
    put(tracing, "start", _record.instead("trace"))
    put(tracing, "stop", _after("trace"))
    put(tracing, "stop_chunk", _after("trace"))
    put(api.Page, "screenshot", _after("screenshot"))
    put(api.Download, "save_as", _after("download"))
    if hasattr(tracing, "start_har"):
        put(tracing, "start_har", _start_har)
        put(tracing, "start_har", _record.instead("har"))
        put(tracing, "stop_har", _stop_har)


def _after(kind):
    def written(original, self, *given, **options):
        result = yield original(self, *given, **options)
        path = options.get("path", given[0] if given else None)
        if path:
            keep(kind, path)
        return result

    return written


def _start_har(original, self, path, **options):
    result = yield original(self, path, **options)
    self._drover_har = path
    return result


def _stop_har(original, self, **options):
    yield original(self, **options)
    keep("har", self.__dict__.pop("_drover_har", None))


def watch_videos(context):
    """The videos of all pages of a context, also of those that close before it."""
    videos = context._drover_videos = []
    context.on("page", lambda page: videos.append(page.video))


def keep_videos(context):
    """They are complete when their context has closed."""
    for video in context.__dict__.pop("_drover_videos", []):
        try:
            path = (yield video.path()) if video else None
        except Exception:
            continue  # nothing was recorded
        keep("video", path)


def keep(kind, path):
    """Copies a file into the folder for files to keep, under a name that is free there."""
    global _kept
    folder = os.environ.get("DROVER_ARTIFACTS")
    looks = os.environ.get("DROVER_LOOKS")
    if not folder or not path or _kept >= MOST or not os.path.isfile(path):
        return
    found = os.path.realpath(path)
    if _record.is_evidence(found):
        return
    if looks and found.startswith(os.path.realpath(looks) + os.sep):
        return
    name, ending = os.path.splitext(os.path.basename(found))
    inside = found
    if not found.startswith(os.path.realpath(folder) + os.sep):
        for number in range(1, 1000):
            inside = os.path.join(folder, name + (f"-{number}" if number > 1 else "") + ending)
            try:
                with open(found, "rb") as read, open(inside, "xb") as write:
                    shutil.copyfileobj(read, write)
                break
            except FileExistsError:
                continue
            except OSError:
                return  # the script has its own; the disk may be full
        else:
            return
    _kept += 1
    _control.say("artifact", kind=kind, path=inside)
