"""The command line: data on standard output, talk on standard error, errors in three lines.

Exit status: 0 done, 1 verification failed, 2 usage or undecidable, 3 cannot reach, 4 refused by a rule.
"""

from __future__ import annotations

import sys

import typer
from typer.exceptions import TyperException

from contracts.errors import ContractsError
from gongji.commands import chain, sign
from gongji.errors import GongjiError
from gongji.output import tell_error
from wallets.errors import WalletError

app = typer.Typer(
    name="gongji",
    help="共济: a community ledger that anyone can check.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(chain.app, name="chain", help="链 Run the embedded chain, build and deploy the contracts.")
app.add_typer(sign.app, name="sign", help="签名 Read intents before they are signed.")


def main() -> None:
    """Entry point: runs a command and tells errors in three lines."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except GongjiError as error:
        tell_error(error.what, error.why, error.remedy)
        sys.exit(error.exit_status)
    except (ContractsError, WalletError) as error:
        tell_error(type(error).__name__, str(error), "nothing was changed; mend the cause and run it again")
        sys.exit(2)
    except TyperException as error:
        tell_error("usage", error.format_message(), "run `gongji --help` or `gongji COMMAND --help`")
        sys.exit(2)
