"""Asks a time-stamping authority, and believes nothing that its certificates do not bear out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from ledger.config import Settings
from ledger.errors import LedgerError, UnsafeSettingError

SECONDS: Final = 10
LONGEST: Final = 1 << 16
TOLERANCE: Final = timedelta(minutes=5)
"""How far the authority's clock and ours may be apart; beyond that nobody knows whose is wrong."""
QUERY: Final = "application/timestamp-query"


class NoStampError(LedgerError):
    """No stamp was given, or one that does not hold; the message says in a few words why."""


@dataclass(frozen=True, slots=True)
class Authority:
    """`certificates` are those of its issuers: one of them at least signs itself."""

    url: str
    certificates: tuple[Certificate, ...]

    def stamp(self, text: bytes, now: datetime) -> bytes:
        """A TimeStampResp over the text, in DER, verified; raise NoStampError. Blocking."""
        request = TimestampRequestBuilder().data(text).hash_algorithm(HashAlgorithm.SHA256).build()
        told = self._asked(request.as_bytes())
        builder = VerifierBuilder.from_request(request)
        for each in self.certificates:
            roots = each.issuer == each.subject
            add = builder.add_root_certificate if roots else builder.add_intermediate_certificate
            builder = add(each)
        try:
            response = decode_timestamp_response(told)
            builder.build().verify_message(response, text)
            at = response.tst_info.gen_time
        except (VerificationError, ValueError, TypeError, LookupError) as error:
            raise NoStampError(f"its answer does not hold ({type(error).__name__})") from error
        if abs(at - now) > TOLERANCE:
            raise NoStampError(f"its time is {at.isoformat()}, far from ours")
        return told

    def _asked(self, query: bytes) -> bytes:
        with PoolManager(retries=False, timeout=Timeout(total=SECONDS)) as pool:
            try:
                answer = pool.request(
                    "POST",
                    self.url,
                    body=query,
                    headers={"Content-Type": QUERY, "User-Agent": "commitments"},
                    preload_content=False,
                )
                told = answer.read(LONGEST + 1)
                answer.close()
            except HTTPError as error:
                raise NoStampError(f"it cannot be reached ({type(error).__name__})") from error
        if answer.status != HTTPStatus.OK or len(told) > LONGEST:
            raise NoStampError(f"it answers {answer.status}")
        return told


def authority_of(settings: Settings) -> Authority | None:
    """None where no authority is set; raise UnsafeSettingError where it could not be checked."""
    if not settings.tsa_url:
        return None
    return Authority(settings.tsa_url, tuple(_certificates(settings.tsa_certificates)))


def _certificates(path: Path | None) -> Sequence[Certificate]:
    try:
        found = load_pem_x509_certificates(path.read_bytes()) if path else []
    except (OSError, ValueError) as error:
        raise UnsafeSettingError(f"LEDGER_TSA_CERTIFICATES cannot be read: {error}") from error
    if not any(each.issuer == each.subject for each in found):
        raise UnsafeSettingError(
            "LEDGER_TSA_URL needs LEDGER_TSA_CERTIFICATES, a PEM file with the authority's root: "
            "a stamp that nobody can check is none"
        )
    return found
