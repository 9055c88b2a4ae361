// Try it: a form, what it sends as a command, and what comes back. What is typed lives in this page's memory alone.

const SESSION = { server: CONTENT.server, credentials: {}, listeners: new Set() };
const ORIGIN = self.origin; // "null" for a page that was opened from a file
const MOST_SHOWN = 200_000; // letters of an answer
const MOST_REPORTS = 1000; // of a stream that are shown; all are counted

/** The reader's server or credentials have changed: samples and commands of what is shown follow. */
function changed() {
  for (const listener of SESSION.listeners) listener();
}

function watching(listener) {
  SESSION.listeners.add(listener);
  listener();
}

class Trial {
  constructor(operation) {
    this.operation = operation;
    this.inputs = new Map();
    this.contents = operation.body?.contents ?? [];
    this.type = this.contents.find((one) => /[/+]json/.test(one.type)) ?? this.contents[0];
  }

  get given() {
    const values = Object.fromEntries([...this.inputs].map(([key, input]) => [key, input.value]));
    const credentials = Object.fromEntries(this.chosen.map((name) => [name, SESSION.credentials[name] ?? {}]));
    return { server: SESSION.server, values, credentials, type: this.type?.type ?? "", body: this.body?.value.trim() ?? "" };
  }

  /** The schemes of the alternative that has been filled in, or of the first. */
  get chosen() {
    const alternatives = this.operation.security.map((one) => Object.keys(one));
    const filledIn = (names) => names.length > 0 && names.every((name) => Object.values(SESSION.credentials[name] ?? {}).some(Boolean));
    return alternatives.find(filledIn) ?? alternatives[0] ?? [];
  }

