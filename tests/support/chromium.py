"""Chromium: the system's own, or the distribution's package where tests run as root.

`python -m tests.support.chromium` is what `make test` calls before the tests.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Page, async_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATION: Final = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
PACKAGES: Final = ("chromium", "fonts-dejavu-core")
CURE: Final = (
    "The tests need a browser. Install Chromium or Chrome (on Debian: apt-get install chromium), "
    "name one in CHROMIUM=/path/to/it, or leave its tests out: make test ARGS=\"-m 'not browser'\""
)
QUIET: Final = (
    "--no-sandbox",  # Chromium's sandbox refuses root, and pages here are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class BrowserMissingError(Exception):
    """No Chromium was found; the message says how to get one."""


def find_chromium() -> str | None:
    """Path of the program that CHROMIUM names, else of the first that the system has."""
    named = os.environ.get("CHROMIUM")
    found = [shutil.which(name) for name in ([named] if named else NAMES)]
    found += [str(APPLICATION)] if APPLICATION.exists() and not named else []
    return next((each for each in found if each is not None), None)


def install_chromium() -> None:
    """Install the distribution's package, where there is apt-get and leave to use it."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        # A source that does not answer must not stop the others; the end result decides.
        subprocess.run([apt, "--quiet", *step], env=quiet, check=False, stdin=subprocess.DEVNULL)


def main() -> str | None:
    """Make sure that there is a browser; what is returned is what the shell is told."""
    if find_chromium() is None:
        install_chromium()
    return None if find_chromium() else CURE


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium of this test's own, on this test's event loop."""
    program = find_chromium()
    if program is None:
        raise BrowserMissingError(CURE)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=program, args=QUIET)
        yield running
        await running.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """An empty page with a profile of its own; an action that takes 10 seconds is an error."""
    context = await browser.new_context()
    context.set_default_timeout(10_000)
    yield await context.new_page()
    await context.close()


if __name__ == "__main__":
    sys.exit(main())
