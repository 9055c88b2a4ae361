// Code with colours and a button that copies it.

const TOKENS = {
  json: /("(?:[^"\\]|\\.)*")(\s*:)?|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b|\b(?:true|false|null)\b/g,
  python: /(#[^\n]*)|(b?"(?:[^"\\\n]|\\.)*"|b?'(?:[^'\\\n]|\\.)*')|\b(\d+(?:\.\d+)?)\b|\b(from|import|with|as|async|await|def|for|in|print|None|True|False)\b/g,
  sh: /(#[^\n]*)|('[^']*'|"(?:[^"\\]|\\.)*")|(?<=\s|^)(--?[a-zA-Z][\w-]*)/g,
  yaml: /(#[^\n]*)|("(?:[^"\\\n]|\\.)*"|'[^'\n]*')|^(\s*(?:- )*[\w$.\/{}~-]+)(:)(?=\s|$)/gm,
};
const MOST_COLOURED = 100_000; // letters, beyond which colours would only cost time

function kindOf(language, match) {
  if (language === "json") return match[1] ? (match[2] ? "key" : "string") : /^[tfn]/.test(match[0]) ? "word" : "number";
  if (match[1]) return "comment";
  if (match[2]) return "string";
  if (language === "python") return match[3] ? "number" : "word";
  return language === "yaml" ? "key" : "word";
}

function coloured(text, language) {
  const pattern = TOKENS[language];
  if (!pattern || text.length > MOST_COLOURED) return [text];
  const found = [];
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    const shown = match[1] && language === "json" ? match[1] : match[0];
    found.push(text.slice(at, match.index), h("span", { class: `t-${kindOf(language, match)}` }, shown));
    at = match.index + shown.length;
  }
  return [...found, text.slice(at)];
}

/** A box with code in it; `label` says what it is to whoever cannot see it. */
function codeBox(text, language, label) {
  return h("div", { class: "code" }, copyButton(() => text, label), codeText(text, language, label));
}

function codeText(text, language, label) {
  return h("pre", { tabindex: "0", role: "region", "aria-label": label }, h("code", null, coloured(text, language)));
}

function copyButton(text, label) {
  const button = h("button", { type: "button", class: "copy", "aria-label": `Copy: ${label}` }, "Copy");
  button.addEventListener("click", async () => {
    const done = await copied(text());
    button.textContent = done ? "Copied" : "Press Ctrl+C";
    announce(done ? `Copied: ${label}` : "It could not be copied");
    setTimeout(() => (button.textContent = "Copy"), 1600);
  });
  return button;
}

/** Browsers without a clipboard for pages of this kind have an older way. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = h("textarea", { class: "offstage", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    const before = document.activeElement;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    before?.focus();
    return done;
  }
}
