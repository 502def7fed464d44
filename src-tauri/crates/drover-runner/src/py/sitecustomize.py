# Loaded by every Python process of a run before its own code, from PYTHONPATH. Ends the program when Drover is gone,
# and lets Playwright, if it is imported, land in the profile.
import os
import sys


def _begin():
    from drover import _control

    if _control.has_descriptors():
        _control.open_line()
    if os.environ.get("DROVER_CDP") and os.environ.get("DROVER_PLACEMENT") != "own":
        from drover import _watch

        _watch.install()


def _go_on():
    """Runs the `sitecustomize` that this one stands before, as if it were the only one."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    here = os.path.dirname(os.path.realpath(__file__))
    others = [folder for folder in sys.path if os.path.realpath(folder or os.curdir) != here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec and spec.loader:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


try:
    _begin()
finally:
    _go_on()
