/* verify.html: checks every fact of the bundle that lies in the page itself. Nothing is fetched. */

import { Unable } from "./check.js";
import { bytesOf } from "./notes.js";
import { isOrder, judge, verdictOf } from "./steps.js";
import { contentsShown, make, stepShown, tagOf } from "./shown.js";

const FORMAT = "commitment-ledger/bundle/v1";
const IN_FILE = "The key is the word of this very file: compare it with one that you have from elsewhere.";
const UNSHOWN = "Its words could not be matched with its bytes, so they are not shown.";
const GIVEN = "The key is the one that you gave.";

function readBundle() {
  const bundle = JSON.parse(document.querySelector("#bundle").textContent);
  if (bundle.format !== FORMAT) throw new Error(`this is no ${FORMAT}`);
  return bundle;
}

/** A fact of the bundle, as `stepsOf` takes it. */
function pieceOf(bundle, { position, leaf, parts, proof }, given) {
  return {
    position,
    leaf: bytesOf(leaf),
    parts,
    proof: bytesOf(proof),
    policy: given || bundle.policy,
    keyFrom: given ? GIVEN : IN_FILE,
    orderOf: (name, commitment) => orderOf(bundle, position, name, commitment, given),
    under: bundle.checkpoint,
  };
}

async function orderOf(bundle, position, name, commitment, given) {
  for (const fact of bundle.facts.filter((each) => each.position > position)) {
    const piece = pieceOf(bundle, fact, given);
    if (isOrder(piece, position, name, commitment) && (await judge(piece)).state === "holds") return fact.position;
  }
  throw new Unable(`The ${name} are not in this file, and no fact in it orders that they be withheld.`);
}

function factShown({ position, type, steps, state }) {
  const title = make("h2", { id: `fact-${position}` }, `Fact ${position} `, tagOf(state));
  const kind = make("p", { class: "line" }, "Kind of fact: ", make("code", {}, type));
  const contents = steps.flatMap((step) => step.contents ?? []);
  const words = contents.length ? contentsShown(contents) : make("p", { class: "nothing" }, UNSHOWN);
  const list = make("ol", { class: "steps" }, ...steps.map((step) => stepShown(step, "h3", (order) => `#fact-${order}`)));
  const summary = make("summary", {}, "How this was checked", make("span", { class: "quiet" }, `, fact ${position}`));
  const details = make("details", {}, summary, list);
  details.open = state !== "holds";
  return make("section", {}, title, kind, words, details);
}

function concluded(found) {
  const state = verdictOf(found);
  const failed = found.filter((each) => each.state !== "holds").map((each) => `fact ${each.position}`).join(", ");
  const sentence = {
    holds: `Each of the ${found.length} facts in this file stands in the log ${originOf(found)}, unchanged since the checkpoint was signed.`,
    false: `Something does not hold: see ${failed}.`,
    unknown: `Not everything could be found out: see ${failed}.`,
  }[state];
  return make("p", {}, tagOf(state), " ", sentence);
}

function typeOf({ leaf }) {
  try {
    return String(JSON.parse(leaf).type);
  } catch {
    return "unreadable";
  }
}

const originOf = (found) => found[0].steps.find((step) => step.checkpoint)?.checkpoint.origin ?? "";

async function check(bundle, given) {
  const found = [];
  for (const fact of bundle.facts) {
    const judged = await judge(pieceOf(bundle, fact, given));
    found.push({ position: fact.position, type: typeOf(fact), ...judged });
  }
  document.querySelector("#facts").replaceChildren(...found.map(factShown));
  return found.length ? concluded(found) : make("p", {}, tagOf("unknown"), " This file holds no facts.");
}

async function run(given) {
  const verdict = document.querySelector("#verdict");
  verdict.replaceChildren(make("p", {}, "Checking …"));
  try {
    verdict.replaceChildren(await check(readBundle(), given));
  } catch (error) {
    verdict.replaceChildren(make("p", {}, tagOf("unknown"), ` This file cannot be read: ${error.message}.`));
  }
}

document.querySelector("#again").addEventListener("submit", (event) => {
  event.preventDefault();
  run(document.querySelector("#key").value);
});
run("");
