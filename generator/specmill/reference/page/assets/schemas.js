// What a schema of the normal form means to a reader: its type in a few words, what it demands, and what is in it.

const REF = "#/components/schemas/";
const MOST_REFS = 50;
const RANGES = { int32: [-2147483648, 2147483647] }; // what a format says already

/** The schema behind references, with what stands beside them; and the name of the model that it is. */
function meant(schema) {
  let found = schema;
  let name = "";
  let nullable = false;
  for (let turn = 0; turn < MOST_REFS && isObject(found); turn += 1) {
    const { $ref: ref, ...beside } = found;
    if (typeof ref === "string" && ref.startsWith(REF)) {
      name = decoded(ref.slice(REF.length)).replaceAll("~1", "/").replaceAll("~0", "~");
      const model = own(CONTENT.models, name);
      found = isObject(model) ? { ...model, ...beside } : beside;
      continue;
    }
    const only = onlyOne(found);
    if (!only) break;
    nullable ||= only.nullable;
    const { [only.word]: _, ...rest } = found;
    found = isObject(only.schema) ? { ...only.schema, ...rest } : rest;
  }
  return { schema: isObject(found) ? found : {}, name, nullable, nothing: found === false };
}

function refTo(name) {
  return { $ref: REF + encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1")) };
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(object, key) {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Of `anyOf: [X, null]` and `allOf: [X]`, X. */
function onlyOne(schema) {
  for (const word of ["anyOf", "oneOf", "allOf"]) {
    const parts = schema[word];
    if (!Array.isArray(parts)) continue;
    const others = word === "allOf" ? parts : parts.filter((part) => part?.type !== "null");
    if (others.length === 1 && !(word === "allOf" && schema.properties)) return { word, schema: others[0], nullable: others.length < parts.length };
  }
  return null;
}

/** Text and models by turns: `["array of ", { model: "Pet" }, " or null"]`. */
function typeOf(schema, depth = 0) {
  if (schema === true || schema === undefined) return ["any"];
  if (schema === false) return ["nothing"];
  const { schema: found, name, nullable } = meant(schema);
  const types = [found.type ?? []].flat();
  const inner = name && !types.includes("array") ? [{ model: name }] : innerType(found, types.filter((one) => one !== "null"), depth);
  const orNull = nullable || (types.includes("null") && types.length > 1);
  return orNull ? [...inner, " or null"] : inner;
}

function innerType(schema, types, depth) {
  if (depth > 6) return ["…"];
  if ("const" in schema) return [shownValue(schema.const)];
  if (Array.isArray(schema.enum)) return [types[0] ?? "enum"];
  for (const word of ["oneOf", "anyOf"]) {
    if (Array.isArray(schema[word])) return joinedBy(" or ", schema[word].filter((one) => one?.type !== "null").map((one) => typeOf(one, depth + 1)));
  }
  if (types.includes("array") && types.length === 1) return ["array of ", ...typeOf(schema.items, depth + 1)];
  if (!types.length) return [schema.properties || schema.allOf ? "object" : "any"];
  if (types.includes("object") && !schema.properties && isObject(schema.additionalProperties)) return ["map of ", ...typeOf(schema.additionalProperties, depth + 1)];
  return [types.join(" or ") + (schema.format ? ` · ${schema.format}` : "")];
}

function joinedBy(between, lists) {
  const most = 5;
  const shown = lists.slice(0, most).flatMap((list, index) => (index ? [between, ...list] : list));
  return lists.length > most ? [...shown, ` and ${lists.length - most} more`] : shown;
}

function shownType(schema) {
  return h("span", { class: "type" }, typeOf(schema).map((part) => (typeof part === "string" ? part : modelLink(part.model))));
}

function modelLink(name) {
  return h("a", { href: routeOfModel(name) }, name);
}

/** A value of the document in short; numbers that a browser would round come as text. */
function shownValue(value) {
  if (isObject(value) && Object.keys(value).length === 1 && "$number" in value) return value.$number;
  const text = JSON.stringify(value) ?? "";
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

// --- what it demands

const BOUNDS = [["minimum", "≥"], ["exclusiveMinimum", ">"], ["maximum", "≤"], ["exclusiveMaximum", "<"]];
const SIZES = [["minLength", "maxLength", "characters"], ["minItems", "maxItems", "items"], ["minProperties", "maxProperties", "members"]];
const FLAGS = [["readOnly", "only in answers"], ["writeOnly", "only in requests"], ["uniqueItems", "items differ"]];

/** Constraints, each in a few words. */
function demandsOf(schema) {
  const { schema: found } = meant(schema);
  const items = isObject(found.items) ? meant(found.items) : null;
  const inner = items && !items.name && !items.schema.properties ? demandsOf(items.schema).map((one) => `each ${one}`) : [];
  return [...numbersOf(found), ...sizesOf(found), ...textOf(found), ...FLAGS.filter(([word]) => found[word] === true).map(([, told]) => told), ...inner];
}

function numbersOf(schema) {
  const [low, high] = RANGES[schema.format] ?? [];
  const big = schema.format === "int64" && isObject(schema.minimum);
  const implied = big || (schema.minimum === low && schema.maximum === high);
  const bounds = implied ? [] : BOUNDS.filter(([word]) => word in schema).map(([word, sign]) => `${sign} ${shownValue(schema[word])}`);
  return "multipleOf" in schema ? [...bounds, `multiple of ${shownValue(schema.multipleOf)}`] : bounds;
}

function sizesOf(schema) {
  return SIZES.filter(([low, high]) => low in schema || high in schema).map(([low, high, what]) => {
    if (schema[low] === schema[high]) return `exactly ${schema[low]} ${what}`;
    if (!(high in schema)) return `at least ${schema[low]} ${what}`;
    return low in schema ? `${schema[low]} to ${schema[high]} ${what}` : `at most ${schema[high]} ${what}`;
  });
}

function textOf(schema) {
  const told = [];
  if (Array.isArray(schema.enum)) told.push(`one of ${schema.enum.slice(0, 40).map(shownValue).join(", ")}${schema.enum.length > 40 ? " …" : ""}`);
  if ("pattern" in schema) told.push(`pattern ${schema.pattern}`);
  if (schema.contentEncoding) told.push(`as ${schema.contentEncoding}`);
  if (schema.contentMediaType) told.push(`holds ${schema.contentMediaType}`);
  if (schema.additionalProperties === false) told.push("no other members");
  if ("default" in schema) told.push(`by itself ${shownValue(schema.default)}`);
  if (schema.discriminator?.propertyName) told.push(`told apart by ${schema.discriminator.propertyName}`);
  return told;
}

// --- what is in it

/** The rows below a schema: `{ label, kind, schema, required }`. Of a list those of its items. */
function partsOf(schema, depth = 0) {
  const { schema: found } = meant(schema);
  if (depth > 8) return [];
  const members = membersOf(found, 0);
  const rows = [...members.values()];
  if (!rows.length && found.items !== undefined && !found.prefixItems) return partsOf(found.items, depth + 1);
  for (const word of ["oneOf", "anyOf"]) {
    if (Array.isArray(found[word])) rows.push(...alternativesOf(found[word]));
  }
  rows.push(...othersOf(found));
  return rows;
}

/** Of an object and all that it is made of; what comes later says it more closely. */
function membersOf(schema, depth) {
  const found = new Map();
  if (!isObject(schema) || depth > MOST_REFS) return found;
  for (const part of Array.isArray(schema.allOf) ? schema.allOf : []) {
    for (const [name, row] of membersOf(meant(part).schema, depth + 1)) found.set(name, row);
  }
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    found.set(name, { label: name, kind: "member", schema: inner, required: found.get(name)?.required ?? false });
  }
  for (const name of Array.isArray(schema.required) ? schema.required : []) {
    if (found.has(name)) found.get(name).required = true;
  }
  return found;
}

function alternativesOf(parts) {
  return parts.filter((part) => part?.type !== "null").map((part, index) => ({ label: `choice ${index + 1}`, kind: "choice", schema: part }));
}

function othersOf(schema) {
  const rows = Object.entries(schema.patternProperties ?? {}).map(([pattern, inner]) => ({ label: `names like ${pattern}`, kind: "other", schema: inner }));
  if (isObject(schema.additionalProperties)) rows.push({ label: "any other name", kind: "other", schema: schema.additionalProperties });
  (schema.prefixItems ?? []).forEach((inner, index) => rows.push({ label: `item ${index + 1}`, kind: "other", schema: inner }));
  if (schema.prefixItems && isObject(schema.items)) rows.push({ label: "further items", kind: "other", schema: schema.items });
  for (const [word, label] of [["not", "but not"], ["if", "if it is"], ["then", "then"], ["else", "otherwise"], ["contains", "holds one that is"], ["propertyNames", "names are"]]) {
    if (isObject(schema[word])) rows.push({ label, kind: "other", schema: schema[word] });
  }
  return rows;
}
