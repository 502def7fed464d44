"""The two things of `drover` that wait, for coroutines: the event loop goes on meanwhile."""
import asyncio

from . import _control

__all__ = ["secret", "pause"]


async def secret(name: str) -> str:
    """As `drover.secret`."""
    return await _wait(_control.ask("secret " + str(name), "needSecret", name=str(name)))


async def pause(reason: str) -> None:
    """As `drover.pause`."""
    await _wait(_control.ask("resume", "pause", reason=str(reason)))


async def _wait(answer):
    return await asyncio.get_running_loop().run_in_executor(None, answer.wait)
