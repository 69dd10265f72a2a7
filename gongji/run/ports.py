"""The ports of a town, and whether another program holds them."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

from gongji.errors import GongjiError
from gongji.exit_status import ExitStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongji.settings import Settings

PORTS = 8
# Processes whose supervisor was killed end by themselves, and let go of their ports a moment later.
WAIT_SECONDS = 10.0
POLL_SECONDS = 0.2


class PortTakenError(GongjiError):
    """Another program listens where the town would."""

    exit_status = ExitStatus.UNREACHABLE

    def __init__(self, ports: list[int]) -> None:
        super().__init__(
            f"端口已被占用 port {', '.join(map(str, ports))} is taken",
            "另一个程序在那里监听，可能是本镇或另一个镇 another program listens there, perhaps another town or this one",
            "先停止它，或用 --port 换一组端口 stop it, or choose other ports with --port, such as --port 9000",
        )


def taken(settings: Settings) -> list[int]:
    """Ports of the town on which something listens already."""
    candidates = range(settings.port, settings.port + PORTS)
    return [port for port in candidates if not _free(settings.host, port)]


def require_free(settings: Settings, tell: Callable[[str], None]) -> None:
    """Waits a moment for ports that are about to become free.

    Args:
        settings: Settings of the town.
        tell: Gets a line for people if there is something to wait for.

    Raises:
        PortTakenError: They do not.
    """
    end = time.monotonic() + WAIT_SECONDS
    is_reported = False
    while ports := taken(settings):
        if time.monotonic() > end:
            raise PortTakenError(ports)
        if not is_reported:
            tell(f"等待端口 waiting for port {', '.join(map(str, ports))}")
            is_reported = True
        time.sleep(POLL_SECONDS)


def _free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
