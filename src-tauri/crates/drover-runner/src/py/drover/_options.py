# What a script asks of its browser and its context, and what of it a profile cannot give.
import sys

# What is already as the script says, so that it need not be told about.
HARMLESS = {
    "accept_downloads": True,
    "service_workers": "allow",
    "java_script_enabled": True,
    "locale": "en-US",
    "device_scale_factor": 1,
}
LAUNCH = ("args", "channel", "chromium_sandbox", "executable_path", "ignore_default_args", "proxy")
CONTEXT = (
    "accept_downloads", "bypass_csp", "client_certificates", "device_scale_factor", "has_touch", "http_credentials",
    "ignore_https_errors", "is_mobile", "java_script_enabled", "locale", "proxy",
    "service_workers", "storage_state", "strict_selectors", "timezone_id", "user_agent",
)  # fmt: skip
MEDIA = ("color_scheme", "contrast", "forced_colors", "reduced_motion")
_told = set()


def tell(name):
    """Says once that an option has no effect."""
    say(name, f'drover: `{name}` is not applied, the profile decides; placement "own" leaves it to the script\n')


def say(name, text):
    """Says something once."""
    if name not in _told:
        _told.add(name)
        sys.stderr.write(text)


def tell_unused(options, names):
    """Says which of these options have no effect."""
    for name in names:
        value = options.get(name)
        if value is None or value == [] or value == HARMLESS.get(name):
            continue
        if value is False and name not in HARMLESS:
            continue
        tell(name)
