// A schema as a tree to unfold, as the ARIA practices have it: one stop for the Tab key, arrows from row to row. Rows
// below are made when they are first unfolded, so a schema that leads back to itself is no deeper than somebody looks.

const MOST_UNFOLDED = 400; // rows that one click opens

function schemaTree(schema, label) {
  const rows = partsOf(schema);
  const { name } = meant(schema);
  if (!rows.length) return h("div", { class: "leaf" }, shownType(schema), aboutRow({ schema }));
  const tree = h("ul", { class: "tree", role: "tree", "aria-label": label }, items(rows, 1, name ? [name] : []));
  tree.querySelector("[role=treeitem]").tabIndex = 0;
  tree.addEventListener("keydown", (event) => moved(event, tree));
  tree.addEventListener("focusin", (event) => focused(tree, event.target.closest("[role=treeitem]")));
  return h("div", { class: "schema" }, h("div", { class: "over" }, h("span", null, shownType(schema), demands(schema)), folding(tree)), tree);
}

function items(rows, level, above) {
  return rows.map((row, index) => item(row, level, above, index + 1, rows.length));
}

function item(row, level, above, place, many) {
  const { name } = meant(row.schema);
  const inside = modelsIn(row.schema, name);
  const again = inside.some((one) => above.includes(one));
  const opens = partsOf(row.schema).length > 0;
  const id = newId("row");
  const place_ = { "aria-level": level, "aria-posinset": place, "aria-setsize": many };
  const attributes = { role: "treeitem", tabindex: "-1", "aria-labelledby": id, "aria-expanded": opens ? "false" : null, ...place_ };
  const head = h("span", { class: `name ${row.kind}`, id }, h("b", null, row.label), " ", shownType(row.schema), row.required && [" ", h("span", { class: "required" }, "required")], again && [" ", h("span", { class: "again" }, "leads back")]);
  const line = h("div", { class: "row" }, h("span", { class: "mark", "aria-hidden": "true" }), h("div", null, head, aboutRow(row)));
  const element = h("li", attributes, line);
  element.below = opens ? () => items(partsOf(row.schema), level + 1, [...above, ...inside]) : null;
  element.again = again;
  line.addEventListener("click", (event) => {
    if (event.target.closest("a") || String(getSelection())) return;
    element.focus();
    unfold(element, element.getAttribute("aria-expanded") === "false");
  });
  return element;
}

/** The model of a row, or of the items of its list. */
function modelsIn(schema, name) {
  if (name) return [name];
  const { schema: found } = meant(schema);
  return isObject(found.items) ? [meant(found.items).name].filter(Boolean) : [];
}

function aboutRow(row) {
  const { schema } = meant(row.schema);
  const about = (isObject(row.schema) && row.schema.description) || schema.description;
  const parts = [demands(row.schema), schema.deprecated === true && [" ", h("span", { class: "warning" }, "deprecated")], about && h("div", { class: "prose" }, markdown(about, 6))];
  return parts.some(Boolean) && h("div", { class: "about" }, parts);
}

function demands(schema) {
  const found = demandsOf(schema);
  return found.length > 0 && h("span", { class: "demands" }, found.map((one) => h("span", null, one)));
}

function unfold(element, open) {
  if (!element.below || (element.getAttribute("aria-expanded") === "true") === open) return;
  element.setAttribute("aria-expanded", String(open));
  if (open && !element.querySelector(":scope > ul")) element.append(h("ul", { role: "group" }, element.below()));
}

function folding(tree) {
  const all = h("button", { type: "button", class: "quiet" }, "Unfold all");
  const none = h("button", { type: "button", class: "quiet" }, "Fold all");
  all.addEventListener("click", () => unfoldAll(tree));
  none.addEventListener("click", () => {
    for (const one of tree.querySelectorAll("[aria-expanded=true]")) unfold(one, false);
    focused(tree, tree.firstElementChild);
  });
  return h("span", { class: "folding" }, all, none);
}

/** Breadth first and not around in circles. */
function unfoldAll(tree) {
  const waiting = [...tree.children];
  let rows = waiting.length;
  for (const one of waiting) {
    if (one.again || !one.below) continue;
    if (rows > MOST_UNFOLDED) break;
    unfold(one, true);
    const below = one.querySelector(":scope > ul")?.children ?? [];
    rows += below.length;
    waiting.push(...below);
  }
  announce(`${plural(rows, "row")} unfolded`);
}

function focused(tree, element) {
  if (!element) return;
  for (const one of tree.querySelectorAll("[role=treeitem][tabindex='0']")) one.tabIndex = -1;
  element.tabIndex = 0;
}

function moved(event, tree) {
  if (event.target.getAttribute("role") !== "treeitem" || event.ctrlKey || event.metaKey || event.altKey) return;
  const element = event.target;
  const open = element.getAttribute("aria-expanded");
  const seen = [...tree.querySelectorAll("[role=treeitem]")].filter((one) => !one.parentElement.closest("[aria-expanded=false]"));
  const at = seen.indexOf(element);
  const parent = element.parentElement.closest("[role=treeitem]");
  const steps = {
    ArrowDown: () => seen[at + 1]?.focus(),
    ArrowUp: () => seen[at - 1]?.focus(),
    Home: () => seen[0].focus(),
    End: () => seen.at(-1).focus(),
    ArrowRight: () => (open === "false" ? unfold(element, true) : open === "true" && seen[at + 1]?.focus()),
    ArrowLeft: () => (open === "true" ? unfold(element, false) : parent?.focus()),
    Enter: () => unfold(element, open === "false"),
    " ": () => unfold(element, open === "false"),
    "*": () => [...element.parentElement.children].forEach((one) => unfold(one, true)),
  };
  if (!steps[event.key]) return;
  event.preventDefault();
  steps[event.key]();
}
