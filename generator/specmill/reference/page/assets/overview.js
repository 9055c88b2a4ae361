// The first page: what the API is, where it is, who may ask it, and all that it can do.

function overviewPage() {
  return h("article", { class: "overview" },
    h("header", null, h("h1", { tabindex: "-1" }, CONTENT.title, CONTENT.version && [" ", h("span", { class: "badge" }, CONTENT.version)]), h("div", { class: "prose" }, markdown(CONTENT.about, 2))),
    CONTENT.servers.length > 0 && part("Servers", h("ul", { class: "rows" }, CONTENT.servers.map((one) => h("li", { class: "row" }, h("div", null, h("code", null, one.url), h("div", { class: "prose" }, markdown(one.about, 6))))))),
    schemesPart(),
    CONTENT.resources.map(resourcePart));
}

function resourcePart(resource) {
  const operations = CONTENT.operations.filter((one) => one.resource === resource.name);
  return part(resource.title, h("div", { class: "prose" }, markdown(resource.about, 3)),
    h("ul", { class: "cards" }, operations.map((one) => h("li", null, h("a", { href: routeOf(one) },
      h("span", { class: "endpoint" }, methodBadge(one.method), h("code", null, pathShown(one.path))),
      h("b", null, one.title), one.deprecated && [" ", h("span", { class: "warning" }, "deprecated")], one.stream && [" ", h("span", { class: "badge" }, "stream")],
      one.about && h("span", { class: "hint" }, firstWords(one.about)))))));
}

function schemesPart() {
  const schemes = Object.entries(CONTENT.schemes);
  if (!schemes.length) return null;
  return part("Authorisation", h("ul", { class: "rows" }, schemes.map(([name, scheme]) => h("li", { class: "row" }, h("div", null,
    h("span", { class: "name" }, h("b", null, name), " ", h("span", { class: "type" }, schemeKind(scheme))),
    h("div", { class: "prose" }, markdown(scheme.description, 6)))))));
}

function schemeKind(scheme) {
  if (scheme.type === "apiKey") return `key in the ${scheme.in} ${scheme.name}`;
  if (scheme.type === "http") return `HTTP ${scheme.scheme}`;
  if (scheme.type === "oauth2") return `OAuth 2, ${Object.keys(scheme.flows ?? {}).join(", ")}`;
  return String(scheme.type ?? "");
}
