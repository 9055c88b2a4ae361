// The Markdown of descriptions as elements. HTML in it stays what it is: text. Every mark is looked for once, so the
// cost stays in proportion to the text, whatever somebody wrote.

const BREAKS = /^<br *\/?>/i;
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const RULE = /^ {0,3}([-*_])( *\1){2,} *$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const DIVIDER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const ADDRESS = /^(https?:\/\/|mailto:)[^\s<>"`]+/i;
const WORD = /[\p{L}\p{N}]/u;
const DEEPEST = 8;

function markdown(text, level = 3) {
  return blocksOf(String(text ?? "").replace(/\r\n?/g, "\n").split("\n"), level, 0);
}

/** The first paragraph as plain words, for lists. */
function firstWords(text, most = 140) {
  const paragraph = String(text ?? "").trim().split(/\n\s*\n/, 1)[0];
  const words = h("p", null, inline(paragraph)).textContent.replace(/\s+/g, " ").trim();
  return words.length > most ? `${words.slice(0, most).replace(/\s+\S*$/, "")} …` : words;
}

function blocksOf(lines, level, depth) {
  const found = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = blockAt(lines, at, level, depth);
    if (block) found.push(block);
    at = next;
  }
  return found;
}

/** The block that begins there, and where the next one does. */
function blockAt(lines, at, level, depth) {
  const line = lines[at];
  if (!line.trim()) return [null, at + 1];
  const fence = FENCE.exec(line);
  if (fence) return fenced(lines, at, fence[1]);
  const heading = HEADING.exec(line);
  if (heading) return [h(`h${Math.min(6, level + heading[1].length - 1)}`, null, inline(heading[2])), at + 1];
  if (RULE.test(line)) return [h("hr"), at + 1];
  if (QUOTE.test(line) && depth < DEEPEST) return quoted(lines, at, level, depth);
  if (ITEM.test(line) && depth < DEEPEST) return listed(lines, at, level, depth);
  if (line.includes("|") && DIVIDER.test(lines[at + 1] ?? "") && lines[at + 1].includes("-")) return tabled(lines, at);
  let next = at + 1;
  while (next < lines.length && lines[next].trim() && !begins(lines[next])) next += 1;
  return [h("p", null, inline(lines.slice(at, next).join("\n"))), next];
}

function begins(line) {
  return FENCE.test(line) || HEADING.test(line) || QUOTE.test(line) || ITEM.test(line);
}

function fenced(lines, at, mark) {
  let next = at + 1;
  while (next < lines.length && !lines[next].trim().startsWith(mark)) next += 1;
  return [h("pre", { tabindex: "0" }, h("code", null, lines.slice(at + 1, next).join("\n"))), next + 1];
}

function quoted(lines, at, level, depth) {
  let next = at;
  const inside = [];
  while (next < lines.length && QUOTE.test(lines[next])) inside.push(lines[next++].replace(QUOTE, ""));
  return [h("blockquote", null, blocksOf(inside, level, depth + 1)), next];
}

function listed(lines, at, level, depth) {
  const first = ITEM.exec(lines[at]);
  const ordered = /\d/.test(first[2]);
  const items = [];
  let next = at;
  while (next < lines.length) {
    const item = ITEM.exec(lines[next]);
    const further = lines[next].search(/\S/) > first[1].length;
    if (item && item[1].length <= first[1].length && /\d/.test(item[2]) === ordered) items.push([item[3]]);
    else if (further || (lines[next].trim() && !begins(lines[next]) && lines[next - 1].trim())) items.at(-1).push(outdented(lines[next], first[1].length + 2));
    else if (!lines[next].trim() && belongs(lines[next + 1], first, ordered)) items.at(-1).push("");
    else break;
    next += 1;
  }
  return [h(ordered ? "ol" : "ul", null, items.map((one) => h("li", null, lightly(blocksOf(one, level, depth + 1))))), next];
}

function belongs(line, first, ordered) {
  if (line === undefined || !line.trim()) return false;
  const item = ITEM.exec(line);
  return line.search(/\S/) > first[1].length || (item && item[1].length === first[1].length && /\d/.test(item[2]) === ordered);
}

function outdented(line, most) {
  return line.slice(Math.min(most, Math.max(0, line.search(/\S/))));
}

/** An item that is one paragraph needs no paragraph. */
function lightly(blocks) {
  return blocks.length && blocks[0].tagName === "P" ? [[...blocks[0].childNodes], blocks.slice(1)] : blocks;
}

