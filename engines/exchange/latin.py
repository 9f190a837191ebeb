"""Chinese spelled in Latin letters, by pinyin."""

from __future__ import annotations


def syllables(text: str) -> list[str]:
    """The syllables of a text; what is no Chinese stays as it is."""
    # Its dictionary takes 55 MB in a process: only those that name or match things pay for it.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    return lazy_pinyin(text)
