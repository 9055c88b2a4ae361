// One operation: what it does, what goes in and what comes out on the left, how to call it on the right.

const SAMPLES = { python: "Python", sh: "Shell" };

function operationPage(operation) {
  const trial = new Trial(operation);
  const form = trial.form();
  return h("article", { class: "operation" },
    h("div", { class: "text" }, operationHead(operation), parametersPart(operation), bodyPart(operation), answersPart(operation), securityPart(operation), sourcePart(operation)),
    h("div", { class: "beside" }, samplesPart(operation, trial), h("section", { class: "card", "aria-label": "Try it" }, h("h2", null, "Try it"), form)));
}

function operationHead(operation) {
  const { required, optional, returns } = operation.signature;
  const given = [...required, ...optional.map((name) => `${name}=…`)].join(", ");
  return h("header", null,
    h("h1", { tabindex: "-1" }, operation.title, operation.deprecated && [" ", h("span", { class: "warning" }, "deprecated")], operation.stream && [" ", h("span", { class: "badge" }, "stream")]),
    h("p", { class: "endpoint" }, methodBadge(operation.method), h("code", null, pathShown(operation.path))),
    operation.servers.length > 0 && h("p", { class: "hint" }, `At ${operation.servers.join(", ")}`),
    operation.about.trim() !== operation.title && h("div", { class: "prose" }, markdown(operation.about, 2)),
    h("p", { class: "signature" }, h("code", null, breakable(`client.${operation.name}(${given})`)), " → ", h("code", null, returns)));
}

/** Code that may break where one would break it. */
function breakable(code) {
  return code.split(/(?<=[.(])/).flatMap((piece) => [piece, h("wbr")]);
}

/** Places where a long path may break, and its parameters. */
function pathShown(path) {
  return path.split(/(\{[^}]*\})/).map((piece, index) => (index % 2 ? h("var", null, piece) : piece.split("/").flatMap((part, at) => (at ? [h("wbr"), `/${part}`] : [part]))));
}

function part(title, ...children) {
  return h("section", { "aria-label": title }, h("h2", null, title), children);
}

function parametersPart(operation) {
  if (!operation.parameters.length) return null;
  return part("Parameters", h("ul", { class: "rows" }, operation.parameters.map(parameterRow)));
}

function parameterRow(parameter) {
  const shown = parameter.example && h("span", null, `such as ${shownValue(parameter.value)}`);
  const found = demandsOf(parameter.schema).map((one) => h("span", null, one));
  return h("li", { class: "row" }, h("div", null,
    h("span", { class: "name" }, h("b", null, parameter.name), " ", shownType(parameter.schema), " ", h("span", { class: "kind" }, parameter.in), parameter.required && [" ", h("span", { class: "required" }, "required")], parameter.deprecated && [" ", h("span", { class: "warning" }, "deprecated")]),
    (found.length > 0 || shown) && h("span", { class: "demands" }, found, shown),
    parameter.python !== parameter.name && h("p", { class: "hint" }, "In Python ", h("code", null, parameter.python)),
    h("div", { class: "prose" }, markdown(parameter.about, 6))));
}

function bodyPart(operation) {
  const { body } = operation;
  if (!body) return null;
  const kind = operation.stream ? "Body: any number of records" : "Body";
  return part(kind, h("p", { class: "over" }, "In Python ", h("code", null, body.python), body.required && [" ", h("span", { class: "required" }, "required")]),
    h("div", { class: "prose" }, markdown(body.about, 3)),
    contentsOf(body.contents, "Body"));
}

function contentsOf(contents, label) {
  if (!contents.length) return null;
  return tabs(`${label}: media types`, contents.map((content) => ({ title: content.type, panel: () => contentPanel(content, label, contents.length === 1) })));
}

function contentPanel(content, label, alone) {
  return [alone && h("p", { class: "media" }, content.type), schemaTree(content.schema, `${label}: schema`), examplesOf(content, label)];
}

function examplesOf(content, label) {
  if (!content.examples.length) return null;
  const entries = content.examples.map((example) => ({ title: example.name || "Example", panel: () => examplePanel(example, content, label) }));
  return h("div", { class: "examples" }, h("h3", null, content.examples.length > 1 ? "Examples" : "Example"), tabs(`${label}: examples`, entries));
}

