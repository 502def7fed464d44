# Playwright has the same classes twice, for plain code and for coroutines. What Drover adds to them is written once, as
# generators that yield each call: for plain code a call is done when it is yielded, for coroutines it is awaited here.
import functools
import inspect


def drive(steps, is_async):
    """Makes a method of a generator function."""

    @functools.wraps(steps)
    def plain(*arguments, **options):
        going, value = steps(*arguments, **options), None
        try:
            while True:
                value = going.send(value)
        except StopIteration as end:
            return end.value

    @functools.wraps(steps)
    async def coroutine(*arguments, **options):
        going, value, error = steps(*arguments, **options), None, None
        while True:
            try:
                wanted = going.send(value) if error is None else going.throw(error)
            except StopIteration as end:
                return end.value
            value, error = None, None
            try:
                value = await wanted if inspect.isawaitable(wanted) else wanted
            except BaseException as raised:  # a cancelled task as well: it is for the generator to pass on
                error = raised

    return coroutine if is_async else plain


def replace(owner, name, wrapper, is_async):
    """Replaces a method by `wrapper(original, self, …)`, and keeps how it presents itself."""
    original = getattr(owner, name)

    def steps(*arguments, **options):
        return wrapper(original, *arguments, **options)

    method = drive(steps, is_async)
    functools.update_wrapper(method, original)
    setattr(owner, name, method)
