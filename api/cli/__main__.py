"""`python -m api.cli` is `commitments`."""

from api.cli import main

main()
