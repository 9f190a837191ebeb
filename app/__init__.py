"""Lets people in: HTTP, sign-in, worker and command line; it registers and translates, and decides nothing."""
