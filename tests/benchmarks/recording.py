"""A token for the desk, and organizations recorded there: one by one, or by wrk with a script."""

import json
import os
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4


def desk_token(data: Path, name: str = "bench") -> str:
    """A token of a new account in the ledger of that folder, made as an operator makes it."""
    account = _commitments(data, "accounts", "add", name, "--role", "recorder")
    return _commitments(data, "accounts", "token", account)


def _commitments(data: Path, *arguments: str) -> str:
    environment = {**os.environ, "LEDGER_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


class Desk:
    """One connection to a desk that is kept open."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._token = token

    def record(self) -> int:
        """Record an organization that nobody else has; the position of the fact."""
        key = str(uuid4())
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        profile = {"name": f"Office {key}", "classification": "government"}
        body = json.dumps({"profile": profile})
        self._connection.request("POST", "/api/v1/organizations", body, headers)
        return int(json.load(self._connection.getresponse())["position"])

    def close(self) -> None:
        self._connection.close()


def post_script(token: str) -> str:
    """Lua for wrk: every request has a key and a name that no other has, in this run or another."""
    return POSTS.replace("TOKEN", token)


POSTS: Final = """\
local n, run = 0, os.time() .. "-" .. tostring({}):sub(8)
request = function()
  n = n + 1
  local headers = {
    ["Authorization"] = "Bearer TOKEN",
    ["Content-Type"] = "application/json",
    ["Idempotency-Key"] = "bench-" .. run .. "-" .. n,
  }
  local body = '{"profile": {"name": "Office ' .. run .. ' number ' .. n ..
    '", "classification": "government", "purpose": "Keeps the register of public contracts."}}'
  return wrk.format("POST", nil, headers, body)
end
"""
