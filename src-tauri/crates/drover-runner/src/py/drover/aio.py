"""The two things of `drover` that wait, for coroutines: the event loop goes on meanwhile."""
import asyncio

from . import _by_hand, _control

__all__ = ["secret", "pause"]


async def secret(name: str) -> str:
    """As `drover.secret`."""
    if _by_hand.alone():
        return _by_hand.secret(str(name))
    return await _wait(_control.ask("secret " + str(name), "needSecret", name=str(name)))


async def pause(reason: str) -> None:
    """As `drover.pause`."""
    if _by_hand.alone():
        await asyncio.get_running_loop().run_in_executor(None, _by_hand.pause, str(reason))
        return
    await _wait(_control.ask("resume", "pause", reason=str(reason)))


async def _wait(answer):
    return await asyncio.get_running_loop().run_in_executor(None, answer.wait)
