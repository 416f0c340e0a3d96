/* Readers of what a log publishes (C2SP signed-note, tlog-checkpoint, tlog-proof), as strict as
   ledger/log: text that is not written exactly as it must be is refused, never guessed at. */

/** Something does not hold; `values` are [label, value] pairs that show it. */
export class Untrue extends Error {
  constructor(message, values = []) {
    super(message);
    this.values = values;
  }
}

export const HASH_BYTES = 32;
const ID_BYTES = 4;
const NOTE_LIMIT = 1 << 20;
const SIGNATURE_LIMIT = 100;
const LONGEST_PATH = 63;
const DASH = "\u2014 ";
const FIRST = "c2sp.org/tlog-proof@v1";
const NUMBER = /^(0|[1-9][0-9]{0,19})$/;

export const bytesOf = (text) => new TextEncoder().encode(text);

export function textOf(bytes, what) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Untrue(`${what} is not UTF-8`);
  }
}

export const hex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");

export function unhex(told, length, what) {
  if (typeof told !== "string" || told.length !== 2 * length || !/^[0-9a-f]*$/.test(told)) {
    throw new Untrue(`${what} is not ${length} bytes, written in hex`);
  }
  return Uint8Array.from({ length }, (_, index) => parseInt(told.substr(2 * index, 2), 16));
}

export const base64 = (bytes) => btoa(Array.from(bytes, (each) => String.fromCharCode(each)).join(""));

/** The reverse of `base64`, and of nothing else. */
export function unbase64(told, what) {
  let value;
  try {
    value = Uint8Array.from(atob(told), (each) => each.charCodeAt(0));
  } catch {
    throw new Untrue(`${what} is not base64`);
  }
  if (base64(value) !== told) throw new Untrue(`${what} is not written as base64 is`);
  return value;
}

export function hashOf(told, what) {
  const value = unbase64(told, what);
  if (value.length !== HASH_BYTES) throw new Untrue(`${what} has ${value.length} bytes, not ${HASH_BYTES}`);
  return value;
}

export const sameBytes = (one, other) => hex(one) === hex(other);

export function validName(name) {
  if (!name || /[+\s\u0085\u0000-\u001f]/.test(name)) throw new Untrue("a key's name has no spaces and no plus");
  return name;
}

/** {text, signatures: [{name, id, value}]}; nobody has looked at the signatures yet. */
export function parseNote(told) {
  if (bytesOf(told).length > NOTE_LIMIT) throw new Untrue(`the note is longer than ${NOTE_LIMIT} bytes`);
  if (/[\u0000-\u0009\u000b-\u001f]/.test(told)) throw new Untrue("the note holds a control character");
  const cut = told.lastIndexOf("\n\n");
  if (cut < 1 || cut + 2 === told.length || !told.endsWith("\n")) {
    throw new Untrue("a note is text, an empty line, and signature lines");
  }
  const lines = told.slice(cut + 2, -1).split("\n");
  if (lines.length > SIGNATURE_LIMIT) throw new Untrue(`a note has at most ${SIGNATURE_LIMIT} signature lines`);
  return { text: told.slice(0, cut + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line) {
  const space = line.indexOf(" ", DASH.length);
  if (!line.startsWith(DASH) || space < 0) throw new Untrue("a signature line is a dash, a name and base64");
  const value = unbase64(line.slice(space + 1), "a signature");
  if (value.length <= ID_BYTES) throw new Untrue("a signature is longer than the id of its key");
  return {
    name: validName(line.slice(DASH.length, space)),
    id: value.slice(0, ID_BYTES),
    value: value.slice(ID_BYTES),
  };
}

/** {origin, size (a BigInt), root}: the first three lines of a note's text. */
export function parseCheckpoint(text) {
  const lines = text.split("\n");
  const end = lines.pop();
  if (lines.length < 3 || end !== "" || !lines.every(Boolean)) {
    throw new Untrue("a checkpoint is three lines: origin, size and root");
  }
  const [origin, size, root] = lines;
  if (!NUMBER.test(size)) throw new Untrue("the second line of the checkpoint is no size");
  return { origin, size: BigInt(size), root: hashOf(root, "the root") };
}

/** {index, path, note, checkpoint} of a `.tlog-proof`. */
export function parseProof(told) {
  const cut = told.indexOf("\n\n");
  const [first, ...lines] = told.slice(0, Math.max(cut, 0)).split("\n");
  if (first !== FIRST) throw new Untrue(`a proof begins with ${FIRST} and ends with a checkpoint`);
  if (lines[0]?.startsWith("extra ")) unbase64(lines.shift().slice(6), "the extra data");
  const note = parseNote(told.slice(cut + 2));
  const checkpoint = parseCheckpoint(note.text);
  if (!lines.length || lines.length > 1 + LONGEST_PATH) {
    throw new Untrue(`a proof has an index and at most ${LONGEST_PATH} hashes`);
  }
  const index = lines.shift();
  if (!index.startsWith("index ") || !NUMBER.test(index.slice(6))) throw new Untrue("the proof has no index");
  const path = lines.map((line) => hashOf(line, "a hash of the path"));
  return { index: BigInt(index.slice(6)), path, note, checkpoint };
}
