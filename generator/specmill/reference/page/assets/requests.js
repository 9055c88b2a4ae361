// A request out of what the reader typed, once for both that need it: the command for curl and what is really sent.

const BETWEEN = { spaceDelimited: "%20", pipeDelimited: "%7C" };
const NOT_BY_PAGES = "a page cannot send cookies of its own: use the command for curl";

/**
 * `given`: the server, `values` by the place and name of each parameter, the media type, the text of the body, and
 * credentials by scheme. `{ method, url, headers, body, form, cookies, problems }`
 */
function requestOf(operation, given) {
  const made = { method: operation.method, path: operation.path, query: [], headers: [], cookies: [], problems: [] };
  for (const parameter of operation.parameters) placed(parameter, given.values[keyOf(parameter)] ?? "", made);
  for (const [name, secret] of Object.entries(given.credentials)) authorised(CONTENT.schemes[name], secret, made);
  if (operation.body && given.body !== "") bodied(operation, given, made);
  const query = made.query.length ? `?${made.query.join("&")}` : "";
  return { ...made, url: given.server.replace(/\/+$/, "") + made.path + query };
}

function keyOf(parameter) {
  return `${parameter.in} ${parameter.name}`;
}

function placed(parameter, text, made) {
  if (text === "") {
    if (parameter.required) made.problems.push(`${parameter.name} is missing`);
    return;
  }
  const value = parameter.type ? text : valueOf(parameter, text);
  if (parameter.in === "path") made.path = made.path.replace(`{${parameter.name}}`, () => pathText(parameter, value));
  else if (parameter.in === "query") made.query.push(...queryText(parameter, value));
  else if (parameter.in === "querystring") made.query.push(text);
  else if (parameter.in === "header") made.headers.push([parameter.name, simple(value, parameter.explode, String)]);
  else made.cookies.push(`${parameter.name}=${simple(value, false, encodeURIComponent)}`);
}

/** A list or an object where the schema has one: as JSON, or a list with commas. */
function valueOf(parameter, text) {
  const types = [meant(parameter.schema).schema.type ?? []].flat();
  if (!types.includes("array") && !types.includes("object")) return text;
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // no JSON, so commas
  }
  return types.includes("array") ? text.split(",").map((one) => one.trim()) : text;
}

