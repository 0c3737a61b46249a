"""Ordering again from a card: once for what its viewers saw, however many they are."""

import httpx
import pytest

import wan_widgets as ww
from shared.network import Clock, Service
from widgets.test_board import say, until

URL = "https://api.example.com"
REQUEST = ww.TextToVideo(prompt="An owl", resolution="720p", seed=1)


@pytest.fixture
def service():
    def answer(request):
        return httpx.Response(500 if request.method == "POST" else 404, content=b"oops")

    return Service(answer)


@pytest.fixture
def studio(service, tmp_path, monkeypatch):
    """One whose only order is not confirmed."""
    monkeypatch.chdir(tmp_path)
    client = ww.AsyncClient("newapi", base_url=URL, api_key="k", transport=service.transport, timing=Clock().timing)
    studio = ww.Studio(client)
    studio.submit(REQUEST)
    until(lambda: studio._cards and studio._cards[0]["phase"] == "unconfirmed")
    return studio


def orders(service):
    return sum(request.method == "POST" for request in service.requests)


def test_clicks_in_several_views_are_one_order(studio, service):
    [card] = studio._cards
    for _ in range(3):
        say(studio, kind="again", key=card["key"], turn=card["turn"], way="unconfirmed")
    until(lambda: len(studio._cards) == 2 and studio._cards[0]["phase"] == "unconfirmed")
    assert orders(service) == 2

    assert studio._cards[1]["turn"] == 1
    say(studio, kind="again", key=card["key"], turn=0, way="unconfirmed")
    say(studio, kind="again", key=card["key"], turn=1, way="unconfirmed")
    until(lambda: len(studio._cards) == 3 and studio._cards[0]["phase"] == "unconfirmed")
    assert orders(service) == 3


@pytest.mark.parametrize("turn", [None, -1, 1, 5, "0", 0.0, False, [0]], ids=repr)
def test_a_click_that_saw_another_state_orders_nothing(studio, service, turn):
    key = studio._cards[0]["key"]
    say(studio, kind="again", key=key, turn=turn, way="unconfirmed")
    say(studio, kind="again", key=key)
    say(studio, kind="again", key=key, wish="w")
    say(studio, kind="again", key=key, turn=0, way="unconfirmed")  # after these: the worker takes them in turn
    until(lambda: len(studio._cards) == 2 and studio._cards[0]["phase"] == "unconfirmed")
    assert orders(service) == 2
