"""A time-stamping authority on the loopback: `openssl ts` behind a small server."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

SETTINGS: Final = """\
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[signer]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = stamps
[stamps]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
"""


class StampAuthority:
    """`root` is the certificate to trust; `answer` may be replaced by a test that wants a liar."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "ca.pem"
        folder.mkdir()
        (folder / "openssl.cnf").write_text(SETTINGS.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self._certify("ca", "The root")
        self._certify("signer", "The stamper", "-CA", "ca.pem", "-CAkey", "ca.key")
        self.asked = 0

    def _certify(self, name: str, subject: str, *issuer: str) -> None:
        self._openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-sha256"),
            *("-subj", f"/CN={subject}", "-keyout", f"{name}.key", "-out", f"{name}.pem"),
            *("-config", "openssl.cnf", "-extensions", name, *issuer),
        )

    def answer(self, query: bytes) -> bytes:
        """What the authority says to a request, in DER."""
        self.asked += 1
        (self.folder / "query.tsq").write_bytes(query)
        self._openssl(
            *("ts", "-reply", "-queryfile", "query.tsq", "-out", "reply.tsr"),
            *("-config", "openssl.cnf", "-section", "stamps"),
            *("-signer", "signer.pem", "-inkey", "signer.key"),
        )
        return (self.folder / "reply.tsr").read_bytes()

    def verify(self, text: bytes, response: bytes) -> None:
        """As a stranger would, with openssl and the root certificate alone."""
        (self.folder / "text").write_bytes(text)
        (self.folder / "given.tsr").write_bytes(response)
        self._openssl("ts", "-verify", "-data", "text", "-in", "given.tsr", "-CAfile", "ca.pem")

    def _openssl(self, *arguments: str) -> None:
        run = ["openssl", *arguments]
        subprocess.run(run, cwd=self.folder, check=True, capture_output=True, timeout=30)


def authority_in(folder: Path) -> StampAuthority:
    """Skips the test where there is no openssl."""
    if shutil.which("openssl") is None:
        pytest.skip("a local time-stamping authority needs the openssl command")
    return StampAuthority(folder)


@asynccontextmanager
async def authority_serving(authority: StampAuthority) -> AsyncIterator[str]:
    """Yields its address."""

    async def stamp(request: web.Request) -> web.Response:
        assert request.content_type == "application/timestamp-query"
        told = await asyncio.to_thread(authority.answer, await request.read())
        return web.Response(body=told, content_type="application/timestamp-reply")

    app = web.Application()
    app.router.add_post("/", stamp)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))
