// The list of all operations and models, and the search that narrows it.

const MOST_OPEN = 60; // operations, beyond which only the group in use is open

function contentsList() {
  const groups = CONTENT.resources.map((resource) => group(resource.title, CONTENT.operations.filter((one) => one.resource === resource.name).map(operationEntry)));
  const models = Object.keys(CONTENT.models).map(modelEntry);
  if (models.length) groups.push(group("Models", models));
  return groups;
}

function group(title, entries) {
  const list = h("ul", null, entries.map((one) => one.element));
  const box = h("details", { open: CONTENT.operations.length <= MOST_OPEN }, h("summary", null, title, h("span", { class: "count" }, String(entries.length))), list);
  return { box, entries, open: box.open };
}

function operationEntry(operation) {
  const route = routeOf(operation);
  const element = h("li", null, h("a", { href: route, title: operation.path }, methodBadge(operation.method), h("span", null, operation.title)));
  const members = operation.parameters.map((one) => one.name).join(" ");
  return entry(element, route, [operation.title, operation.id, operation.name], [operation.path, operation.method, members, operation.about]);
}

function modelEntry(name) {
  const route = routeOfModel(name);
  const schema = CONTENT.models[name];
  const members = Object.keys((isObject(schema) && schema.properties) || {}).join(" ");
  const element = h("li", null, h("a", { href: route }, name));
  return entry(element, route, [name], [members, (isObject(schema) && schema.description) || ""]);
}

function entry(element, route, names, texts) {
  return { element, route, names: names.join("\n").toLowerCase(), text: [...names, ...texts].join("\n").toLowerCase() };
}

class Search {
  constructor(groups, input, count) {
    this.groups = groups;
    this.count = count;
    this.input = input;
    input.addEventListener("input", () => this.narrow());
    input.addEventListener("keydown", (event) => this.typed(event));
  }

  /** All words have to be there; those with one in the name come first. */
  narrow() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const { box, entries, open } of this.groups) {
      const fits = entries.filter((one) => words.every((word) => one.text.includes(word)));
      const inNames = new Set(fits.filter((one) => words.every((word) => one.names.includes(word))));
      const shown = words.length ? [...inNames, ...fits.filter((one) => !inNames.has(one))] : entries;
      box.hidden = !shown.length;
      box.open = words.length ? true : open || Boolean(box.querySelector("[aria-current]"));
      refilled(box.querySelector("ul"), shown.map((one) => one.element));
      found += shown.length;
    }
    this.count.textContent = words.length ? (found ? plural(found, "result") : "Nothing has all of these words") : "";
  }

  typed(event) {
    const links = this.links();
    if (event.key === "Enter" && this.input.value.trim() && links.length) links[0].click();
    else if (event.key === "ArrowDown") links[0]?.focus();
    else if (event.key === "Escape" && this.input.value) this.clear();
    else return;
    event.preventDefault();
  }

  /** From link to link with arrows, and back to where one types. */
  walked(event) {
    if (event.defaultPrevented || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    const links = this.links();
    const at = links.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    (event.key === "ArrowDown" ? links[at + 1] : (links[at - 1] ?? this.input))?.focus();
  }

  links() {
    return this.groups.filter(({ box }) => box.open && !box.hidden).flatMap(({ box }) => [...box.querySelectorAll("a")]);
  }

  clear() {
    this.input.value = "";
    this.narrow();
  }
}
