// Tabs, as the ARIA practices have them: one stop for the Tab key, arrows between them. A panel is made when it is shown.

function tabs(label, entries, shownFirst = 0) {
  if (entries.length === 1) return alone(entries[0]);
  const panel = h("div", { class: "panel", role: "tabpanel", id: newId("panel"), tabindex: "0" });
  const buttons = entries.map((entry) => tab(entry, panel));
  const show = (index, focus) => {
    buttons.forEach((button, at) => {
      button.setAttribute("aria-selected", String(at === index));
      button.tabIndex = at === index ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", buttons[index].id);
    refilled(panel, entries[index].panel());
    if (focus) buttons[index].focus();
  };
  buttons.forEach((button, index) => {
    button.addEventListener("click", () => show(index, false));
    button.addEventListener("keydown", (event) => {
      const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: buttons.length - 1 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      show((next + buttons.length) % buttons.length, true);
    });
  });
  const list = h("div", { class: "tablist", role: "tablist", "aria-label": label }, buttons);
  show(shownFirst, false);
  return h("div", { class: "tabs" }, list, panel);
}

/** One entry needs no choice, but its title where that is all that tells what it is. */
function alone(entry) {
  return h("div", { class: "panel" }, entry.telling && h("p", { class: "status", "data-tone": entry.tone }, h("b", null, entry.title)), entry.panel());
}

function tab(entry, panel) {
  const attributes = { type: "button", role: "tab", id: newId("tab"), "aria-controls": panel.id, "data-tone": entry.tone };
  return h("button", attributes, entry.title);
}
