/* The check of one fact, step by step and in words. Each step stands alone: what one of them finds
   does not depend on what another believed. */

import { Untrue, base64, hex, parseNote, parseProof, sameBytes, textOf } from "./notes.js";
import { Unable, checkPart, climb, cosignedAt, leafHash, parseLeaf, sha256, signers } from "./check.js";
import { parseTrusted } from "./policies.js";

/** The part that holds ids, codes and dates; words can be withheld by law, these cannot. */
const FACTS_PART = "facts";

/**
 * A fact is {position, leaf, parts, proof, policy, keyFrom, orderOf, under}: `leaf` and `proof` are bytes,
 * `parts` a list of {name, salt, content}, `policy` the text of whom to trust and `keyFrom` a sentence that
 * says whose word that is. `orderOf(name, commitment)` answers the position of the fact that ordered a part
 * away, or throws. `under`, if given, is the one checkpoint that the proof must be under.
 *
 * Yields {title, state, sentence, values, …} where `state` is holds, withheld, none, false or unknown.
 */
export async function* stepsOf(fact) {
  for (const [title, run] of STEPS) yield await stepOf(title, () => run(fact));
}

/** What all steps together say: false if one is, else unknown if one is, else holds. */
export function verdictOf(steps) {
  return ["false", "unknown"].find((state) => steps.some((step) => step.state === state)) ?? "holds";
}

/** All steps at once: {steps, state}. */
export async function judge(fact) {
  const steps = [];
  for await (const step of stepsOf(fact)) steps.push(step);
  return { steps, state: verdictOf(steps) };
}

export async function stepOf(title, run) {
  try {
    return { title, state: "holds", values: [], ...(await run()) };
  } catch (error) {
    return { title, values: [], ...failed(error) };
  }
}

function failed(error) {
  if (error instanceof Unable) return { state: "unknown", sentence: error.message };
  const sentence = error instanceof Untrue ? `${error.message}.` : `what was given cannot be read (${error}).`;
  return { state: "false", sentence: sentence[0].toUpperCase() + sentence.slice(1), values: error.values ?? [] };
}

async function readBytes({ leaf }) {
  const hash = hex(await leafHash(leaf));
  const values = [["Bytes of the fact (its leaf)", textOf(leaf, "the leaf")], ["SHA-256 of a zero byte and these bytes", hash]];
  parseLeaf(leaf);
  return { sentence: "The bytes hold no words, only a commitment to each part of the fact. Their hash was computed here.", values };
}

async function holdParts({ leaf, parts, orderOf }) {
  const bound = parseLeaf(leaf).parts;
  const given = new Map(parts.map((part) => [part.name, part]));
  if (given.size !== parts.length) throw new Untrue("a part is there twice");
  const strange = parts.find((part) => !Object.hasOwn(bound, part.name));
  if (strange) throw new Untrue(`the leaf knows no part named “${strange.name}”`);
  const [values, contents, withheld] = [[], [], []];
  for (const [name, binding] of Object.entries(bound)) {
    const part = given.get(name);
    if (part) {
      values.push(...(await checkPart(binding, part)));
      contents.push({ name, content: part.content });
    } else {
      withheld.push({ name, order: await ordered(name, binding, orderOf) });
      values.push([`${name}: in the leaf, and stays there`, String(binding.c)]);
    }
  }
  return { ...told(withheld), values, contents, withheld };
}

function ordered(name, binding, orderOf) {
  if (name === FACTS_PART) throw new Untrue(`the ${name} are missing, which nobody may withhold`);
  return orderOf(name, binding.c);
}

function told(withheld) {
  const sentence = "Each part that is shown, with its salt, gives the very commitment that stands in the leaf.";
  return withheld.length ? { state: "withheld", sentence } : { sentence };
}

async function findPlace({ position, leaf, proof, under }) {
  const { index, path, note, checkpoint } = parseProof(textOf(proof, "the proof"));
  if (under !== undefined && parseNote(under).text !== note.text) throw new Untrue("the proof is under another checkpoint");
  if (index !== BigInt(position) - 1n) throw new Untrue(`the proof is of fact ${index + 1n}, not of fact ${position}`);
  const start = await leafHash(leaf);
  const { root, steps } = await climb(start, index, checkpoint.size, path);
  const values = [
    ["Begin with the hash of the bytes", hex(start)],
    ...steps.map(({ sibling, left, hash }, at) => [
      `Step ${at + 1}: with its ${left ? "left" : "right"} neighbour ${hex(sibling)}`,
      hex(hash),
    ]),
    ["Root of all facts, as signed", hex(checkpoint.root)],
  ];
  if (!sameBytes(root, checkpoint.root)) {
    throw new Untrue("the path does not lead from the fact to the root that was signed", values);
  }
  return { sentence: `The path leads from these bytes, at place ${position} of ${checkpoint.size}, to the root that was signed.`, values };
}

async function holdSignature({ proof, policy, keyFrom }) {
  const { note, checkpoint } = parseProof(textOf(proof, "the proof"));
  const { logs } = await parseTrusted(policy);
  const known = logs.filter((key) => key.name === checkpoint.origin);
  const values = [["What was signed (the checkpoint)", note.text]];
  if (!known.length) {
    const names = logs.map((key) => key.name).join(", ") || "none";
    throw new Untrue(`the checkpoint is of the log “${checkpoint.origin}”; the keys are of: ${names}`, values);
  }
  const found = await signers(note, known);
  for (const { key, signature } of found) {
    values.push(["Key", key.text], ["Its fingerprint (SHA-256)", hex(await sha256(key.bytes))], ["Signature", base64(signature)]);
  }
  return { sentence: `${checkpoint.origin} signed this root. ${keyFrom}`, values, checkpoint };
}

async function askWitnesses({ proof, policy }) {
  const { note } = parseProof(textOf(proof, "the proof"));
  const { witnesses, satisfied } = await parseTrusted(policy);
  const values = [];
  for (const [name, key] of witnesses) {
    const at = await cosignedAt(note, key);
    if (at !== null) values.push([name, `cosigned ${instantOf(at)} with ${key.text}`]);
  }
  const names = values.map(([name]) => name);
  if (!satisfied(names)) throw new Untrue(`too few witnesses cosigned the checkpoint: ${names.join(", ") || "nobody"}`, values);
  if (!names.length) return { state: "none", sentence: "No witness that you trust has cosigned this checkpoint, and none is asked for.", values };
  return { sentence: `Cosigned by ${names.join(", ")}: they had seen nothing but a log that only grew.`, values };
}

function instantOf(seconds) {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds} seconds after 1970` : date.toISOString();
}

const STEPS = [
  ["The bytes", readBytes],
  ["The words", holdParts],
  ["The place", findPlace],
  ["The signature", holdSignature],
  ["Witnesses", askWitnesses],
];

/** Whether a fact orders that a part of another be withheld; whether it holds itself is checked apart. */
export function isOrder({ leaf, parts }, position, name, commitment) {
  const facts = parts.find((part) => part.name === FACTS_PART);
  if (!facts || parseLeaf(leaf).type !== "redaction.applied/1") return false;
  const body = JSON.parse(facts.content).body;
  return body.index === position - 1 && body.part === name && body.c === commitment;
}
