"""What a way through the screens costs whoever walks it: clicks and letters counted in the page, seconds estimated from them."""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser.conftest import Site

#: the estimate: somebody who looks for the place before clicking, and who types neither fast nor slowly
SECONDS_A_CLICK, SECONDS_A_KEY = 1.5, 0.2
#: strokes that a letter takes: one, or with pinyin about three for a Chinese character
WATCH = """() => {
  if (window.__watched) return;
  window.__watched = true;
  const strokes = (text) => [...text].reduce((sum, letter) => sum + (letter > "\\u2e7f" ? 3 : 1), 0);
  const known = new WeakMap();
  window.addEventListener("click", (event) => event.isTrusted && event.detail > 0 && window.__effort(1, 0), true);
  window.addEventListener("keydown", (event) => event.isTrusted && event.key.length > 1 && window.__effort(0, 1), true);
  window.addEventListener("focusin", (event) => "value" in event.target && known.set(event.target, event.target.value), true);
  window.addEventListener("input", (event) => {
    const [before, after] = [known.get(event.target) ?? "", String(event.target.value ?? "")];
    known.set(event.target, after);
    window.__effort(0, after.startsWith(before) ? strokes(after.slice(before.length)) : strokes(after));
  }, true);
}"""


@dataclass(slots=True, kw_only=True)
class Effort:
    """What was counted so far."""

    clicks: int = 0
    keys: int = 0

    @property
    def seconds(self) -> float:
        """How long a person would take, by estimate."""
        return self.clicks * SECONDS_A_CLICK + self.keys * SECONDS_A_KEY

    def __str__(self) -> str:
        return f"{self.clicks} clicks, {self.keys} keys: about {self.seconds:.0f} s for a person (estimated: {SECONDS_A_CLICK} s a click, {SECONDS_A_KEY} s a key)"

    def since(self, before: Effort) -> Effort:
        return Effort(clicks=self.clicks - before.clicks, keys=self.keys - before.keys)

    def now(self) -> Effort:
        return Effort(clicks=self.clicks, keys=self.keys)


def watched(site: Site) -> Effort:
    """Everything that somebody does at this screen from now on, on whatever page."""
    effort = Effort()

    def count(_source: object, clicks: int, keys: int) -> None:
        effort.clicks += clicks
        effort.keys += keys

    site.context.expose_binding("__effort", count)
    site.context.add_init_script(f"({WATCH})()")
    site.page.evaluate(WATCH)
    return effort
