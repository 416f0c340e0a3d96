/* What was found, as part of a page. Everything is put in as text: what somebody wrote into a fact
   never becomes markup. */

const STATES = {
  holds: ["good", "Holds"],
  withheld: ["still", "Holds, words withheld"],
  none: ["still", "None"],
  unknown: ["doubt", "Not known"],
  false: ["bad", "Does not hold"],
};

/** An element with attributes and children, which are elements or text. */
export function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

export function tagOf(state) {
  const [tone, words] = STATES[state];
  return make("strong", { class: `tag ${tone}` }, words);
}

/** One step, with its values behind a summary; those of a step that fails stand open. */
export function stepShown(step, heading, hrefOf) {
  const shown = make("li", { class: "step" }, make(heading, {}, step.title, " ", tagOf(step.state)), make("p", {}, step.sentence));
  for (const { name, order } of step.withheld ?? []) shown.append(withheldShown(name, order, hrefOf));
  if (step.values?.length) shown.append(valuesShown(step));
  return shown;
}

function withheldShown(name, order, hrefOf) {
  const link = make("a", { href: hrefOf(order) }, `fact ${order}`);
  return make("p", { class: "withheld" }, `The ${name} are withheld by order, see `, link, ". Their commitment still stands in the bytes.");
}

function valuesShown({ title, state, values }) {
  const list = make("dl", { class: "values" });
  for (const [label, value] of values) {
    list.append(make("div", {}, make("dt", {}, label), make("dd", {}, make("code", {}, value))));
  }
  const summary = make("summary", {}, "What was computed", make("span", { class: "quiet" }, ` for: ${title}`));
  const details = make("details", {}, summary, list);
  details.open = state === "false";
  return details;
}

/** The parts that hold, as names and values that people read; words before codes. */
export function contentsShown(contents) {
  const list = make("dl", { class: "data checked" });
  for (const { name, content } of [...contents].sort((one, other) => rank(one) - rank(other))) {
    list.append(make("div", {}, make("dt", {}, labelOf(name)), make("dd", {}, contentShown(content))));
  }
  return list;
}

const rank = ({ name }) => (name === "facts" ? 1 : 0);

function contentShown(content) {
  let value;
  try {
    value = JSON.parse(content);
  } catch {
    return make("p", { class: "passage", dir: "auto" }, content);
  }
  return valueShown(value);
}

function valueShown(value) {
  if (value === null || value === "") return make("span", { class: "nothing" }, "nothing");
  if (Array.isArray(value)) {
    return value.length
      ? make("ul", { class: "data" }, ...value.map((each) => make("li", {}, valueShown(each))))
      : make("span", { class: "nothing" }, "none");
  }
  if (typeof value !== "object") return make("bdi", {}, typeof value === "boolean" ? (value ? "yes" : "no") : String(value));
  return make("dl", { class: "data" }, ...Object.entries(value).map(rowShown));
}

function rowShown([name, inner]) {
  const nested = inner !== null && typeof inner === "object";
  return make("div", { class: nested ? "nested" : "flat" }, make("dt", {}, labelOf(name)), make("dd", {}, valueShown(inner)));
}

const PARTICULAR = {
  words: "Words",
  facts: "Codes, ids and dates",
  attachment: "The whole text",
  by: "Recorded by",
  on: "True since",
  for: "On behalf of",
  body: "Says",
};

function labelOf(name) {
  const words = Object.hasOwn(PARTICULAR, name) ? PARTICULAR[name] : name.replaceAll("_", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
