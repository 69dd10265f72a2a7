"""The command line: data on standard output, talk on standard error, errors in three lines.

Exit status: 0 done, 1 verification failed, 2 usage or undecidable, 3 cannot reach, 4 refused by a rule.
"""

from __future__ import annotations

import sys

import typer
from typer.exceptions import TyperException

from gongji.commands import (
    audit,
    bench,
    chain,
    coop,
    demo,
    device,
    fund,
    member,
    parts,
    proposal,
    sign,
    sim,
    time,
    town,
    verify,
)
from gongji.errors import GongjiError
from gongji.output import tell_error
from kit.errors import DatabaseNewerError

# Errors of our packages, by module: naming their classes would import them all for every command.
PACKAGE_ERRORS = {
    f"{name}.errors" for name in ("audit", "contracts", "indexer", "iot", "kit", "ledger_api", "wallets")
}

app = typer.Typer(
    name="gongji",
    help="共济: a community ledger that anyone can check.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(chain.app, name="chain", help="链 Run the embedded chain, build and deploy the contracts.")
app.command("demo")(demo.demo)
app.command("up")(town.up)
app.command("status")(town.status)
app.command("doctor")(town.doctor)
app.command("verify")(verify.verify)
app.add_typer(audit.app, name="audit", help="核账 Collect the evidence and prove it offline.")
app.command("bench")(bench.bench)
app.add_typer(sim.app, name="sim", help="模拟 A simulated device.")
app.add_typer(fund.app, name="fund", help="基金 Funds.")
app.add_typer(proposal.app, name="proposal", help="申请 Requests for money.")
app.add_typer(time.app, name="time", help="时间银行 Tasks and hours.")
app.add_typer(coop.app, name="coop", help="合作社 Enterprises and earnings.")
app.add_typer(member.app, name="member", help="成员 Members, keys, roles.")
app.add_typer(device.app, name="device", help="设备 Devices whose signatures count.")
app.add_typer(parts.index, name="index", help="镜像 Mirror of the chain.")
app.add_typer(parts.relay, name="relay", help="中继 Relayer.")
app.add_typer(parts.portal, name="portal", help="门户 API and pages.")
app.add_typer(parts.ingest, name="ingest", help="设备事件 Device events over MQTT.")
app.add_typer(parts.keep, name="keep", help="值守 Keeper.")
app.add_typer(sign.app, name="sign", help="签名 Read intents before they are signed.")


def main() -> None:
    """Entry point: runs a command and tells errors in three lines."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 what is not ours is raised again
        sys.exit(_tell(error))


def _tell(error: Exception) -> int:
    """Tells an error in three lines and gives the exit status; raises it again if nobody foresaw it."""
    modules = {base.__module__ for base in type(error).__mro__}
    match error:
        case GongjiError():
            tell_error(error.what, error.why, error.remedy)
            return error.exit_status
        case DatabaseNewerError():
            tell_error(error.what, error.why, error.remedy)
            return 2
        case TyperException():
            tell_error("usage", error.format_message(), "run `gongji --help` or `gongji COMMAND --help`")
            return 2
        case OSError() if error.filename is not None:
            what = f"{error.filename} cannot be used"
            tell_error(what, str(error.strerror), "check the path, its rights and the space left")
            return 2
        case _ if "sqlalchemy.exc" in modules and type(error).__name__ == "OperationalError":
            why = str(error).partition("\n")[0]
            tell_error("a database does not answer", why, "start it, or check the settings that name it")
            return 3
        case _ if modules & PACKAGE_ERRORS:
            remedy = "nothing was changed; mend the cause and run it again"
            tell_error(type(error).__name__, str(error), remedy)
            return 2
    raise error
