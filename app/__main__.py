"""`python -m app` is `dougong`."""

from app.cli import main

main()