function plainText(value) {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

function simple(value, explode, encode) {
  if (Array.isArray(value)) return value.map((one) => encode(plainText(one))).join(",");
  if (!isObject(value)) return encode(String(value));
  const pairs = Object.entries(value).map(([name, one]) => [encode(name), encode(plainText(one))]);
  return pairs.map((pair) => pair.join(explode ? "=" : ",")).join(",");
}

function pathText({ name, style, explode }, value) {
  const encode = encodeURIComponent;
  if (style === "label") return `.${simple(value, explode, encode).replaceAll(",", explode ? "." : ",")}`;
  if (style !== "matrix") return simple(value, explode, encode);
  if (explode && Array.isArray(value)) return value.map((one) => `;${name}=${encode(plainText(one))}`).join("");
  if (explode && isObject(value)) return Object.entries(value).map(([key, one]) => `;${encode(key)}=${encode(plainText(one))}`).join("");
  return `;${name}=${simple(value, false, encode)}`;
}

function queryText({ name, style, explode, reserved }, value) {
  const encode = reserved ? (text) => encodeURI(text).replace(/[#&]/g, encodeURIComponent) : encodeURIComponent;
  const key = encodeURIComponent(name);
  if (Array.isArray(value)) {
    const texts = value.map((one) => encode(plainText(one)));
    return explode ? texts.map((one) => `${key}=${one}`) : [`${key}=${texts.join(BETWEEN[style] ?? ",")}`];
  }
  if (!isObject(value)) return [`${key}=${encode(String(value))}`];
  const pairs = Object.entries(value).map(([inner, one]) => [encode(inner), encode(plainText(one))]);
  if (style === "deepObject") return pairs.map(([inner, one]) => `${key}%5B${inner}%5D=${one}`);
  return explode ? pairs.map((pair) => pair.join("=")) : [`${key}=${pairs.flat().join(BETWEEN[style] ?? ",")}`];
}

/** `secret` is `{ user, password }` or `{ token }`; an empty one is none. */
function authorised(scheme, secret, made) {
  const kind = credentialOf(scheme);
  if (kind === "basic" && (secret.user || secret.password)) made.headers.push(["Authorization", `Basic ${base64(`${secret.user}:${secret.password}`)}`]);
  else if (kind === "bearer" && secret.token) made.headers.push(["Authorization", `Bearer ${secret.token}`]);
  else if (kind === "key" && secret.token) {
    if (scheme.in === "header") made.headers.push([scheme.name, secret.token]);
    else if (scheme.in === "query") made.query.push(`${encodeURIComponent(scheme.name)}=${encodeURIComponent(secret.token)}`);
    else made.cookies.push(`${scheme.name}=${secret.token}`);
  }
}

function credentialOf(scheme) {
  if (scheme?.type === "apiKey") return "key";
  if (scheme?.type === "http") return { basic: "basic", bearer: "bearer" }[String(scheme.scheme).toLowerCase()] ?? "";
  return scheme?.type === "oauth2" || scheme?.type === "openIdConnect" ? "bearer" : "";
}

function base64(text) {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));
}

function bodied(operation, given, made) {
  const media = given.type.split(";")[0].trim().toLowerCase();
  if (media.startsWith("multipart/") && media !== "multipart/form-data") return made.problems.push(`only the client sends ${media}`);
  if (media.startsWith("multipart/") || media === "application/x-www-form-urlencoded") {
    try {
      made.form = fieldsOf(JSON.parse(given.body), operation.body.contents.find((one) => one.type === given.type));
    } catch {
      made.problems.push("the fields of a form are typed as one JSON object");
    }
    if (!media.startsWith("multipart/") && made.form) made.body = new URLSearchParams(made.form.map(([name, text]) => [name, text])).toString();
  } else {
    made.body = given.body;
  }
  if (!media.startsWith("multipart/")) made.headers.push(["Content-Type", given.type]);
}

/** Name, text and whether it is a file, of each field; a list is a field for each item. */
function fieldsOf(value, content) {
  const found = meant(content.schema).schema;
  const choices = [found, ...(found.oneOf ?? []), ...(found.anyOf ?? [])].map((one) => membersOf(meant(one).schema, 0));
  const isFile = (name) => choices.some((members) => members.has(name) && isBinary(members.get(name).schema));
  return Object.entries(value).flatMap(([name, one]) => [one].flat().map((item) => [name, plainText(item), isFile(name)]));
}

function isBinary(schema) {
  const found = meant(schema).schema;
  return found.format === "binary" || (isObject(found.items) && meant(found.items).schema.format === "binary");
}

// --- curl

const STAND_INS = { user: "key", password: "secret", token: "token" };

/** The same as a command. Credentials are not those that were typed: commands end up in histories and in chats. */
function curlOf(operation, given) {
  const credentials = Object.fromEntries(Object.keys(given.credentials).map((name) => [name, {}]));
  const request = requestOf(operation, { ...given, credentials: {} });
  const signed = { headers: [], query: [], cookies: [] };
  for (const name of Object.keys(credentials)) authorised(CONTENT.schemes[name], STAND_INS, signed);
  const words = [`curl -sS${operation.stream ? "N" : ""} -X ${request.method} ${inShell(withQuery(request.url, signed.query))}`];
  for (const [name, value] of signed.headers) words.push(value.startsWith("Basic ") ? "-u key:secret" : `-H ${inShell(`${name}: ${value}`)}`);
  for (const [name, value] of request.headers) words.push(`-H ${inShell(`${name}: ${value}`)}`);
  for (const one of [...request.cookies, ...signed.cookies]) words.push(`-b ${inShell(one)}`);
  if (request.form && request.body === undefined) words.push(...request.form.map(([name, text, isFile]) => (isFile ? `-F ${inShell(`${name}=${text};filename=${name}`)}` : `--form-string ${inShell(`${name}=${text}`)}`)));
  if (request.body !== undefined) words.push(`--data-binary ${inShell(compact(request.body))}`);
  return [...request.problems.map((one) => `# ${one}`), words.join(" \\\n  ")].join("\n");
}

function withQuery(url, query) {
  return query.length ? `${url}${url.includes("?") ? "&" : "?"}${query.join("&")}` : url;
}

function inShell(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** JSON without its line breaks, where it is one value; several stay as they are. */
function compact(text) {
  if (/\d{16}/.test(text)) return text; // which would be rounded
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