  form() {
    const parts = [this.serverField(), this.credentialFields(), this.parameterFields(), this.bodyField()];
    this.send = h("button", { type: "submit", class: "primary" }, "Send");
    this.stop = h("button", { type: "button", hidden: true, onclick: () => this.aborting?.abort() }, "Stop");
    this.result = h("div", { class: "result" });
    const form = h("form", { class: "trial", novalidate: true }, parts, h("div", { class: "buttons" }, this.send, this.stop), this.note(), this.result);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.sent();
    });
    form.addEventListener("input", () => changed());
    return form;
  }

  serverField() {
    const input = h("input", { type: "url", value: SESSION.server, spellcheck: "false", autocomplete: "off" });
    input.addEventListener("input", () => (SESSION.server = addressed(input.value.trim()) || CONTENT.server));
    const command = `specmill serve --cors ${ORIGIN}`;
    return [field("Server", input), h("p", { class: "hint" }, "A stand-in for it on this machine: ", h("code", null, command), " ", copyButton(() => command, "the command that serves"))];
  }

  credentialFields() {
    const names = [...new Set(this.operation.security.flatMap((one) => Object.keys(one)))];
    const fields = names.map((name) => credentialField(name)).filter(Boolean);
    return fields.length > 0 && h("details", { class: "credentials" }, h("summary", null, "Credentials"), h("p", { class: "hint" }, "They are sent to the server above and kept nowhere: a reload forgets them."), fields);
  }

  parameterFields() {
    return this.operation.parameters.map((parameter) => {
      const input = inputOf(parameter);
      this.inputs.set(keyOf(parameter), input);
      const note = parameter.in === "cookie" ? NOT_BY_PAGES : "";
      return field(parameter.name, input, `${parameter.in}${parameter.required ? ", required" : ""}`, note);
    });
  }

  bodyField() {
    if (!this.contents.length) return null;
    this.body = h("textarea", { rows: this.operation.stream ? "6" : "10", spellcheck: "false", autocomplete: "off" });
    const examples = h("span", { class: "chosen" });
    const fill = (example) => {
      this.body.value = example ? (this.operation.stream ? several(example.text) : example.text) : "";
      changed();
    };
    const listed = () => refilled(examples, exampleChoice(this.type.examples, fill));
    listed();
    this.body.value = this.type.examples.length ? first(this.type.examples, this.operation) : "";
    const choose = (type) => {
      this.type = this.contents.find((one) => one.type === type);
      listed();
      fill(this.type.examples[0]);
    };
    const types = this.contents.length > 1 ? field("Media type", choice(this.contents.map((one) => one.type), this.type.type, choose)) : null;
    return [types, field(this.operation.stream ? "Records" : "Body", this.body, this.type.type, "", examples)];
  }

  note() {
    if (!this.operation.stream) return null;
    const why = "A browser cannot read an answer while it still sends over HTTP/1.1, so this page does not stream as the client does, which keeps both directions open at once. And browsers always offer to take a compressed answer: a server that compresses may hold its reports back until the end.";
    return h("details", { class: "hint" }, h("summary", null, "All records go up as one body; each report is shown when it comes"), h("p", null, why));
  }

  // --- sending

  async sent() {
    const request = requestOf(this.operation, this.given);
    const problems = [...request.problems, ...unsendable(request)];
    refilled(this.result);
    if (problems.length) return this.failed(`Not sent: ${problems.join("; ")}.`);
    this.aborting = new AbortController();
    this.busy(true);
    const began = performance.now();
    try {
      const answer = await fetch(request.url, { ...optionsOf(request), signal: this.aborting.signal, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" });
      await this.answered(answer, began);
    } catch (error) {
      this.failed(error.name === "AbortError" ? "Stopped." : unanswered(request, error));
    } finally {
      this.busy(false);
    }
  }

  busy(now) {
    this.send.disabled = now;
    this.stop.hidden = !now;
    if (!now) this.send.focus({ preventScroll: true });
    else refilled(this.result, h("p", { class: "hint" }, "Waiting for the answer …"));
  }

  failed(text) {
    this.result.append(h("p", { class: "notice failure" }, text));
    this.result.querySelector(".hint")?.remove();
    this.inView();
    announce(text);
  }

  async answered(answer, began) {
    const line = h("p", { class: "status", "data-tone": toneOf(String(answer.status)) }, h("b", null, `${answer.status} ${answer.statusText}`), h("span", { class: "took" }));
    const headers = [...answer.headers].map(([name, value]) => h("li", null, h("b", null, `${name}: `), value));
    refilled(this.result, line, headers.length > 0 && h("details", null, h("summary", null, plural(headers.length, "header")), h("ul", { class: "headers" }, headers)));
    announce(`Answered with ${answer.status}`);
    const took = () => (line.querySelector(".took").textContent = ` after ${since(began)}`);
    took();
    this.inView();
    const json = /[/+]json/.test(answer.headers.get("content-type") ?? "");
    if (this.operation.stream && answer.ok && json) await this.reported(answer, began);
    else this.result.append(answerBox(await answer.text(), json));
    took();
    this.inView();
  }

  inView() {
    this.result.scrollIntoView({ block: "nearest" });
  }

  async reported(answer, began) {
    const list = h("ol", { class: "reports", "aria-label": "Reports" });
    const count = h("p", { class: "counted" });
    this.result.append(count, list);
    const roots = new Roots();
    const counts = { accepted: 0, refused: 0 };
    const show = (texts) => {
      const isFirst = texts.length > 0 && !list.childElementCount;
      for (const text of texts) {
        const item = reportItem(text, this.operation.stream, counts, began);
        if (list.childElementCount < MOST_REPORTS) list.append(item);
      }
      count.textContent = `${plural(counts.accepted + counts.refused, "report")}: ${counts.accepted} accepted, ${counts.refused} refused`;
      if (isFirst) this.inView();
    };
    show([]);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) show(roots.push(piece.value));
    if (roots.rest()) show([roots.rest()]);
    announce(count.textContent);
  }
}

function optionsOf(request) {
  const headers = new Headers();
  for (const [name, value] of request.headers) headers.append(name, value);
  if (request.body !== undefined) return { method: request.method, headers, body: request.body };
  if (!request.form) return { method: request.method, headers };
  const body = new FormData();
  for (const [name, text, isFile] of request.form) isFile ? body.append(name, new Blob([text]), name) : body.append(name, text);
  return { method: request.method, headers, body };
}

/** What no page can send, whatever the server says. */
function unsendable({ method, body, form }) {
  if (["GET", "HEAD"].includes(method) && (body !== undefined || form)) return [`a page cannot send a body with ${method}: use the command for curl`];
  return ["TRACE", "CONNECT"].includes(method) ? [`a page cannot send ${method}: use the command for curl`] : [];
}

