# Lets an unmodified script land in the profile: what would start a browser attaches to the one that Drover started.
import functools
import os

from . import _collect, _control, _outside, _profile, _record
from ._drive import replace
from ._look import follow, look, look_at_last
from ._options import LAUNCH, tell, tell_unused

ISOLATED = os.environ.get("DROVER_PLACEMENT") == "isolated"


def wrap(api, is_async):
    """Wraps the classes of `playwright.sync_api` or `playwright.async_api`."""
    put = functools.partial(replace, is_async=is_async)
    connect = api.BrowserType.connect_over_cdp
    put(api.BrowserType, "launch", _launch(connect))
    put(api.BrowserType, "launch_persistent_context", _launch_persistent(connect))
    put(api.BrowserType, "connect_over_cdp", _connect_over_cdp)
    put(api.BrowserType, "connect", _outside.connect)
    put(api.APIRequest, "new_context", _outside.new_requests)
    put(api.Browser, "new_context", _new_context)
    put(api.Browser, "new_page", _browser_new_page)
    put(api.Browser, "close", _browser_close)
    put(api.BrowserContext, "new_page", _context_new_page)
    put(api.BrowserContext, "close", _context_close)
    put(api.Page, "close", _page_close)
    put(api.Page, "goto", _goto)
    put(api.Page, "pause", _pause_async if is_async else _pause)
    manager = api.async_playwright if is_async else api.sync_playwright
    _look_at_failure(type(manager()), is_async)
    _collect.wrap(api, put)


def _attach(connect, browser_type, options):
    shared = {name: options[name] for name in ("slow_mo", "timeout") if options.get(name) is not None}
    try:
        browser = yield connect(browser_type, _outside.endpoint(), **shared)
    except Exception as error:
        raise _outside.explained(error) from error
    if ISOLATED:
        browser._drover_cookies = browser.contexts[0]
    else:
        _profile.begin(browser)
        yield from _record.begin(browser.contexts[0], in_profile=True)
    return browser


def _launch(connect):
    def launch(original, self, **options):
        if self.name != "chromium":
            _outside.check(f"{self.name}.launch")
            return (yield original(self, **options))
        tell_unused(options, LAUNCH)
        return (yield from _attach(connect, self, options))

    return launch


def _launch_persistent(connect):
    def launch_persistent_context(original, self, user_data_dir, **options):
        if self.name != "chromium":
            _outside.check(f"{self.name}.launch_persistent_context")
            return (yield original(self, user_data_dir, **options))
        tell_unused(options, LAUNCH)
        browser = yield from _attach(connect, self, options)
        known = {name: value for name, value in options.items() if name not in ONLY_LAUNCH}
        context = yield browser.new_context(**known)
        context._drover_browser = browser  # closes with it
        return context

    return launch_persistent_context


# What `launch_persistent_context` takes and `new_context` does not.
ONLY_LAUNCH = {
    "args", "artifacts_dir", "channel", "chromium_sandbox", "devtools", "downloads_path", "env", "executable_path",
    "firefox_user_prefs", "handle_sighup", "handle_sigint", "handle_sigterm", "headless", "ignore_default_args",
    "slow_mo", "timeout", "traces_dir",
}  # fmt: skip


def _connect_over_cdp(original, self, *endpoint, **options):
    options.pop("endpoint_url", None)
    return (yield from _attach(original, self, options))


def _new_context(original, self, **options):
    shared = getattr(self, "_drover", None)
    if shared:
        return (yield from _profile.new_context(shared, options))
    if hasattr(self, "_drover_cookies") and _outside.way_out():
        if options.get("proxy"):
            tell("proxy")
        options["proxy"] = _outside.way_out()
    profile = getattr(self, "_drover_cookies", None)
    if profile:
        options = _record.with_recording(options)
    context = yield original(self, **options)
    if profile:
        yield from _record.begin(context, in_profile=False)
        context._drover_isolated = options.get("record_har_path")
        _collect.watch_videos(context)
        if not options.get("storage_state"):
            yield context.add_cookies((yield profile.cookies()))
    return context


def _browser_new_page(original, self, **options):
    if not hasattr(self, "_drover") and not hasattr(self, "_drover_cookies"):
        return (yield original(self, **options))
    context = yield self.new_context(**options)
    page = yield context.new_page()
    if not hasattr(self, "_drover"):
        page._drover_context = context  # closes with it
    elif context is self._drover.context:
        context._drover.taken = False  # the script has the page, which closes with the browser
    return page


def _context_new_page(original, self):
    page = yield original(self)
    shared = getattr(self, "_drover", None)
    if shared:
        return (yield from _profile.new_page(shared, page))
    if hasattr(self, "_drover_isolated"):
        follow(page)
    return page


def _context_close(original, self, **options):
    browser = self.__dict__.pop("_drover_browser", None)
    shared = getattr(self, "_drover", None)
    if shared:
        yield from _profile.close(shared)
    else:
        isolated = hasattr(self, "_drover_isolated")
        if isolated:
            yield from look_at_last()
            yield from _record.end(self)
        yield original(self, **options)
        if isolated:
            _collect.keep("har", self._drover_isolated)
            yield from _collect.keep_videos(self)
    if browser:
        yield browser.close()


def _browser_close(original, self, **options):
    shared = getattr(self, "_drover", None)
    if shared:
        for each in [*shared.further, shared]:
            yield from _profile.close(each)
    elif hasattr(self, "_drover_cookies"):
        yield from look_at_last()
        yield from _record.end()
    yield original(self, **options)


def _page_close(original, self, **options):
    yield from look(self)
    yield from _record.end(self)
    yield original(self, **options)
    context = self.__dict__.pop("_drover_context", None)
    if context:
        yield context.close()


def _pause(original, self):
    """There is no window for Playwright's inspector: the run is parked until a person resumes it."""
    _asked().wait()
    return
    yield  # as all the others it is a generator


def _pause_async(original, self):
    """As `_pause`; the event loop goes on."""
    import asyncio

    yield asyncio.get_running_loop().run_in_executor(None, _asked().wait)


def _asked():
    return _control.ask("resume", "pause", reason="the script calls page.pause()")


def _goto(original, self, url, **options):
    shared = getattr(self, "_drover_share", None) or getattr(self.context, "_drover", None)
    return (yield original(self, _profile.address(shared, url) if shared else url, **options))


def _look_at_failure(manager, is_async):
    """The connection of a script that fails inside `with` ends before its error is shown."""

    def leave(original, self, *how):
        if how and how[0]:
            yield from look_at_last()
            yield from _record.end()
        return (yield original(self, *how))

    replace(manager, "__aexit__" if is_async else "__exit__", leave, is_async)
