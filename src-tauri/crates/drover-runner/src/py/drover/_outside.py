# What Playwright can start or attach to beside the profile's browser, and requests that it makes by itself. With a proxy
# these would go past it. `driver.cjs` leads the requests through the profile's gateway and refuses all else; what is
# known by name is refused here, with words.
import os

from ._options import say, tell

# Leads nowhere but in a driver that has loaded `driver.cjs`.
STAND_IN = "ws://127.0.0.1:1/"


def way_out():
    """The profile's way out, as Playwright takes it; `None` for a profile without a proxy."""
    server = os.environ.get("DROVER_PROXY")
    return {"server": server} if server else None


def endpoint():
    """Where the profile's browser is attached to."""
    return STAND_IN if way_out() else os.environ["DROVER_CDP"]


def explained(error):
    """The error of an attachment, in words that help."""
    if way_out() and STAND_IN.strip("/").split("//")[1] in str(error):
        return RuntimeError(
            "drover: Playwright's driver was started without Drover's NODE_OPTIONS, so its requests would go past the "
            "profile's proxy and it may not drive the profile"
        )
    return error


def check(name):
    """Names what goes elsewhere; with a proxy it is refused."""
    if way_out():
        raise RuntimeError(f"drover: `{name}` is refused: what it opens would go past the profile's proxy")
    say(name, f"drover: `{name}` opens something outside the profile, without its sign-ins\n")


def connect(original, self, *where, **options):
    """`BrowserType.connect`."""
    check(f"{self.name}.connect")
    return (yield original(self, *where, **options))


def new_requests(original, self, **options):
    """`APIRequest.new_context`."""
    if way_out():
        if options.get("proxy"):
            tell("proxy")
        options["proxy"] = way_out()
    return (yield original(self, **options))
