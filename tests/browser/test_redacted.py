"""Words that were taken away by order, as a reader finds their place."""

from playwright.async_api import Page, expect

from api.app import Running
from ledger.commands import RedactParts
from ledger.deciding import Context
from ledger.facts.fact import AccountId, StreamId
from ledger.redacting import Place, find_targets
from ledger.store.port import Recorder
from ledger.vocabulary import RedactionBasis

ID = "00000000-0000-4000-8000-{:012}"
SAID = "Words withheld: data protection, by order court-12/2026"


async def redact(site: Running, position: int) -> int:
    """The fact loses its words; the position of the fact that says so."""
    ledger, clerk = site.parts.ledger, AccountId(ID.format(2))
    command = RedactParts(
        id=StreamId(ID.format(1)),
        targets=find_targets(ledger.store, [Place(position, "words")]),
        basis=RedactionBasis.DATA_PROTECTION,
        authority="court-12/2026",
        proposed_by=AccountId(ID.format(3)),
        approved_by=clerk,
    )
    recorder = Recorder(by=clerk, name="Clerk", why="By order.")
    receipt = await ledger.execute([command], Context(recorder=recorder, key="r", fingerprint=b""))
    assert await site.parts.follower.wait(receipt.position, 10)
    return receipt.position


async def test_a_reader_is_led_from_the_gap_to_the_order_and_the_totals(
    site: Running, page: Page
) -> None:
    order = await redact(site, 1)
    await page.goto(f"{site.public_url}/facts/1")
    notice = page.get_by_role("region", name="Words were taken away from this record")
    await expect(notice).to_contain_text(f"{SAID}, fact {order}")

    await notice.get_by_role("link", name="Everything that was redacted").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("What was redacted")
    row = page.get_by_role("row").filter(has_text="court-12/2026")
    await expect(row).to_contain_text("Fact 1, words")
    await row.get_by_role("link", name=f"Fact {order}").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Words were redacted")


async def test_the_footer_leads_to_what_was_redacted(site: Running, page: Page) -> None:
    await page.goto(site.public_url)

    await page.get_by_role("contentinfo").get_by_role("link", name="What was redacted").click()

    await expect(page.get_by_text("No words have been taken away")).to_be_visible()
