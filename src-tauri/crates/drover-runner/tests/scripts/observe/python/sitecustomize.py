# Loaded before a script: writes down the cookies of each context at its end, into the file that JAR names.
import json
import os


def _watch():
    try:
        try:
            from playwright._impl._browser import Browser
            from playwright._impl._browser_context import BrowserContext
        except ImportError:
            from playwright._impl.browser import Browser
            from playwright._impl.browser_context import BrowserContext
    except ImportError:
        return

    async def write(context):
        if getattr(context, "_jar_is_written", False):
            return
        context._jar_is_written = True
        try:
            cookies = await context.cookies(None)
        except Exception:
            return  # its browser has gone
        with open(os.environ["JAR"], "a", encoding="utf-8") as file:
            file.write(json.dumps(cookies) + "\n")

    close_context, close_browser = BrowserContext.close, Browser.close

    async def close_this_context(self, *rest, **named):
        await write(self)
        return await close_context(self, *rest, **named)

    async def close_this_browser(self, *rest, **named):
        for context in list(self._contexts):
            await write(context)
        return await close_browser(self, *rest, **named)

    BrowserContext.close, Browser.close = close_this_context, close_this_browser


if os.environ.get("JAR"):
    _watch()
