"""The background thread: runs coroutines from anywhere, and waits for nobody."""

import asyncio
import os
import subprocess
import sys
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextvars import ContextVar

import pytest

from wan_widgets.generation import worker


def finish(future):
    return future.result(timeout=60)


async def _where():
    return threading.current_thread()


def test_everything_runs_on_one_daemon_thread_that_is_not_ours():
    with ThreadPoolExecutor(8) as pool:
        threads = set(pool.map(lambda _: finish(worker.submit(_where())), range(50)))
    [thread] = threads
    assert thread is not threading.current_thread()
    assert thread.daemon
    assert thread.name == "wan_widgets"


def test_an_error_reaches_whoever_waits():
    async def fail():
        raise LookupError("there")

    with pytest.raises(LookupError, match="there"):
        finish(worker.submit(fail()))


def test_cancelling_the_future_cancels_the_coroutine():
    begun, ended = threading.Event(), threading.Event()

    async def endless():
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    future = worker.submit(endless())
    assert begun.wait(60)
    assert future.cancel()
    assert ended.wait(60)
    with pytest.raises(CancelledError):
        finish(future)


def test_a_failing_coroutine_does_not_stop_the_others():
    async def fail():
        raise SystemError

    future = worker.submit(fail())
    with pytest.raises(SystemError):
        finish(future)
    assert finish(worker.submit(_where())).is_alive()


def test_a_function_can_be_called_on_it():
    seen, called = [], threading.Event()

    def note(*values):
        seen.append((values, threading.current_thread().name, worker.is_current()))
        called.set()

    worker.call(note, 1, 2)
    assert called.wait(60)
    assert seen == [((1, 2), "wan_widgets", True)]


def test_it_knows_its_own_thread():
    async def current():
        return worker.is_current()

    assert finish(worker.submit(current()))
    assert not worker.is_current()
    assert not asyncio.run(current())


def test_what_the_asking_cell_has_in_its_context_stays_there():
    cell = ContextVar("cell", default="none")
    cell.set("cell 7")

    async def look():
        return cell.get()

    assert finish(worker.submit(look())) == "none"


def run(code, **environ):
    """Run code in a process of its own."""
    return subprocess.run(
        [sys.executable, "-P", "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
        env=os.environ | environ,
    )


def test_a_process_that_was_forked_has_a_worker_of_its_own():
    code = """
import os
from wan_widgets.generation import worker
async def where(): return os.getpid()
assert worker.submit(where()).result(60) == os.getpid()
child = os.fork()
if not child:
    assert worker.submit(where()).result(60) == os.getpid()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert worker.submit(where()).result(60) == os.getpid()
print("both")
"""
    assert run(code).stdout.strip() == "both"


def test_a_script_ends_though_the_worker_is_busy():
    code = """
import asyncio
from wan_widgets.generation import worker
worker.submit(asyncio.sleep(3600))
print("end")
"""
    assert run(code).stdout.strip() == "end"


def test_importing_the_package_starts_no_thread():
    code = "import threading, wan_widgets; print([t.name for t in threading.enumerate()])"
    assert run(code).stdout.strip() == "['MainThread']"


def test_code_for_scripts_runs_in_a_running_loop_once_that_is_asked_for():
    code = """
import asyncio
import wan_widgets as ww
async def main(): return 7
async def cell():
    coroutine = main()
    try:
        asyncio.run(coroutine)
    except RuntimeError:
        coroutine.close()
        ww.enable_nested_asyncio()
        ww.enable_nested_asyncio()
        return asyncio.run(main())
print(asyncio.run(cell()))
"""
    assert run(code).stdout.strip() == "7"


def test_a_loop_that_cannot_be_nested_is_an_error_that_says_what_to_write():
    code = """
import asyncio
import wan_widgets as ww
class Foreign(asyncio.AbstractEventLoop): pass
Foreign.__module__ = "uvloop"
asyncio.set_event_loop(Foreign())
try:
    ww.enable_nested_asyncio()
except ww.ConfigurationError as error:
    print(error)
"""
    assert "await main()" in run(code).stdout
