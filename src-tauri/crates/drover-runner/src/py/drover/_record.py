# Evidence that the task asks for and the script does not make by itself: traces, requests, videos. It lies in the private
# folder of the attempt until Drover knows whether the run's end is one for which it is wanted.
import itertools
import os

from ._options import say

_folder = os.environ.get("DROVER_EVIDENCE")
_count = itertools.count(1)
_open = []  # owner, kind, how it ends
_films = []  # page, file in a folder of the script


def wants(kind):
    """Whether the task wants this kind: Drover has made a folder for it then."""
    return bool(_folder) and os.path.isdir(os.path.join(_folder, kind))


def place(kind, ending):
    """A new file."""
    return os.path.join(_folder, kind, f"{os.getpid()}-{next(_count)}{ending}")


def is_evidence(path):
    """Whether a file is one of these, which Drover keeps by itself."""
    return bool(_folder) and path.startswith(os.path.realpath(_folder) + os.sep)


def with_recording(options):
    """The options of a new context with what the task asks for."""
    more = {}
    if wants("video") and not options.get("record_video_dir"):
        more["record_video_dir"] = os.path.join(_folder, "video")
    if wants("har") and not options.get("record_har_path"):
        more["record_har_path"] = place("har", ".har")
    return {**options, **more}


def begin(context, in_profile):
    """Begins to record a context, unless that goes on already. It ends when the context closes, or the script."""
    if any(owner is context for owner, _, _ in _open):
        return
    tracing = context.tracing
    if wants("trace"):
        yield from _start(
            context,
            "trace",
            lambda: tracing.start(screenshots=True, snapshots=True, sources=True),
            lambda: tracing.stop(path=place("trace", ".zip")),
        )
    if not in_profile:
        if wants("video") or wants("har"):
            _open.append((context, "close", context.close))  # only then its files are whole
    elif wants("har"):
        # The requests of a context that is there already can be recorded from Playwright 1.60 on.
        if hasattr(tracing, "start_har"):
            yield from _start(context, "har", lambda: tracing.start_har(place("har", ".har")), tracing.stop_har)
        else:
            say("har", "drover: this Playwright cannot record the requests of a profile; 1.60 can\n")


def film(page, folder):
    """Films a page of a profile, into a folder of the script or for the task; `False` where Playwright cannot."""
    if not hasattr(page, "screencast"):
        return False
    file = os.path.join(folder, f"{os.getpid()}-{next(_count)}.webm") if folder else place("video", ".webm")
    if folder:
        os.makedirs(folder, exist_ok=True)
    yield from _start(page, "video", lambda: page.screencast.start(path=file), page.screencast.stop)
    if folder and _open and _open[-1][0] is page:
        _films.append((page, file))
    return True


def _start(owner, kind, start, stop):
    try:
        yield start()
    except Exception as error:
        say(kind, f"drover: the {kind} cannot be made: {str(error).splitlines()[0]}\n")
        return
    _open.append((owner, kind, stop))


def last_owner():
    """Of what is recorded now; `None` if nothing is."""
    return _open[-1][0] if _open else None


def end(owner=None, kinds=("trace", "har", "video")):
    """Ends what is recorded of one owner, or of all."""
    for entry in list(_open):
        if owner is not None and entry[0] is not owner:
            continue
        _open.remove(entry)
        if owner is not None and entry[1] not in kinds:
            continue  # an owner that closes by itself needs nobody who closes it
        try:
            yield entry[2]()
        except Exception:
            pass  # what cannot be recorded is missing; the script is not to blame
        for film in [film for film in _films if film[0] is entry[0]]:
            _films.remove(film)
            from . import _collect  # which loads this file

            _collect.keep("video", film[1])


def instead(kind):
    """`Tracing.start` and `Tracing.start_har`: a script that records by itself does so instead."""

    def start(original, self, *given, **options):
        for entry in [entry for entry in _open if entry[1] == kind and entry[0].tracing is self]:
            _open.remove(entry)
            try:
                yield entry[2]()
            except Exception:
                pass  # as above
        return (yield original(self, *given, **options))

    return start
