"""What is out of its place in a widget: too wide, cut off, or upon something else.

assert misplaced(view.root) == []
"""

from playwright.sync_api import Locator

# What watches its own size is laid out anew in the frame after it has changed.
SETTLED = """() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"""
MISPLACED = """(root) => {
  const edge = root.getBoundingClientRect().right + 1;
  const isSeen = (node) => node.checkVisibility() && !node.closest(".ww-unseen, svg, i");
  const seen = [...root.querySelectorAll("*")].filter(isSeen);
  // The grid of a sweep scrolls by itself.
  const isOut = (node) => node.getBoundingClientRect().right > edge && !node.closest(".ww-sweep-sheet");
  const isCut = (node) => {
    const { overflowX, textOverflow, display } = getComputedStyle(node);
    const hides = !["visible", "auto", "scroll"].includes(overflowX) && textOverflow !== "ellipsis";
    const isWhole = node.matches("button, .ww-aside, th, td, label") && !node.matches(".ww-id");
    return (isWhole || (hides && !node.matches("input, select"))) && display !== "inline"
      && node.scrollWidth > node.clientWidth + 1;
  };
  // What a stage says, and its buttons, are within it.
  const isOff = (node) => {
    const stage = node.matches("p, button") && node.closest(".ww-stage")?.getBoundingClientRect();
    const { top, bottom } = node.getBoundingClientRect();
    return stage && (top < stage.top - 1 || bottom > stage.bottom + 1);
  };
  // Words that are cut after some lines end there, within the box around them.
  const isTorn = (node) => {
    const { webkitLineClamp, lineHeight, paddingTop, paddingBottom } = getComputedStyle(node);
    if (!(webkitLineClamp > 0) || !node.clientHeight) return false;
    const padding = parseFloat(paddingTop) + parseFloat(paddingBottom);
    const most = (Number(webkitLineClamp) + 0.5) * parseFloat(lineHeight) + padding;
    const around = node.parentElement.getBoundingClientRect();
    return node.clientHeight > most || node.getBoundingClientRect().bottom > around.bottom + 1;
  };
  // An icon may stand upon the margin of a field. The panel of the services and the foot may stand upon the form. The
  // button that starts a clip stands upon the clip.
  const layer = (node) => node.closest(".ww-panel, .ww-footer, .ww-sweep-sheet, .ww-play");
  const box = (node) => {
    const { left, right, top, bottom } = node.getBoundingClientRect();
    const { paddingLeft, paddingRight } = getComputedStyle(node);
    const [before, after] = node.matches("input") ? [parseFloat(paddingLeft), parseFloat(paddingRight)] : [0, 0];
    return { node, layer: layer(node), left: left + before, right: right - after, top, bottom };
  };
  const isUpon = (a, b) => a.layer === b.layer
    && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  // Each box is measured once: a grid of many cells has ten thousands of pairs.
  const boxes = seen.filter((node) => node.matches("button, input, select, textarea, video")).map(box);
  const upon = boxes.flatMap((one, number) =>
    boxes.slice(number + 1).filter((other) => isUpon(one, other)).map((other) => [one.node, other.node]));
  return [
    ...seen.filter((node) => isOut(node) || isCut(node) || isOff(node) || isTorn(node)).map((node) => node.outerHTML),
    ...upon.map(([one, other]) => `${one.outerHTML} upon ${other.outerHTML}`),
  ];
}"""
HINTS_CUT = r"""(root) => {
  const pen = document.createElement("canvas").getContext("2d");
  const isCut = (node) => {
    const { fontSize, fontFamily, paddingLeft, paddingRight } = getComputedStyle(node);
    pen.font = `${fontSize} ${fontFamily}`;
    const room = node.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    return pen.measureText(node.placeholder).width > room + 1;
  };
  const isHint = (node) => node.checkVisibility() && !node.value && !/^https?:\/\/\w/.test(node.placeholder);
  const fields = [...root.querySelectorAll("input[placeholder]")].filter(isHint);
  return fields.filter(isCut).map((node) => node.outerHTML);
}"""
# The ring of what has the focus. What scrolls may cut it, because it brings what has the focus into view.
RINGS_CUT = """(root) => {
  // A head that sticks stands upon the ring.
  const isCovered = (node, x, y) => {
    let top = document.elementFromPoint(x, y) ?? node;
    const isApart = () => !top.contains(node) && !node.contains(top);
    while (isApart() && getComputedStyle(top).position !== "sticky") top = top.parentElement;
    return isApart();
  };
  const isCut = (node) => {
    node.focus({ focusVisible: true });
    if (document.activeElement !== node || !node.checkVisibility()) return false;
    const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(node);
    const reach = outlineStyle === "none" ? 0 : parseFloat(outlineWidth) + parseFloat(outlineOffset);
    const { left, right, top, bottom } = node.getBoundingClientRect();
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    const sides = [[left - reach + 1, y], [right + reach - 1, y], [x, top - reach + 1], [x, bottom + reach - 1]];
    if (reach > 0 && sides.some(([x, y]) => isCovered(node, x, y))) return true;
    for (let around = node.parentElement; around && around !== root.parentElement; around = around.parentElement) {
      const { overflowX, contain } = getComputedStyle(around);
      if (/auto|scroll/.test(overflowX)) return false;
      if (!/hidden|clip/.test(overflowX) && !/paint|strict|content/.test(contain)) continue;
      const box = around.getBoundingClientRect();
      const room = Math.min(left - box.left, box.right - right, top - box.top, box.bottom - bottom);
      if (reach > room + 0.5) return true;
    }
    return false;
  };
  const found = [...root.querySelectorAll("button, input, select, textarea, summary, video, a[href], [tabindex]")];
  const cut = found.filter(isCut).map((node) => node.outerHTML);
  document.activeElement.blur();
  return cut;
}"""


def misplaced(part: Locator) -> list[str]:
    """What is out of its place in a part of a page."""
    part.page.evaluate(SETTLED)
    found: list[str] = part.evaluate(MISPLACED)
    return found


def cut_hints(part: Locator) -> list[str]:
    """The fields whose hint does not fit. Addresses may end in an ellipsis."""
    part.page.evaluate(SETTLED)
    found: list[str] = part.evaluate(HINTS_CUT)
    return found


def cut_rings(part: Locator) -> list[str]:
    """What can have the focus, and has a ring then that something around it cuts off or covers."""
    found: list[str] = part.evaluate(RINGS_CUT)
    return found
