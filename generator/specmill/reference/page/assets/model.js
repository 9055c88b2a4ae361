// One model: its members, where it is used, and what the document says.

function modelPage(name) {
  const schema = CONTENT.models[name];
  const { schema: found } = meant(schema);
  return h("article", { class: "model" },
    h("header", null, h("h1", { tabindex: "-1" }, name), h("p", { class: "signature" }, h("code", null, `${CONTENT.package}.models.${name}`)), h("div", { class: "prose" }, markdown(found.description, 2))),
    part("Members", schemaTree(refTo(name), name)),
    usedPart(name),
    CONTENT.sources[name] && part("In the document", sourceBox(CONTENT.sources[name])));
}

function usedPart(name) {
  const users = usersOf(name);
  if (!users.length) return null;
  return part("Used by", h("ul", { class: "users" }, users.map(([label, route]) => h("li", null, h("a", { href: route }, label)))));
}

let usersByModel = null;

/** Operations and models that name it directly; found out for all at once, when it is first asked. */
function usersOf(name) {
  usersByModel ??= new Map();
  if (!usersByModel.size) {
    for (const operation of CONTENT.operations) noted([operation.parameters, operation.body, operation.answers], operation.name, routeOf(operation));
    for (const [model, schema] of Object.entries(CONTENT.models)) noted(schema, model, routeOfModel(model));
  }
  return [...(usersByModel.get(name) ?? new Map())];
}

function noted(tree, label, route) {
  const pending = [tree];
  while (pending.length) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    if (typeof node.$ref === "string" && node.$ref.startsWith(REF)) {
      const { name } = meant({ $ref: node.$ref });
      if (!usersByModel.has(name)) usersByModel.set(name, new Map());
      usersByModel.get(name).set(label, route);
    }
    pending.push(...Object.values(node));
  }
}
