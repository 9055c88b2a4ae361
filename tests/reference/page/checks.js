// What an accessibility check can find out by itself, run in the page by its tests. Each gives a list of complaints.

(() => {
  const seen = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && element.getClientRects().length > 0;
  const told = (element) => element.outerHTML.slice(0, 160);
  const numbers = (colour) => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const luminance = ([red, green, blue]) => {
    const [r, g, b] = [red, green, blue].map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const groundOf = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = numbers(getComputedStyle(one).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };

  window.checks = {
    /** WCAG 1.4.3: 4.5 : 1, and 3 : 1 for large text. */
    contrast() {
      const found = new Map();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !seen(element) || element.closest(".offstage, :disabled, script, .skip")) continue;
        const style = getComputedStyle(element);
        const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
        const got = ratio(numbers(style.color), groundOf(element));
        if (got < (large ? 3 : 4.5)) found.set(told(element), `${got.toFixed(2)}: ${told(element)}`);
      }
      return [...found.values()];
    },
    /** WCAG 1.4.11: the edges of fields against what they stand on. */
    edges() {
      const fields = [...document.querySelectorAll("input:not([type=radio]), select, textarea, button:not([role=tab]):not(.quiet)")].filter(seen);
      return fields.filter((one) => ratio(numbers(getComputedStyle(one).borderTopColor), groundOf(one.parentElement)) < 3).map(told);
    },
    /** WCAG 2.5.8: 24 by 24, but for links inside of a sentence. */
    targets() {
      const targets = [...document.querySelectorAll("button, input:not([type=radio]), select, textarea, summary, nav a, .theme label")].filter(seen);
      return targets.filter((one) => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < 23.9).map(told);
    },
    /** Headings that skip a level, ids that are used twice, and references to nothing. */
    structure() {
      const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(seen).map((one) => Number(one.tagName[1]));
      const skips = levels.filter((level, at) => (at ? level > levels[at - 1] + 1 : level !== 1)).map((level) => `a heading of level ${level} comes too early`);
      const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
      const twice = ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `two elements are ${id}`);
      const named = ["aria-labelledby", "aria-describedby", "aria-controls", "for"];
      const lost = named.flatMap((name) => [...document.querySelectorAll(`[${name}]`)].filter((one) => one.getAttribute(name).split(/\s+/).some((id) => !document.getElementById(id))).map(told));
      return [...skips, ...twice, ...lost];
    },
    /** Whether what has the focus shows it: itself, its label, or the row that stands for it. */
    focusShown() {
      const element = document.activeElement;
      const places = [element, element.nextElementSibling, element.querySelector(":scope > .row")].filter(Boolean);
      return places.some((one) => getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
    },
  };
})();
