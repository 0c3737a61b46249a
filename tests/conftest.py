"""What holds for every test: nothing of the tester's enters, and the browser's tests come last."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest
from hypothesis import HealthCheck, settings

import wan_widgets
from wan_widgets.money import budgets, prices
from wan_widgets.service import proxies
from wan_widgets.simulator import orders

pytest_plugins = ["shared.fixtures", "shared.engine", "shared.promises", "browser.fixtures"]

EXAMPLES = {"quick": 30, "thorough": 3000}
"""How many inputs a test draws, where it draws them at random: for each run, and when somebody has the time."""


def pytest_configure() -> None:
    """Other inputs are drawn each time, unless --hypothesis-seed says which; a failure comes with what repeats it."""
    for name, examples in EXAMPLES.items():
        settings.register_profile(
            name,
            settings.get_profile("default"),
            max_examples=examples,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],  # of this machine, at this moment
            print_blob=True,
        )
    settings.load_profile(os.environ.get("WAN_TEST_PROFILE", "quick"))


def pytest_sessionstart() -> None:
    """scripts/test.py tests what users install: the wheel, not the checkout that lies beside it."""
    own = Path(tempfile.mkdtemp(prefix="wan_widgets-tests-"))
    # A thread that outlives its test writes into no ledger of the tester's either.
    os.environ["WAN_LEDGER"] = str(own / "ledger.sqlite3")
    # No test speaks TLS, and to read all authorities takes every client 25 ms: one of them will do.
    authorities = Path(certifi.where()).read_text("utf-8")
    end = "-----END CERTIFICATE-----"
    (own / "authority.pem").write_text(authorities[: authorities.index(end)] + end, "utf-8")
    os.environ["SSL_CERT_FILE"] = str(own / "authority.pem")
    # Questions go over httpx, as most users have it, also from the worker between two tests; test_quick.py has aiohttp.
    proxies.is_installed = lambda: False
    found = Path(wan_widgets.__file__).resolve()
    if "WAN_TEST_INSTALLED" in os.environ and not found.is_relative_to(Path(sys.prefix).resolve()):
        pytest.exit(f"WAN_TEST_INSTALLED is set, but wan_widgets comes from {found.parent}", returncode=3)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Playwright keeps an event loop running in this thread from its first use on, so asyncio's tests go before it."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _nothing_of_the_testers(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No key, no setting and no folder of the person who runs the tests is seen by them."""
    for name in list(os.environ):
        if (name.startswith("WAN_") and not name.startswith("WAN_TEST_")) or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    own = tmp_path_factory.mktemp("own")
    monkeypatch.setenv("WAN_SIMULATOR_DIR", str(tmp_path_factory.getbasetemp() / "simulator"))
    monkeypatch.setenv("WAN_LEDGER", str(own / "ledger.sqlite3"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")  # widgets speak the language of the system, where no page says another
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(own / "site"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(own / "cache"))
    monkeypatch.setenv("WAN_CHECKS", "0")  # the clips of most tests are looked at by nobody; test_checking.py looks
    monkeypatch.setattr(budgets, "_own", [])  # budgets of another test do not hold here
    monkeypatch.setattr(prices, "_own", {})


@pytest.fixture(autouse=True)
def _no_budget_and_no_price_stays() -> Iterator[None]:
    """What a test sets in this process limits no other one."""
    yield
    budgets._own.clear()
    prices._own.clear()


@pytest.fixture
def usual_fps() -> int:
    """How smoothly the simulator's clips run; a module whose tests look at that has a fixture of its own."""
    return 6


@pytest.fixture(autouse=True)
def _quick_clips(monkeypatch: pytest.MonkeyPatch, usual_fps: int) -> None:
    """Clips of few frames, as long and as large as others, are made in a third of the time."""
    monkeypatch.setattr(orders, "USUAL_FPS", usual_fps)
