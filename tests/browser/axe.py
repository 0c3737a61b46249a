"""What axe-core finds in a part of a page: what keeps people out who do not see it, or do not see it well."""

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

SOURCE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
RUN = """async ({ part, only }) => {
  const { violations } = await axe.run(part, { resultTypes: ["violations"], ...(only.length && { runOnly: only }) });
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}"""


def findings(page: Page, part: str, *only: str) -> list[str]:
    """What is wrong in the elements of this selector, one line each; with `only`, by these rules alone."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SOURCE.read_text("utf-8"))
    found: list[str] = page.evaluate(RUN, {"part": part, "only": only})
    return found
