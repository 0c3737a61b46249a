"""DashScope: lists of tasks."""

import pytest

from simulator.studio import API, UUID

pytestmark = pytest.mark.anyio


async def listed(studio, path=f"{API}/tasks", **query) -> dict:
    answer = await studio.http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_list_has_the_documented_shape(studio, clock):
    task_id = await studio.start()
    clock.now += 4
    page = await listed(studio)
    assert UUID.fullmatch(page.pop("request_id"))
    (entry,) = page.pop("data")
    assert page == {"total": 1, "total_page": 1, "page_no": 1, "page_size": 10}
    assert UUID.fullmatch(entry.pop("request_id"))
    assert entry.pop("api_key_id")
    assert entry == {
        "caller_parent_id": "1000000000000000",
        "caller_uid": "1000000000000000",
        "gmt_create": 1_790_000_000_000,
        "start_time": 1_790_000_001_000,
        "end_time": 1_790_000_004_000,
        "model_name": "wan2.6-t2v",
        "region": "cn-beijing",
        "status": "SUCCEEDED",
        "task_id": task_id,
        "user_api_unique_key": "apikey:v1:aigc:video-generation:video-synthesis:wan2.6-t2v",
    }


async def test_the_list_is_filtered_and_comes_in_pages_newest_first(studio, clock):
    first = await studio.start()
    clock.now += 2
    second = await studio.start(model="wan2.7-t2v")
    await studio.http.post(f"{API}/tasks/{second}/cancel")
    third = await studio.start()

    async def found(**query) -> list[str]:
        return [entry["task_id"] for entry in (await listed(studio, f"{API}/tasks/", **query))["data"]]

    assert await found() == [third, second, first]
    assert await found(page_size=2) == [third, second]
    assert await found(page_size=2, page_no=2) == [first]
    assert await found(page_no=9) == []
    assert await found(model_name="wan2.6-t2v") == [third, first]
    assert await found(status="PENDING") == [third]
    assert await found(status="RUNNING") == [first]
    assert await found(status="CANCELED") == [second]
    assert await found(status="UNKNOWN") == []
    assert await found(task_id=first, region="cn-beijing") == [first]
    assert await found(region="cn-shanghai") == []
    assert (await listed(studio, page_size=2))["total_page"] == 2


async def test_the_list_looks_back_a_day_unless_told_otherwise(studio, clock):
    first = await studio.start(inputs={"prompt": "SLOW sunrise"})
    clock.now += 50_000
    second = await studio.start()
    clock.now += 36_000

    async def found(**query) -> list[str]:
        return [entry["task_id"] for entry in (await listed(studio, **query))["data"]]

    assert await found() == [second, first]
    clock.now += 430
    assert await found() == [second]
    assert await found(end_time="20260922221320") == [second, first]
    assert await found(start_time="20260921221321") == [second]
    assert await found(start_time="20260921221320", end_time="20260921221320") == [first]


@pytest.mark.parametrize(
    "query",
    [
        {"page_no": "0"},
        {"page_size": "x"},
        {"page_size": "101"},
        {"status": "DONE"},
        {"start_time": "2026-09-21"},
        {"start_time": "20260921000000", "end_time": "20260922000001"},
        {"start_time": "20260921000000", "end_time": "20260920000000"},
    ],
)
async def test_a_list_of_nonsense_is_refused(studio, query):
    answer = await studio.http.get(f"{API}/tasks", params=query)
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidParameter")
