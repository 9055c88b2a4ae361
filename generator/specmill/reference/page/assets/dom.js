// Elements. What the document says only ever becomes text: nothing here or elsewhere reads HTML.

const CONTENT = JSON.parse(document.getElementById("content").textContent);

/** `h("a", { href, class: "quiet", onclick }, "text", child, [more])`; what is null, false or empty is left out. */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  return filled(element, children);
}

function filled(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false && child !== "") element.append(child);
  }
  return element;
}

/** In place of whatever was in it. */
function refilled(element, ...children) {
  element.replaceChildren();
  return filled(element, children);
}

let ids = 0;

/** Of this page alone, for labels and what they belong to. */
function newId(kind) {
  ids += 1;
  return `${kind}-${ids}`;
}

function plural(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/** Says something to whoever listens rather than looks. */
function announce(text) {
  document.getElementById("said").textContent = text;
}

function routeOf(operation) {
  return `#/${encodeURIComponent(operation.name)}`;
}

function routeOfModel(name) {
  return `#/models/${encodeURIComponent(name)}`;
}

function methodBadge(method) {
  return h("span", { class: "method", "data-method": method }, method);
}
