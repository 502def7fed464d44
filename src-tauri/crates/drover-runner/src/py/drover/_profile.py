# Placement `profile`: there is one context, the profile's own, which outlives the script.
import inspect
from urllib.parse import urljoin

from . import _record
from ._look import follow, look_at_last
from ._options import CONTEXT, MEDIA, say, tell, tell_unused


class Shared:
    """What this script did to the context, to be taken off again."""

    def __init__(self, context):
        self.context = context
        self.pages = []
        self.options = {}
        self.undo = []
        self.taken = False
        self.further = []

    def adopt(self, page):
        """A page that the script opened closes with it."""
        self.pages.append(page)
        follow(page)
        page.on("popup", self.adopt)


def begin(browser):
    """Prepares a browser that was attached to. Pages that are there already stay when the script ends."""
    context = browser.contexts[0]
    shared = Shared(context)
    browser._drover = context._drover = shared
    for page in context.pages:
        follow(page)
    return shared


def new_context(first, options):
    """There is no other context; what has a setter is applied to this one."""
    tell_unused(options, CONTEXT)
    shared = beside(first) if first.taken else first
    shared.taken = True
    yield from _record.begin(first.context, in_profile=True)
    shared.options = options
    context = shared.context
    # What a caller put onto an earlier context does not come with a new one.
    context.__dict__.pop("close", None)
    # What `to_have_url` and `wait_for_url` look at, which differs by version.
    inside = context._impl_obj
    known = getattr(inside, "_options", None)
    if isinstance(known, dict):
        known["baseURL"] = options.get("base_url")
    if hasattr(inside, "_base_url"):
        inside._base_url = options.get("base_url")
    if options.get("extra_http_headers"):
        yield context.set_extra_http_headers(options["extra_http_headers"])
        shared.undo.append(lambda: context.set_extra_http_headers({}))
    if options.get("geolocation"):
        yield context.set_geolocation(options["geolocation"])
        shared.undo.append(lambda: context.set_geolocation(None))
    if options.get("permissions"):
        yield context.grant_permissions(options["permissions"])
        shared.undo.append(context.clear_permissions)
    if options.get("offline"):
        yield context.set_offline(True)
        shared.undo.append(lambda: context.set_offline(False))
    if options.get("record_har_path"):
        yield from record_har(shared, options)
    return context


def beside(first):
    """The same context once more, for a script that has it already: closing it closes its own pages alone."""
    say(
        "second",
        "drover: two contexts at once are one in a profile, with the same sign-ins; "
        'placement "isolated" gives each its own\n',
    )
    context = first.context
    shared = Shared(type(context)(context._impl_obj))
    shared.context._drover = shared
    first.further.append(shared)
    return shared


def record_har(shared, options):
    """The traffic of a context that is there already can be recorded from 1.60 on."""
    tracing = shared.context.tracing
    if not hasattr(tracing, "start_har"):
        tell("record_har_path")
        return
    names = {"record_har_content": "content", "record_har_mode": "mode", "record_har_url_filter": "url_filter"}
    wanted = {names[name]: options[name] for name in names if options.get(name) is not None}
    if options.get("record_har_omit_content"):
        wanted["content"] = "omit"
    yield tracing.start_har(options["record_har_path"], **wanted)
    shared.undo.append(tracing.stop_har)


def new_page(shared, page):
    """Gives a page of the script what its context would have given it."""
    shared.adopt(page)
    page._drover_share = shared
    options = shared.options
    # Playwright draws pages with settings of its own; the profile's are those that the operator sees.
    known = inspect.signature(page.emulate_media).parameters
    yield page.emulate_media(**{name: options.get(name) or "null" for name in MEDIA if name in known})
    tell_unused(options, [name for name in MEDIA if name not in known])
    if options.get("viewport"):
        yield page.set_viewport_size(options["viewport"])
    wanted = options.get("record_video_dir")
    if wanted or _record.wants("video"):
        if not (yield from _record.film(page, wanted)) and wanted:
            tell("record_video_dir")
    return page


def address(shared, url):
    """An address as the script means it."""
    base = shared.options.get("base_url")
    return urljoin(base, url) if base else url


def close(shared):
    """Closes what the script opened and takes off what it applied."""
    yield from look_at_last()
    yield from _record.end(shared.context)
    for page in shared.pages:
        yield from _record.end(page)
    pages, shared.pages = shared.pages, []
    for page in pages:
        if not page.is_closed():
            try:
                yield page.close()
            except Exception:
                pass  # it closes by itself, or with the browser
    steps, shared.undo, shared.options, shared.taken = shared.undo, [], {}, False
    for step in steps:
        try:
            yield step()
        except Exception:
            pass  # the connection is gone, and the setting with it
