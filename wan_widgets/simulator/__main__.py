"""``python -m wan_widgets.simulator --port 8000``: the simulator for any program that speaks HTTP."""

import argparse
import contextlib
import socket
import sys
from pathlib import Path
from typing import get_args

import uvicorn

from wan_widgets.simulator.service import Engine, Simulator

BASES = {
    "ToAPIs": "{base}/v1",
    "OpenAI videos": "{base}/v1",
    "DashScope": "{base}/api/v1",
    "UniAll": "{base}/uniall/v1",
    "New API": "{base}/newapi/v1",
}
EXAMPLE = (
    "curl {base}/v1/videos/generations -H 'Authorization: Bearer any' -H 'Content-Type: application/json'"
    """ -d '{{"model": "wan2.6", "prompt": "A kitten in the grass", "resolution": "720p"}}'"""
)


def main() -> None:
    arguments = parser().parse_args()
    family = socket.AF_INET6 if ":" in arguments.host else socket.AF_INET
    try:
        serve(arguments, family)
    except OSError as error:
        sys.exit(f"The simulator cannot listen at {arguments.host}:{arguments.port}: {error.strerror or error}.")
    except ValueError as error:
        sys.exit(f"--model: {error}.")


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m wan_widgets.simulator",
        description=__doc__,
        epilog=f"Base URLs: {listed('http://host:port')}. Any key will do but 'wrong'.",
    )
    made.add_argument("--port", type=int, required=True, help="0 picks a free one")
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--directory", type=Path, help="where tasks and clips are kept")
    made.add_argument(
        "--engine", choices=get_args(Engine), default="openai", help="whose dialect is spoken at /v1/videos"
    )
    made.add_argument("--model", help="the open weights that are served at /v1/videos, such as Wan-AI/...-Diffusers")
    return made


def listed(base: str) -> str:
    return ", ".join(f"{name} {url.format(base=base)}" for name, url in BASES.items())


def serve(arguments: argparse.Namespace, family: int) -> None:
    simulator = Simulator(arguments.directory, engine=arguments.engine, model=arguments.model)
    config = uvicorn.Config(simulator.app, log_level="warning")
    # The socket is bound before the line is printed, so that whoever reads the line can connect.
    with socket.create_server((arguments.host, arguments.port), family=family) as listener:
        host = f"[{arguments.host}]" if family == socket.AF_INET6 else arguments.host
        base = f"http://{host}:{listener.getsockname()[1]}"
        sys.stdout.write(f"The simulator is at {base} ({listed(base)}); try: {EXAMPLE.format(base=base)}\n")
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
