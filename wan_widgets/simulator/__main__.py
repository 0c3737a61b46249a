"""``python -m wan_widgets.simulator --port 8000``: the simulator for any program that speaks HTTP."""

import argparse
import contextlib
import socket
import sys
from pathlib import Path
from typing import get_args

import uvicorn

from wan_widgets.simulator.service import Engine, Simulator
from wan_widgets.simulator.welcome import bases, greeting


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
        epilog=f"Base URLs: {', '.join(bases('http://host:port').values())}. Any key will do but 'wrong'.",
    )
    made.add_argument("--port", type=int, required=True, help="0 picks a free one")
    made.add_argument("--host", default="127.0.0.1")
    made.add_argument("--directory", type=Path, help="where tasks and clips are kept")
    made.add_argument(
        "--engine", choices=get_args(Engine), default="openai", help="whose dialect is spoken at /v1/videos"
    )
    made.add_argument("--model", help="the open weights that are served at /v1/videos, such as Wan-AI/...-Diffusers")
    return made


def serve(arguments: argparse.Namespace, family: int) -> None:
    simulator = Simulator(arguments.directory, engine=arguments.engine, model=arguments.model)
    config = uvicorn.Config(simulator.app, log_level="warning")
    # The socket is bound before the line is printed, so that whoever reads the line can connect.
    with socket.create_server((arguments.host, arguments.port), family=family) as listener:
        sys.stdout.write(greeting(arguments.host, listener.getsockname()[1]))
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