/** Who leaves the scheme out means the one of servers that are tried. */
function addressed(text) {
  return text && !text.includes("://") ? `http://${text}` : text;
}

/** Browsers do not tell why, so both reasons that there may be are told. */
function unanswered(request, error) {
  const there = URL.canParse(request.url) ? new URL(request.url).origin : request.url;
  return `No answer that this page may read (${error.message}). Either nothing listens at ${there}, or it does not let this page ask it. A stand-in that does: specmill serve --cors ${ORIGIN}`;
}

function since(began) {
  const milliseconds = performance.now() - began;
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

function answerBox(text, json) {
  if (!text) return h("p", { class: "hint" }, "The answer has no body.");
  let shown = text;
  if (json && !/\d{16}/.test(text)) {
    try {
      shown = JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      // as it came
    }
  }
  return codeBox(shown.slice(0, MOST_SHOWN), json ? "json" : "", "the answer");
}

function reportItem(text, stream, counts, began) {
  let report = null;
  try {
    report = JSON.parse(text);
  } catch {
    // shown as it came
  }
  const verdict = isObject(report) ? own(report, stream.verdict) : undefined;
  const accepted = stream.accepted.includes(verdict);
  counts[accepted ? "accepted" : "refused"] += 1;
  const badge = h("span", { class: "verdict", "data-tone": accepted ? "good" : "bad" }, accepted ? "accepted" : "refused");
  return h("li", null, h("div", null, badge, h("span", { class: "took" }, `after ${since(began)}`)), h("code", null, coloured(text, "json")));
}

// --- fields

function field(label, input, kind, note, beside) {
  input.id = newId("field");
  const hint = note ? h("p", { class: "hint", id: newId("hint") }, note) : null;
  if (hint) input.setAttribute("aria-describedby", hint.id);
  return h("div", { class: "field" }, h("label", { for: input.id }, label, kind && h("span", { class: "kind" }, ` ${kind}`)), beside, input, hint);
}

function choice(values, chosen, act) {
  const select = h("select", null, values.map((value) => h("option", { value, selected: value === chosen }, value)));
  select.addEventListener("change", () => act(select.value));
  return select;
}

function inputOf(parameter) {
  const { schema } = meant(parameter.schema);
  const value = parameter.required || parameter.example ? textOfValue(parameter.value) : "";
  const values = Array.isArray(schema.enum) ? schema.enum.filter((one) => one !== null).map(textOfValue) : [];
  if (schema.type === "boolean") values.push("true", "false");
  if (!values.length) return h("input", { type: "text", value, spellcheck: "false", autocomplete: "off" });
  return choice(parameter.required ? values : ["", ...values], value, () => changed());
}

function textOfValue(value) {
  if (value === undefined) return "";
  return typeof value === "string" ? value : shownValueWhole(value);
}

function shownValueWhole(value) {
  return isObject(value) && "$number" in value ? value.$number : JSON.stringify(value);
}

function exampleChoice(examples, act) {
  if (examples.length < 2) return null;
  const names = examples.map((one, index) => one.name || `example ${index + 1}`);
  const select = choice(names, names[0], (name) => act(examples[names.indexOf(name)]));
  select.setAttribute("aria-label", "Fill in an example");
  return select;
}

function first(examples, operation) {
  const good = examples.find((one) => !one.refused) ?? examples[0];
  return operation.stream ? several(good.text) : good.text;
}

/** Three records on lines of their own. */
function several(text) {
  return Array(3).fill(compact(text)).join("\n");
}

function credentialField(name) {
  const scheme = CONTENT.schemes[name] ?? {};
  const kept = (SESSION.credentials[name] ??= {});
  const entry = (key, label, type) => {
    const input = h("input", { type, autocomplete: "off", spellcheck: "false", "data-1p-ignore": true, "data-lpignore": "true" });
    input.value = kept[key] ?? "";
    input.addEventListener("input", () => (kept[key] = input.value));
    return field(label, input, name);
  };
  const kind = credentialOf(scheme);
  if (kind === "basic") return h("div", { class: "pair" }, entry("user", "User", "text"), entry("password", "Password", "password"));
  return kind ? entry("token", kind === "key" ? `Key (${scheme.in} ${scheme.name})` : "Token", "password") : null;
}
