"""Whatever a node, a trust file or a clock gives, the command ends with what, why and what to do, and takes little memory."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from contracts.deployment import Deployment
from gongji.exit_status import ExitStatus
from tests.forked import gongji

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHAIN_ID, GENESIS = 77001, "0x" + "22" * 32
HTML = b"<!doctype html><title>502 Bad Gateway</title>" + b"<p>nginx</p>" * 1000
PAGE_BYTES, WHOLE_BYTES = 1 << 20, 1500 << 20
# A limited answer and its copy; the whole one would be ten times as much.
MOST_MEMORY_MB = 200
MEASURED = r"""
import re, sys
from gongji.cli import main

measured = sys.argv.pop(1)
try:
    main()
finally:
    with open(measured, "w") as file:
        # What `getrusage` says begins with the peak of the process that started this one.
        file.write(re.search(r"VmHWM:\s+(\d+)\d{3} kB", open("/proc/self/status").read())[1])
"""


class BadNode(BaseHTTPRequestHandler):
    """A node as none should be: `kind` of the server says how."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        kind = self.server.kind  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["content-length"]))
        with contextlib.suppress(OSError):
            getattr(self, kind)(json.loads(body))

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def html(self, _: Any) -> None:
        self._answer(HTML, "text/html")

    def bad_gateway(self, _: Any) -> None:
        self._answer(HTML, "text/html", status=502)

    def wrong_chain(self, calls: Any) -> None:
        self._results(calls, eth_chainId="0x5")

    def wrong_genesis(self, calls: Any) -> None:
        self._results(calls, eth_chainId=hex(CHAIN_ID), eth_getBlockByNumber={"hash": "0x" + "33" * 32})

    def whole_body(self, _: Any) -> None:
        self.send_response(200)
        self.send_header("content-length", str(WHOLE_BYTES))
        self.end_headers()
        for _page in range(WHOLE_BYTES // PAGE_BYTES):
            self.wfile.write(b" " * PAGE_BYTES)

    def endless_body(self, _: Any) -> None:
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for _page in range(WHOLE_BYTES // PAGE_BYTES):
            self.wfile.write(f"{PAGE_BYTES:x}\r\n".encode() + b" " * PAGE_BYTES + b"\r\n")

    def drip(self, _: Any) -> None:
        self.send_response(200)
        self.send_header("content-length", "100000")
        self.end_headers()
        while True:
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.2)

    def _results(self, calls: Any, **results: Any) -> None:
        answers = [{"jsonrpc": "2.0", "id": c["id"], "result": results.get(c["method"])} for c in calls]
        self._answer(json.dumps(answers).encode(), "application/json")

    def _answer(self, body: bytes, media_type: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def bad_node(kind: str) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BadNode)
    server.daemon_threads = True
    server.kind = kind  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def town(folder: Path, node: str) -> Path:
    """A folder of a town whose node is elsewhere."""
    folder.mkdir()
    Deployment(chain_id=CHAIN_ID, genesis_hash=GENESIS, contracts={}).save(folder / "deployment.json")
    (folder / "gongji.toml").write_text(f'rpc_urls = ["{node}"]\n[indexer]\nrequest_seconds = 2.0\n')
    return folder


def typed(tmp_path: Path, *arguments: str) -> tuple[int, list[str], int]:
    """Exit status, standard error by lines, and the most memory in megabytes that a command took."""
    measured = tmp_path / "memory"
    command = [sys.executable, "-c", MEASURED, str(measured), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert "Traceback" not in result.stderr, result.stderr
    return result.returncode, result.stderr.splitlines(), int(measured.read_text())


# What a node gives, with what the second line says of it, and the exit status.
NODES = {
    "html": ("is not JSON", ExitStatus.UNREACHABLE),
    "bad_gateway": ("expected HTTP status 200 of the node at 127.0.0.1", ExitStatus.UNREACHABLE),
    "wrong_chain": ("chain id of the node: expected 77001, got 5", ExitStatus.VERIFICATION_FAILED),
    "wrong_genesis": (
        f"genesis hash of the node: expected {GENESIS}, got 0x3333",
        ExitStatus.VERIFICATION_FAILED,
    ),
    "whole_body": ("expected at most 67108864 bytes of the node", ExitStatus.UNREACHABLE),
    "endless_body": ("expected at most 67108864 bytes of the node", ExitStatus.UNREACHABLE),
    "drip": ("timed out", ExitStatus.UNREACHABLE),
}


@pytest.fixture(scope="module")
def usual_mb(tmp_path_factory: pytest.TempPathFactory) -> int:
    """The most memory in megabytes that the command takes when the answer is short."""
    folder = tmp_path_factory.mktemp("usual")
    with bad_node("html") as node:
        *_, usual_mb = typed(folder, "index", "rebuild", "--data-dir", str(town(folder / "town", node)))
    return usual_mb


@pytest.mark.parametrize("kind", NODES)
def test_a_node_as_none_should_be_ends_a_command_with_what_why_and_what_to_do(
    kind: str, usual_mb: int, tmp_path: Path
) -> None:
    why_says, status = NODES[kind]
    with bad_node(kind) as node:
        found, lines, memory_mb = typed(
            tmp_path, "index", "rebuild", "--data-dir", str(town(tmp_path / "town", node))
        )
    what, why, remedy = lines
    assert (found, why_says in why) == (status, True), why
    assert [line.split(":")[0] for line in (what, why, remedy)] == ["错误 error", "原因 why", "办法 do"]
    assert "<p>" not in why
    assert memory_mb - usual_mb < MOST_MEMORY_MB


@pytest.mark.parametrize(
    ("validators", "says"),
    [
        (["0x" + "22" * 20, "0x" + "11" * 20], "expected validators in ascending order, none twice"),
        (["0x" + "11" * 20, "0x" + "11" * 20], "expected validators in ascending order, none twice"),
        ([], "expected validators in ascending order, none twice"),
        (["0x11"], "expected 20 bytes"),
    ],
    ids=["unsorted", "twice", "none", "short"],
)
def test_a_trust_file_whose_validators_are_not_a_list_in_order_is_refused_in_three_lines(
    validators: list[str], says: str, tmp_path: Path
) -> None:
    (tmp_path / "bundle").mkdir()
    trust = {
        "format": "gongji.trust.v1", "chain_id": 1, "genesis_hash": GENESIS, "validators": validators, "epoch_blocks": 9, "contracts": {},
    }  # fmt: skip
    (tmp_path / "trust.json").write_text(json.dumps(trust))
    refused = gongji("audit", "verify", str(tmp_path / "bundle"), "--trust", str(tmp_path / "trust.json"))
    assert "Traceback" not in refused.stderr, refused.stderr
    _, why, remedy = refused.stderr.splitlines()
    assert (refused.returncode, says in why) == (ExitStatus.USAGE, True), why
    assert remedy.startswith("办法 do:")
