/* What a reader's own browser can find out about one fact: nothing here asks a server, and all
   cryptography is the browser's own. Hashing is RFC 6962's, the path is checked as in RFC 9162. */

import { HASH_BYTES, Untrue, bytesOf, hex, sameBytes, textOf, unhex } from "./notes.js";

/** The browser cannot find it out; that is no answer in either direction. */
export class Unable extends Error {}

const LEAF_VERSION = "commitment-ledger/leaf/v1";
const PART_PREFIX = bytesOf("commitment-ledger/part/v1\0");
const NO_SUBTLE =
  "This browser offers no cryptography here. It does so only for pages that come over https, and for files on your disk.";
const NO_ED25519 =
  "This browser cannot check Ed25519 signatures. Newer versions of Chrome, Edge, Firefox and Safari can.";

function subtle() {
  if (!globalThis.crypto?.subtle) throw new Unable(NO_SUBTLE);
  return globalThis.crypto.subtle;
}

export function joined(...pieces) {
  const whole = new Uint8Array(pieces.reduce((sum, each) => sum + each.length, 0));
  pieces.reduce((at, each) => (whole.set(each, at), at + each.length), 0);
  return whole;
}

export const sha256 = async (...pieces) => new Uint8Array(await subtle().digest("SHA-256", joined(...pieces)));
export const leafHash = (leaf) => sha256(Uint8Array.of(0), leaf);
export const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

export async function commitment(salt, content) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await subtle().importKey("raw", salt, algorithm, false, ["sign"]);
  return new Uint8Array(await subtle().sign(algorithm, key, joined(PART_PREFIX, content)));
}

function sorted(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.keys(value).sort().map((name) => [name, sorted(value[name])]));
}

/** What a leaf says. It has one spelling only (RFC 8785), so that no two readers read it apart. */
export function parseLeaf(bytes) {
  const text = textOf(bytes, "the leaf");
  let leaf;
  try {
    leaf = JSON.parse(text);
  } catch {
    throw new Untrue("the leaf is not JSON");
  }
  if (JSON.stringify(sorted(leaf)) !== text) throw new Untrue("the leaf is not in its one spelling");
  if (leaf?.v !== LEAF_VERSION) throw new Untrue(`the leaf is not a ${LEAF_VERSION}`);
  if (typeof leaf.parts !== "object" || !leaf.parts) throw new Untrue("the leaf binds no parts");
  return leaf;
}

/** Hold a part to what the leaf says of it; answers what was computed. */
export async function checkPart(bound, { name, salt, content }) {
  if (typeof content !== "string") throw new Untrue(`the ${name} are not text`);
  const bytes = bytesOf(content);
  const found = await commitment(unhex(salt, 32, `the salt of the ${name}`), bytes);
  const values = [
    [`${name}: salt`, salt],
    [`${name}: computed`, hex(found)],
    [`${name}: in the leaf`, String(bound.c)],
  ];
  if (bytes.length !== bound.n || hex(found) !== bound.c) {
    throw new Untrue(`the ${name} were changed after they were recorded: they no longer match the leaf`, values);
  }
  return values;
}

/** From a leaf's hash to a root (RFC 9162, 2.1.3.2): the root, and each step of the way. */
export async function climb(leaf, index, size, path) {
  if (index < 0n || index >= size) throw new Untrue(`place ${index + 1n} cannot be in a log of ${size} facts`);
  if (![leaf, ...path].every((each) => each.length === HASH_BYTES)) throw new Untrue(`a hash has ${HASH_BYTES} bytes`);
  let [root, last] = [leaf, size - 1n];
  const steps = [];
  for (const sibling of path) {
    if (!last) throw new Untrue("the path is too long");
    const left = Boolean(index & 1n) || index === last;
    root = await (left ? nodeHash(sibling, root) : nodeHash(root, sibling));
    steps.push({ sibling, left, hash: root });
    while (left && index && !(index & 1n)) [index, last] = [index >> 1n, last >> 1n];
    [index, last] = [index >> 1n, last >> 1n];
  }
  if (last) throw new Untrue("the path is too short");
  return { root, steps };
}

export async function signed(key, message, signature) {
  let imported;
  try {
    imported = await subtle().importKey("raw", key.bytes, { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    if (error.name === "DataError") throw new Untrue(`the key of ${key.name} is no Ed25519 key`);
    throw error instanceof Unable ? error : new Unable(NO_ED25519);
  }
  return subtle().verify({ name: "Ed25519" }, imported, signature, bytesOf(message));
}

const linesOf = (note, key) => note.signatures.filter((each) => each.name === key.name && sameBytes(each.id, key.id));

/** The keys that signed; a line that says it is a known key's and is not makes all of it untrue. */
export async function signers(note, keys) {
  const found = [];
  for (const key of keys) {
    const lines = linesOf(note, key);
    for (const line of lines) {
      if (await signed(key, note.text, line.value)) continue;
      throw new Untrue(`the signature of ${key.name} is forged, or the text was changed`);
    }
    if (lines.length) found.push({ key, signature: lines[0].value });
  }
  if (!found.length) throw new Untrue("none of the keys that you trust has signed this checkpoint");
  return found;
}

/** When a witness cosigned (seconds since 1970), or null; a line that does not hold is none. */
export async function cosignedAt(note, key) {
  for (const { value } of linesOf(note, key)) {
    if (value.length !== 72) continue;
    const at = new DataView(value.buffer, value.byteOffset).getBigUint64(0);
    const message = `cosignature/v1\ntime ${at}\n${note.text}`;
    if (at < 1n << 63n && (await signed(key, message, value.slice(8)))) return at;
  }
  return null;
}
