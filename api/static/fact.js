/* The page of one fact: fetches the raw pieces, checks them here, and shows each step. */

import { Unable } from "./check.js";
import { Untrue, textOf } from "./notes.js";
import { isOrder, judge, stepOf, stepsOf, verdictOf } from "./steps.js";
import { contentsShown, make, stepShown, tagOf } from "./shown.js";

const OWN_WORD = "The key is the word of this very site: compare it with one that you have from elsewhere.";
const GIVEN = "The key is the one that you gave.";
const TOO_NEW = "If the fact is only seconds old, try again: no checkpoint may cover it yet.";
const FETCH_LIMIT = 1 << 24;

async function get(path, accepted = 200) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-cache" });
  } catch {
    throw new Unable(`${path} could not be fetched.`);
  }
  if (answer.status !== accepted) throw new Unable(`${path} was answered with ${answer.status}. ${TOO_NEW}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length > FETCH_LIMIT) throw new Unable(`${path} is longer than ${FETCH_LIMIT} bytes.`);
  return bytes;
}

const getText = async (path, accepted) => textOf(await get(path, accepted), path);

/** The pieces of a fact, as `stepsOf` takes them. */
async function piecesOf(position, given) {
  const [leaf, parts, proof, policy] = await Promise.all([
    get(`/facts/${position}/leaf`),
    getText(`/facts/${position}/parts.json`),
    get(`/facts/${position}.tlog-proof`),
    given || getText("/log-policy"),
  ]);
  return {
    position,
    leaf,
    parts: JSON.parse(parts).parts,
    proof,
    policy,
    keyFrom: given ? GIVEN : OWN_WORD,
    orderOf: (name, commitment) => orderOf(position, name, commitment, given),
  };
}

/** The fact that ordered a part away: the address of the part names it, and it is checked as well. */
async function orderOf(position, name, commitment, given) {
  const told = JSON.parse(await getText(`/facts/${position}/parts/${encodeURIComponent(name)}`, 410));
  const order = told.redaction?.position;
  if (!Number.isSafeInteger(order) || order <= position) throw new Untrue(`the ${name} are missing, and no later fact orders it`);
  const fact = await piecesOf(order, given);
  if ((await judge(fact)).state === "holds" && isOrder(fact, position, name, commitment)) return order;
  throw new Untrue(`the ${name} are missing, and fact ${order} is no order that holds`);
}

async function check(position, given, panel) {
  const shown = [];
  const list = make("ol", { class: "steps" });
  panel.replaceChildren(list);
  const fetching = await stepOf("The pieces", async () => ({ fact: await piecesOf(position, given) }));
  if (!fetching.fact) {
    list.append(stepShown(fetching, "h3", hrefOf));
    return [fetching];
  }
  for await (const step of stepsOf(fetching.fact)) {
    shown.push(step);
    list.append(stepShown(step, "h3", hrefOf));
  }
  const contents = shown.flatMap((step) => step.contents ?? []);
  if (contents.length) panel.append(make("h3", {}, "The words that were checked"), comparing(), contentsShown(contents));
  return shown;
}

const hrefOf = (position) => `/facts/${position}`;
const comparing = () => make("p", {}, "Compare them with what this page says above; that is yours to do.");

function concluded(position, steps) {
  const state = verdictOf(steps);
  const place = steps.find((step) => step.checkpoint)?.checkpoint;
  const sentence = {
    holds: () => `Fact ${position} stands in the log ${place.origin} at place ${position} of ${place.size}, unchanged since the checkpoint was signed.`,
    false: () => "Do not rely on this page. Keep what you see here, and tell somebody who watches this ledger.",
    unknown: () => "Nothing was shown to be wrong, and nothing to be right.",
  }[state];
  return make("p", {}, tagOf(state), " ", sentence());
}

function begin(section) {
  const button = section.querySelector("button");
  const [verdict, panel, given] = ["verdict", "panel", "key"].map((id) => section.querySelector(`#check-${id}`));
  const position = Number(section.dataset.position);
  section.querySelector(".needs-script").hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    verdict.replaceChildren(make("p", {}, "Checking …"));
    verdict.replaceChildren(concluded(position, await check(position, given.value, panel)));
    button.disabled = false;
  });
}

const section = globalThis.document?.querySelector("#check");
if (section) begin(section);
