"""``python -m wan_widgets.simulator --port 8000``: the simulator for any program that speaks HTTP."""

import argparse
import contextlib
import socket
import sys
from pathlib import Path

import uvicorn

from wan_widgets.simulator.service import Simulator

EXAMPLE = (
    "curl {base}/v1/videos/generations -H 'Authorization: Bearer any' -H 'Content-Type: application/json'"
    """ -d '{{"model": "wan2.6", "prompt": "A kitten in the grass", "resolution": "720p"}}'"""
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m wan_widgets.simulator", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="0 picks a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--directory", type=Path, help="where tasks and clips are kept")
    arguments = parser.parse_args()
    family = socket.AF_INET6 if ":" in arguments.host else socket.AF_INET
    try:
        serve(arguments, family)
    except OSError as error:
        sys.exit(f"The simulator cannot listen at {arguments.host}:{arguments.port}: {error.strerror or error}.")


def serve(arguments: argparse.Namespace, family: int) -> None:
    # Bound before it is announced: whoever reads the line can connect.
    with socket.create_server((arguments.host, arguments.port), family=family) as listener:
        host = f"[{arguments.host}]" if family == socket.AF_INET6 else arguments.host
        base = f"http://{host}:{listener.getsockname()[1]}"
        sys.stdout.write(f"The simulator is at {base}; try: {EXAMPLE.format(base=base)}\n")
        sys.stdout.flush()
        server = uvicorn.Server(uvicorn.Config(Simulator(arguments.directory).app, log_level="warning"))
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


if __name__ == "__main__":
    main()
