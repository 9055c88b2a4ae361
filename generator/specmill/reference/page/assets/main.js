// The frame: head, list of contents, the page that the address names, and the theme.

const THEMES = [["auto", "Auto", "\u25d0"], ["light", "Light", "\u2600\ufe0e"], ["dark", "Dark", "\u263e\ufe0e"]];
const KEPT = "specmill-theme"; // the only thing that a browser is asked to remember

/** Pages from a file may be refused any memory. */
function remembered(act) {
  try {
    return act(localStorage);
  } catch {
    return null;
  }
}

function themed(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function themeSwitch() {
  const kept = remembered((store) => store.getItem(KEPT)) ?? "auto";
  const chosen = THEMES.some(([theme]) => theme === kept) ? kept : "auto";
  themed(chosen);
  const name = newId("theme");
  return h("fieldset", { class: "theme" }, h("legend", { class: "offstage" }, "Theme"), THEMES.map(([theme, label, sign]) => {
    const input = h("input", { type: "radio", name, value: theme, checked: theme === chosen, id: newId("theme") });
    input.addEventListener("change", () => {
      themed(theme);
      remembered((store) => (theme === "auto" ? store.removeItem(KEPT) : store.setItem(KEPT, theme)));
    });
    return [input, h("label", { for: input.id, title: label }, h("span", { class: "sign", "aria-hidden": "true" }, sign), h("span", { class: "word" }, label))];
  }));
}

// --- which page

function pageOf(route) {
  const [first, second] = route.replace(/^#?\/?/, "").split("/").map((one) => decoded(one));
  if (first === "models" && own(CONTENT.models, second ?? "") !== undefined) return [second, modelPage(second)];
  const operation = CONTENT.operations.find((one) => one.name === first);
  if (operation) return [operation.title, operationPage(operation)];
  return ["", first ? missingPage(route) : overviewPage()];
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function missingPage(route) {
  return h("article", null, h("h1", { tabindex: "-1" }, "There is nothing here"), h("p", null, `This page knows no ${route}. `, h("a", { href: "#/" }, "To the overview")));
}

function shown(main, list, isFirst) {
  SESSION.listeners.clear();
  const [title, page] = pageOf(location.hash);
  document.title = title ? `${title} · ${CONTENT.title}` : CONTENT.title;
  refilled(main, page);
  for (const link of list.querySelectorAll("a")) {
    if (link.getAttribute("href") === (location.hash || "#/")) marked(link, list);
    else link.removeAttribute("aria-current");
  }
  document.body.classList.remove("listing");
  if (isFirst) return;
  scrollTo(0, 0);
  main.querySelector("h1").focus({ preventScroll: true });
}

/** Scrolled by hand, since a browser lets the Tab key go on from what `scrollIntoView` has shown. */
function marked(link, list) {
  link.setAttribute("aria-current", "page");
  const box = link.closest("details");
  if (box) box.open = true;
  const [around, there] = [list.getBoundingClientRect(), link.getBoundingClientRect()];
  if (there.top < around.top || there.bottom > around.bottom) list.scrollTop += there.top - around.top - around.height / 2;
}

// --- the frame

function framed() {
  const groups = contentsList();
  const input = h("input", { type: "search", placeholder: "Search", "aria-label": "Search operations and models", "aria-keyshortcuts": "/", autocomplete: "off", spellcheck: "false" });
  const count = h("p", { class: "count", role: "status" });
  const list = h("nav", { id: "contents", "aria-label": "Operations and models" }, h("div", { class: "search" }, input, h("kbd", { "aria-hidden": "true" }, "/")), count, h("a", { href: "#/", class: "home" }, "Overview"), groups.map(({ box }) => box));
  const search = new Search(groups, input, count);
  list.addEventListener("keydown", (event) => search.walked(event));
  const main = h("main", { id: "main", tabindex: "-1" });
  document.body.append(skipLink(main), header(list, input), h("div", { class: "frame" }, list, main), h("div", { id: "said", class: "offstage", role: "status", "aria-live": "polite" }));
  addEventListener("hashchange", () => shown(main, list, false));
  addEventListener("keydown", (event) => shortcut(event, input));
  shown(main, list, true);
}

function skipLink(main) {
  return h("a", { class: "skip", href: "#main", onclick: (event) => {
    event.preventDefault();
    main.focus();
  } }, "To the contents");
}

function header(list, input) {
  const button = h("button", { type: "button", class: "menu", "aria-expanded": "false", "aria-controls": list.id }, "Contents");
  const listing = (open) => {
    document.body.classList.toggle("listing", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => {
    listing(!document.body.classList.contains("listing"));
    if (document.body.classList.contains("listing")) input.focus();
  });
  addEventListener("hashchange", () => listing(false));
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !document.body.classList.contains("listing")) return;
    listing(false);
    button.focus();
  });
  return h("header", { class: "top" }, button, h("a", { href: "#/", class: "brand" }, CONTENT.title), h("span", { class: "hint" }, CONTENT.package), themeSwitch());
}

/** "/" goes to the search from anywhere but a field. */
function shortcut(event, input) {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return;
  event.preventDefault();
  document.body.classList.add("listing");
  input.focus();
  input.select();
}

framed();