function tabled(lines, at) {
  let next = at + 2;
  while (next < lines.length && lines[next].includes("|")) next += 1;
  const row = (line, kind) => h("tr", null, cells(line).map((cell) => h(kind, kind === "th" ? { scope: "col" } : null, inline(cell))));
  const body = lines.slice(at + 2, next).map((line) => row(line, "td"));
  const table = h("table", null, h("thead", null, row(lines[at], "th")), h("tbody", null, body));
  return [h("div", { class: "wide", tabindex: "0" }, table), next];
}

function cells(line) {
  return line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
}

// --- inside of a line

const MARKS = [["**", "strong"], ["__", "strong"], ["~~", "s"], ["*", "em"], ["_", "em"]];

function inline(text) {
  const found = [];
  const missing = new Set(); // what does not come any more, so it is not looked for again
  let plain = "";
  let at = 0;
  const say = (node, next) => {
    if (plain) found.push(plain);
    plain = "";
    if (node) found.push(node);
    at = next;
  };
  while (at < text.length) {
    const [node, next] = spanAt(text, at, missing);
    if (node) say(node, next);
    else {
      plain += text.slice(at, next);
      at = next;
    }
  }
  say(null, at);
  return found;
}

const SPECIAL = /[\\`*_~[!<\nhm]/g;

/** The element that begins there, if one does, and where the text goes on. */
function spanAt(text, at, missing) {
  const letter = text[at];
  if (letter === "\\" && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? "")) return [document.createTextNode(text[at + 1]), at + 2];
  if (letter === "\n") return / {2}$|\\$/.test(text.slice(Math.max(0, at - 2), at)) ? [h("br"), at + 1] : [null, at + 1];
  const span = letter === "`" ? codeAt(text, at, missing)
    : letter === "[" || (letter === "!" && text[at + 1] === "[") ? linkAt(text, at, missing)
    : letter === "<" ? angledAt(text, at)
    : letter === "h" || letter === "m" ? addressAt(text, at)
    : emphasisAt(text, at, missing);
  if (span) return span;
  SPECIAL.lastIndex = at + 1;
  const next = SPECIAL.exec(text);
  return [null, next ? next.index : text.length];
}

function closing(text, mark, from, missing) {
  if (missing.has(mark)) return -1;
  const end = text.indexOf(mark, from);
  if (end < 0) missing.add(mark);
  return end;
}

function codeAt(text, at, missing) {
  const mark = /^`+/.exec(text.slice(at, at + 40))[0];
  const end = closing(text, mark, at + mark.length, missing);
  if (end < 0) return null;
  const inside = text.slice(at + mark.length, end).replace(/\n/g, " ");
  return [h("code", null, inside.length > 2 && /^ .* $/.test(inside) ? inside.slice(1, -1) : inside), end + mark.length];
}

function linkAt(text, at, missing) {
  const from = text[at] === "!" ? at + 2 : at + 1;
  const middle = closing(text, "](", from, missing);
  const end = middle < 0 ? -1 : closing(text, ")", middle + 2, missing);
  if (end < 0) return null;
  const name = text.slice(from, middle);
  if (name.includes("[")) return null;
  return [link(text.slice(middle + 2, end).trim().split(/\s/, 1)[0], inline(name)), end + 1];
}

function angledAt(text, at) {
  const piece = text.slice(at, at + 2000);
  const mark = BREAKS.exec(piece);
  if (mark) return [h("br"), at + mark[0].length];
  const address = ADDRESS.exec(piece.slice(1));
  if (!address || piece[1 + address[0].length] !== ">") return null;
  return [link(address[0], [address[0]]), at + address[0].length + 2];
}

function addressAt(text, at) {
  if (at && WORD.test(text[at - 1])) return null;
  const address = ADDRESS.exec(text.slice(at, at + 2000));
  const shown = address?.[0].replace(/[.,;:!?)\]}'*_]+$/, "");
  return shown && shown.length > 10 ? [link(shown, [shown]), at + shown.length] : null;
}

function emphasisAt(text, at, missing) {
  for (const [mark, name] of MARKS) {
    if (!text.startsWith(mark, at)) continue;
    const inside = at + mark.length;
    if (/\s/.test(text[inside] ?? " ") || (mark[0] === "_" && at && WORD.test(text[at - 1]))) continue;
    const end = closing(text, mark, inside + 1, missing);
    if (end < 0 || /\s/.test(text[end - 1]) || (mark[0] === "_" && WORD.test(text[end + mark.length] ?? ""))) continue;
    return [h(name, null, inline(text.slice(inside, end))), end + mark.length];
  }
  return null;
}

/** Only to the web or to somebody; to anything else it is no link. */
function link(address, children) {
  if (!ADDRESS.test(address)) return h("span", null, children);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, children);
}
