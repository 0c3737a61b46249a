"""Fetching the files that a request refers to. Strict limits hold, so that a clip never waits for a slow server."""

import logging

import anyio
import httpx

log = logging.getLogger(__name__)

MAX_SECONDS = 2.0
MAX_BYTES = 20_000_000


async def fetch_all(urls: list[str], *, mounts: dict[str, httpx.AsyncBaseTransport] | None = None) -> list[bytes]:
    """Fetch all of them at once, and return what arrived in time. Half a video may still contain its first frame."""
    if not urls:
        return []
    received = [bytearray() for _ in urls]
    async with _client(mounts) as client:
        with anyio.move_on_after(MAX_SECONDS):
            async with anyio.create_task_group() as group:
                for url, data in zip(urls, received, strict=True):
                    group.start_soon(_fetch, client, url, data)
    return [bytes(data) for data in received]


async def fetch(url: str, *, mounts: dict[str, httpx.AsyncBaseTransport] | None = None) -> bytes:
    """Fetch a file that an order needs at once. Raises `httpx.HTTPError` or `ValueError`."""
    try:
        async with _client(mounts) as client:
            answer = await client.get(url)
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from error
    return answer.raise_for_status().content


def _client(mounts: dict[str, httpx.AsyncBaseTransport] | None) -> httpx.AsyncClient:
    try:
        return httpx.AsyncClient(mounts=mounts, follow_redirects=True, timeout=MAX_SECONDS)
    except (ImportError, ValueError, httpx.InvalidURL):  # httpx does not understand the proxies of the environment
        return httpx.AsyncClient(mounts=mounts, follow_redirects=True, timeout=MAX_SECONDS, trust_env=False)


async def _fetch(client: httpx.AsyncClient, url: str, data: bytearray) -> None:
    try:
        async with client.stream("GET", url) as response:
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                data += chunk[: MAX_BYTES - len(data)]
                if len(data) >= MAX_BYTES:
                    break
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        log.info("A reference could not be fetched: %r", error)
