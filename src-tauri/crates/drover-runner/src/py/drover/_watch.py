# Waits for Playwright to be imported, and then wraps it. A program without Playwright is left alone.
import importlib.util
import sys

WAITED_FOR = {"playwright.sync_api", "playwright.async_api"}


class _Watcher:
    """A finder that finds nothing by itself: it lets the others find, and adds to what loading does."""

    def __init__(self):
        self.left = set(WAITED_FOR)

    def find_spec(self, name, path=None, target=None):
        if name not in self.left:
            return None
        self.left.discard(name)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def load_and_wrap(module):
            load(module)
            from . import _playwright

            _playwright.wrap(module, is_async=name.endswith("async_api"))

        spec.loader.exec_module = load_and_wrap
        return spec


def install():
    sys.meta_path.insert(0, _Watcher())
