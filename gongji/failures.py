"""What a command that failed tells people: errors of all packages in three lines, what, why and what to do."""

from __future__ import annotations

from typer.exceptions import TyperException

from gongji.errors import GongjiError
from gongji.exit_status import ExitStatus, of_http

# Errors of our packages, by module: naming their classes would import them all for every command.
PACKAGE_ERRORS = {
    f"{name}.errors"
    for name in ("audit", "contracts", "indexer", "iot", "kit", "ledger_api", "register", "wallets")
}


class FailureError(GongjiError):
    """An error of another package, or of the machine, in three lines."""

    def __init__(self, what: str, why: str, remedy: str, exit_status: ExitStatus = ExitStatus.USAGE) -> None:
        super().__init__(what, why, remedy)
        self.exit_status = exit_status


def described(error: Exception) -> GongjiError | None:
    """The error in three lines; None if nobody foresaw it.

    Args:
        error: What a command raised.
    """
    modules = {base.__module__ for base in type(error).__mro__}
    match error:
        case GongjiError():
            return error
        case TyperException():
            from gongji.usage import UsageInvalidError

            return UsageInvalidError.of(error)
        case OSError() if error.filename is not None:
            return _of_file(error)
        case _ if "sqlalchemy.exc" in modules and type(error).__name__ == "OperationalError":
            return _of_database(error)
        case _ if modules & PACKAGE_ERRORS:
            return _of_package(error)
    return None


def _of_file(error: OSError) -> FailureError:
    return FailureError(
        f"用不了 {error.filename} cannot be used",
        f"系统的回答 the system says: {error.strerror}",
        "检查路径、权限和剩余空间 check the path, its permissions and the free space",
    )


def _of_database(error: Exception) -> FailureError:
    return FailureError(
        "数据库没有回答 a database does not answer",
        f"驱动程序的回答 its driver says: {str(error).partition(chr(10))[0]}",
        "启动它，或检查指定它的设置 start it, or check the settings that name it",
        exit_status=ExitStatus.UNREACHABLE,
    )


def _of_package(error: Exception) -> FailureError:
    """The texts of the error's class, or of its parent, with its own words as details."""
    from kit.problem import Catalogue
    from kit.translation import bilingual

    rows = Catalogue("iot", "ledger_api", "wallets", "gongji").rows
    row = next(rows[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in rows)
    what, why, remedy = (bilingual(row[part]) for part in ("what", "why", "remedy"))
    details = " ".join(str(error).split())
    return FailureError(
        what,
        f"{why} 详情 details: {details}",
        remedy,
        ExitStatus(row["exit"]) if "exit" in row else of_http(row.get("status", 0)),
    )
