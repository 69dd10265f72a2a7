"""Reads from the portal's API, for the commands that list and show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gongji.errors import GongjiError, PortalRefusedError
from gongji.exit_status import ExitStatus

if TYPE_CHECKING:
    from gongji.settings import Settings

TIMEOUT_SECONDS = 20


class PortalUnreachableError(GongjiError):
    """The portal does not answer."""

    exit_status = ExitStatus.UNREACHABLE

    def __init__(self, url: str, why: str) -> None:
        super().__init__(
            f"门户没有回答 the portal at {url} does not answer",
            f"连接的结果 the connection says: {why or '超时 timeout'}",
            "用 `gongji up` 启动本镇，或用 --data-dir 指定 start the town with `gongji up`, or name it with --data-dir",
        )


def portal(settings: Settings) -> str:
    """Address of the town's portal. Without a town, what listens on the default port is another's.

    Raises:
        DeploymentError: There is neither a town in the folder nor an address.
    """
    from gongji.run.configs import deployment

    if settings.public_url is None:
        deployment(settings)
    return settings.portal_url


def get(settings: Settings, path: str, **query: Any) -> Any:
    """What the API answers.

    Args:
        settings: Settings of the town.
        path: Path below the portal's address, such as "/v1/funds".
        query: Query parameters; None is left out.

    Raises:
        DeploymentError: There is no town in the folder.
        PortalUnreachableError: It does not answer.
        PortalRefusedError: It answers with a problem.
    """
    import httpx2

    url = portal(settings) + path
    try:
        answer = httpx2.get(url, params=without_none(query), timeout=TIMEOUT_SECONDS)
        body = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise PortalUnreachableError(url, str(error)) from None
    if answer.is_success:
        return body
    raise PortalRefusedError.from_problem(body)


def without_none(query: dict[str, Any]) -> dict[str, Any]:
    """The query parameters that have a value."""
    return {name: value for name, value in query.items() if value is not None}


def health(settings: Settings) -> dict[str, Any]:
    """What the portal says of its health, good or not.

    Raises:
        DeploymentError: There is no town in the folder.
        PortalUnreachableError: It does not answer.
        PortalRefusedError: It is asked for it too often.
    """
    import httpx2

    url = f"{portal(settings)}/health/ready"
    try:
        body: dict[str, Any] = httpx2.get(url, timeout=TIMEOUT_SECONDS).json()
    except (httpx2.HTTPError, ValueError) as error:
        raise PortalUnreachableError(url, str(error)) from None
    if "healthy" not in body:
        raise PortalRefusedError.from_problem(body)
    return body
