"""The ports of a town, and whether another program holds them."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

from gongji.errors import GongjiError
from gongji.exit_status import ExitStatus
from gongji.run.listeners import describe, listeners

if TYPE_CHECKING:
    from collections.abc import Callable

    from gongji.settings import Settings

PORTS = 8
LAST_PORT = 65_535
# Processes whose supervisor was killed end by themselves, and let go of their ports a moment later.
WAIT_SECONDS = 10.0
POLL_SECONDS = 0.2


class PortTakenError(GongjiError):
    """Another program listens where the town would."""

    exit_status = ExitStatus.UNREACHABLE

    def __init__(self, settings: Settings, ports: list[int]) -> None:
        """Says who listens, as far as this user may know, and which ports are free.

        Args:
            settings: Settings of the town.
            ports: Ports of it that are taken.
        """
        found = listeners(ports)
        holders = "；".join(dict.fromkeys(describe(found.get(port), settings.data_dir) for port in ports))
        free = free_port(settings)
        super().__init__(
            f"端口已被占用 port {', '.join(map(str, ports))} is taken",
            holders,
            "先停止它"
            + (
                f"，或用空闲的端口 stop it, or use ports that are free: --port {free}" if free else " stop it"
            ),
        )


def taken(settings: Settings) -> list[int]:
    """Ports of the town on which something listens already."""
    return _taken(settings.host, settings.port)


def free_port(settings: Settings) -> int | None:
    """First of the next ports on which a town could be started instead; None if there are none."""
    starts = range(settings.port + PORTS, LAST_PORT - PORTS + 2, PORTS)
    return next((start for start in starts if not _taken(settings.host, start)), None)


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
            raise PortTakenError(settings, ports)
        if not is_reported:
            tell(f"等待端口 waiting for port {', '.join(map(str, ports))}")
            is_reported = True
        time.sleep(POLL_SECONDS)


def _taken(host: str, first: int) -> list[int]:
    return [port for port in range(first, first + PORTS) if not _free(host, port)]


def _free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
