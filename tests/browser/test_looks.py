"""What can be measured of how the page looks: contrast, in both themes and in every view."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, ask, open_source

pytestmark = pytest.mark.browser

# For every element with a text of its own: WCAG 2.2's contrast ratio (1.4.3) between its
# colour and the first ground behind it that is not transparent.
_FAINT = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const read = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (colour) => {
    const [r, g, b] = read(colour).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (read(colour)[3] === 255) { return colour; }
    }
    return 'white';
  };
  const faint = [];
  let looked = 0;
  for (const node of document.querySelectorAll('.p-app *')) {
    const own = [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    if (!own || !node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        || node.closest(':disabled')) { continue; }
    looked += 1;
    const [one, other] = [getComputedStyle(node).color, ground(node)].map(light);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) { faint.push(`${node.className || node.tagName}: ${ratio.toFixed(2)}`); }
  }
  return { looked, faint };
}"""


def check(page: Page) -> None:
    """Every text that is in sight can be read."""
    # What has just opened may still be fading in.
    page.wait_for_timeout(400)
    found = page.evaluate(_FAINT)
    assert found["looked"] > 10
    assert found["faint"] == []


@pytest.mark.parametrize(
    "watch",
    [
        form | {"color_scheme": theme, "reduced_motion": "reduce"}
        for form in (DESKTOP, PHONE)
        for theme in ("light", "dark")
    ],
    indirect=True,
    ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"],
)
def test_everything_can_be_read(page: Page) -> None:
    check(page)
    turn = ask(page, "How many prisoners will be exchanged?")
    turn.locator("[data-rating=up]").click()
    expect(turn.get_by_label("Why this rating")).to_be_visible()
    check(page)
    open_source(page, turn.locator("a.p-cite").first)
    check(page)
    page.keyboard.press("Escape")
    ask(page, "How tall is the mayor?")
    ask(page, "Is it broken?")
    check(page)
    page.get_by_role("button", name="Narrow down").click()
    expect(page.locator("dialog")).to_be_visible()
    check(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".p-row").first).to_be_visible()
    check(page)


def test_right_to_left_text_stands_at_its_side(page: Page) -> None:
    turn = ask(page, "مقابلة بين الوفدين؟")
    aligned = "(node) => getComputedStyle(node).direction"
    assert turn.locator(".p-question").evaluate(aligned) == "rtl"
    page.fill("#p-box", "שאלה בעברית")
    assert page.locator("#p-box").evaluate(aligned) == "rtl"