function examplePanel(example, content, label) {
  const language = /^[{["\d\-tfn]/.test(example.text) ? "json" : "";
  const note = example.made ? "The document has none; this one was made for the schema." : example.refused ? "The schema refuses this example of the document." : "";
  return [h("div", { class: "prose" }, markdown(example.about, 4)), note && h("p", { class: "hint" }, note), codeBox(example.text, language, `${label}: ${example.name || "example"}`)];
}

function answersPart(operation) {
  if (!operation.answers.length) return null;
  const entries = operation.answers.map((answer) => ({ title: answer.status, tone: toneOf(answer.status), telling: true, panel: () => answerPanel(answer) }));
  const good = operation.answers.findIndex((answer) => answer.status.startsWith("2"));
  return part(operation.stream ? "Answers: a report for each record" : "Answers", tabs("Answers by status", entries, Math.max(0, good)));
}

function toneOf(status) {
  return { 2: "good", 3: "other", 4: "bad", 5: "worse" }[status[0]] ?? "other";
}

function answerPanel(answer) {
  const raises = answer.raises && h("p", { class: "over" }, "In Python it raises ", h("code", null, `errors.${answer.raises[0]}`), answer.raises[1] !== "None" && [" with ", h("code", null, answer.raises[1])]);
  return [h("div", { class: "prose" }, markdown(answer.about, 3)), raises, headersOf(answer), contentsOf(answer.contents, `Answer ${answer.status}`), !answer.contents.length && h("p", { class: "hint" }, "It has no body.")];
}

function headersOf(answer) {
  if (!answer.headers.length) return null;
  return [h("h3", null, "Headers"), h("ul", { class: "rows" }, answer.headers.map((one) => h("li", { class: "row" }, h("div", null, h("span", { class: "name" }, h("b", null, one.name), " ", shownType(one.schema), one.required && [" ", h("span", { class: "required" }, "required")]), demands(one.schema), h("div", { class: "prose" }, markdown(one.about, 6))))))];
}

function securityPart(operation) {
  if (!operation.security.length) return null;
  const one = (alternative) => Object.entries(alternative).map(([name, scopes], index) => [index > 0 && " and ", h("a", { href: "#/" }, name), scopes.length > 0 && ` (${scopes.join(", ")})`]);
  return part("Authorisation", operation.security.length > 1 && h("p", null, "Any of these is enough."), h("ul", null, operation.security.map((alternative) => h("li", null, Object.keys(alternative).length ? one(alternative) : "none at all"))));
}

function sourcePart(operation) {
  if (!operation.source && !operation.overlaid.length) return null;
  const changes = operation.overlaid.length > 0 && h("details", null, h("summary", null, `${plural(operation.overlaid.length, "overlay action changes", "overlay actions change")} it`), h("ul", null, operation.overlaid.map((one) => h("li", null, one))));
  return part("In the document", sourceBox(operation.source), changes);
}

function sourceBox(source) {
  if (!source) return null;
  const where = `${source.file}, line ${source.line}`;
  return h("details", { class: "source" }, h("summary", null, where), lazily(() => codeBox(source.text, source.language, where)));
}

/** Made when the `details` around it is opened. */
function lazily(make) {
  const place = h("div");
  setTimeout(() => place.closest("details")?.addEventListener("toggle", () => place.childElementCount || place.append(make())));
  return place;
}

// --- how to call it

function samplesPart(operation, trial) {
  const languages = [...new Set(operation.samples.map((one) => one.language))];
  const entries = languages.map((language) => ({ title: SAMPLES[language] ?? language, panel: () => samplePanel(operation.samples.filter((one) => one.language === language)) }));
  entries.push({ title: "curl", panel: () => watched(() => curlOf(operation, trial.given), "sh", "curl") });
  return h("section", { class: "card", "aria-label": "How to call it" }, h("h2", null, "Call it"), tabs("Languages", entries));
}

function samplePanel(samples) {
  return tabs("Kinds of call", samples.map((one) => ({ title: one.name, panel: () => watched(() => one.code.replaceAll(CONTENT.server, SESSION.server), one.language, one.name) })));
}

/** Code that follows what the reader types elsewhere on the page. */
function watched(make, language, label) {
  const place = h("div", { class: "code" }, copyButton(make, label));
  let shown = null;
  watching(() => {
    const text = make();
    if (text === shown) return;
    shown = text;
    place.querySelector("pre")?.remove();
    place.append(codeText(text, language, label));
  });
  return place;
}
