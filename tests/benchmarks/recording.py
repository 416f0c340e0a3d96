"""A token for the desk, and a script for wrk that records an organization with every request."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final


def desk_token(data: Path) -> str:
    """A token of a new account in the ledger of that folder, made as an operator makes it."""
    account = _commitments(data, "accounts", "add", "bench", "--role", "recorder")
    return _commitments(data, "accounts", "token", account)


def _commitments(data: Path, *arguments: str) -> str:
    environment = {**os.environ, "LEDGER_DATA_DIR": str(data)}
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


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
