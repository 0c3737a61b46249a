"""What the ledger keeps of an order's end is a sentence, which is read in the language that holds then."""

import pytest

import wan_widgets as ww
from shared.network import Service, error, task
from shared.orders import REQUEST, the_row
from wan_widgets.console.tasks import tasks
from wan_widgets.ledger.ledger import ledger
from wan_widgets.words import loaded, speaking

pytestmark = pytest.mark.anyio


async def test_an_end_that_was_noted_in_one_language_is_read_in_another(clock):
    with speaking("zh"), pytest.raises(ww.Unconfirmed) as caught:
        await Service(error(500), error(404)).client(clock).submit(REQUEST)
    [entry] = tasks()
    assert (entry.error_message.key, entry.state) == ("providers.code.trouble", "unconfirmed")
    assert "ToAPIs is in trouble" in str(entry.error_message)
    with speaking("ru"):
        assert "неполадки" in str(entry.error_message)
        assert f"ww.resume('{caught.value.ledger_id}') спросит снова" in str(caught.value)


@pytest.mark.parametrize("written", [None, "It was not bought; that was said here, not by the service."])
async def test_a_dismissed_order_is_known_in_every_language_and_as_text(written, clock):
    with pytest.raises(ww.Unconfirmed) as caught:
        await Service(error(500), error(404)).client(clock).submit(REQUEST)
    ww.dismiss(caught.value.ledger_id)
    assert loaded(the_row()["error_message"]).key == "ledger.dismissed"
    if written:
        ledger().note(caught.value.ledger_id, {"error_message": written, "task_id": "x"})
    with speaking("ru"):
        [entry] = tasks()
        assert entry.is_dismissed


@pytest.mark.parametrize("said", ["console.tasks.none", "wan.invalid"])
async def test_a_service_that_says_what_the_ledger_writes_says_its_own_words(said, clock):
    words = f'{{"sentence": "{said}", "values": {{"count": "many"}}}}'
    client = Service(task(), task("failed", error={"message": words})).client(clock)
    with pytest.raises(ww.TaskFailed) as caught:
        await client.generate(REQUEST)
    [entry] = tasks()
    assert caught.value.task.error.message == entry.error_message == words
    assert words in repr(tasks())


async def test_what_delays_an_order_is_told_in_the_language_that_holds(clock, outputs, clip):
    service = Service(task(), error(500), task("failed"))
    client = service.client(clock)
    notes = [state.note async for state in client.watch(await client.submit(REQUEST)) if state.note]
    with speaking("zh"):
        assert str(notes[0]).endswith("将重新查询。")
    with speaking("ru"):
        assert str(notes[0]).endswith("Запрос будет повторён.")
