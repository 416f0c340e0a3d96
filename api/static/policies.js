/* Whom to believe (C2SP tlog-policy): the keys of logs, witnesses, and how many are enough. */

import { Untrue, bytesOf, hex, unbase64, validName } from "./notes.js";
import { sha256 } from "./check.js";

const LOG = 0x01;
const WITNESS = 0x04;
const POLICY_LIMIT = 1 << 20;

/** A key in its text form, `name+id+base64`: {name, id, bytes, text}. */
export async function parseKey(told, kind) {
  const [name, id, ...rest] = told.split("+");
  const raw = unbase64(rest.join("+"), "the key");
  if (raw.length !== 33 || raw[0] !== kind) throw new Untrue(`“${told.slice(0, 80)}” is no such Ed25519 key: name+id+base64`);
  const digest = await sha256(bytesOf(`${validName(name)}\n`), raw);
  if (hex(digest.slice(0, 4)) !== id) throw new Untrue(`the id in “${told.slice(0, 80)}” is not that of its key`);
  return { name, id: digest.slice(0, 4), bytes: raw.slice(1), text: told };
}

/** A whole policy, or the one key that somebody was given. */
export async function parseTrusted(told) {
  const text = told.trim();
  if (!/\s/.test(text)) return parsePolicy(`log ${text}\nquorum none`);
  return parsePolicy(told);
}

/** {logs, witnesses: name → key, satisfied: (names) → whether they are enough}. */
export async function parsePolicy(told) {
  if (told.length > POLICY_LIMIT) throw new Untrue("the policy is too long");
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null };
  for (const line of told.split("\n")) {
    const words = line.split(/\s+/).filter(Boolean);
    if (!words.length || words[0].startsWith("#")) continue;
    if (!Object.hasOwn(LINES, words[0])) throw new Untrue(`“${words[0].slice(0, 40)}” is no line of a policy`);
    await LINES[words[0]](policy, words.slice(1));
  }
  if (policy.quorum === null) throw new Untrue("the policy has no quorum line");
  const { logs, witnesses, groups, quorum } = policy;
  return { logs, witnesses, satisfied: (names) => quorum === "none" || enough(groups, quorum, new Set(names)) };
}

function enough(groups, name, names) {
  const group = groups.get(name);
  if (!group) return names.has(name);
  return group.members.filter((member) => enough(groups, member, names)).length >= group.threshold;
}

function between(words, least, most) {
  if (words.length < least || words.length > most) throw new Untrue("a line of the policy has too few or too many words");
  return words;
}

function fresh(policy, name) {
  if (name === "none" || isDefined(policy, name)) throw new Untrue(`the policy defines “${name}” twice`);
  return name;
}

const isDefined = (policy, name) => policy.witnesses.has(name) || policy.groups.has(name);

function defined(policy, name) {
  if (!isDefined(policy, name)) throw new Untrue(`the policy does not define “${name}” above`);
  return name;
}

const holds = (keys, key) => [...keys].some((each) => hex(each.bytes) === hex(key.bytes));

const LINES = {
  async log(policy, words) {
    const key = await parseKey(between(words, 1, 2)[0], LOG);
    if (holds(policy.logs, key)) throw new Untrue("the policy names a log's key twice");
    policy.logs.push(key);
  },
  async witness(policy, words) {
    const [name, told] = between(words, 2, 3);
    const key = await parseKey(told, WITNESS);
    if (holds(policy.witnesses.values(), key)) throw new Untrue("the policy names a witness's key twice");
    policy.witnesses.set(fresh(policy, name), key);
  },
  group(policy, words) {
    const [name, told, ...members] = between(words, 3, 200);
    const taken = new Set([...policy.groups.values()].flatMap((each) => each.members));
    for (const member of members) {
      if (taken.has(defined(policy, member))) throw new Untrue(`“${member}” is in a group already`);
      taken.add(member);
    }
    const threshold = told === "any" ? 1 : told === "all" ? members.length : Number(told);
    if (!Number.isInteger(threshold) || threshold < 1 || threshold > members.length) {
      throw new Untrue(`${told} of ${members.length} members can never be`);
    }
    policy.groups.set(fresh(policy, name), { threshold, members });
  },
  quorum(policy, words) {
    const [name] = between(words, 1, 1);
    if (policy.quorum !== null) throw new Untrue("the policy has two quorum lines");
    policy.quorum = name === "none" ? name : defined(policy, name);
  },
};
