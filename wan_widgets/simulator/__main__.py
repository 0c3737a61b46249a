"""``python -m wan_widgets.simulator --port 8000``: the simulator for any program that speaks HTTP."""

import argparse
import contextlib
import io
import socket
import sys
from pathlib import Path
from typing import get_args

import uvicorn

from wan_widgets.simulator.service import Engine, Simulator
from wan_widgets.simulator.welcome import bases, greeting
from wan_widgets.words import Several, joined, reason_of, say, showing

_VIDEOS = "/v1/videos"


def main() -> None:
    for output in (sys.stdout, sys.stderr):
        if isinstance(output, io.TextIOWrapper):  # not every terminal has the letters of every language
            output.reconfigure(errors="replace")
    arguments = parser().parse_args()
    family = socket.AF_INET6 if ":" in arguments.host else socket.AF_INET
    try:
        serve(arguments, family)
    except OSError as error:
        place = f"{arguments.host}:{arguments.port}"
        with showing():
            sys.exit(str(say("simulator.main.unheard", place=place, reason=reason_of(error))))
    except ValueError as error:
        sys.exit(f"--model: {error}.")


def parser() -> argparse.ArgumentParser:
    urls = say("simulator.main.bases", urls=Several(tuple(bases("http://host:port").values()), "plain"))
    model = say("simulator.main.model", path=_VIDEOS, example="Wan-AI/...-Diffusers")
    with showing():
        made = argparse.ArgumentParser(
            prog="python -m wan_widgets.simulator",
            description=str(say("simulator.main.about")),
            epilog=str(joined(urls, say("simulator.page.keys", wrong="'wrong'"))),
        )
        made.add_argument("--port", type=int, required=True, help=str(say("simulator.main.port")))
        made.add_argument("--host", default="127.0.0.1")
        made.add_argument("--directory", type=Path, help=str(say("simulator.main.directory")))
        engine = str(say("simulator.main.engine", path=_VIDEOS))
        made.add_argument("--engine", choices=get_args(Engine), default="openai", help=engine)
        made.add_argument("--model", help=str(model))
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
