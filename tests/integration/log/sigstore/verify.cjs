// Judges what a log served, with the verifier of another project (npm: @sigstore/verify).
// In: the file that test_independent.py writes. Out: one line of JSON, the names of what it refused.
"use strict";
const { createPublicKey } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { verifyCheckpoint } = require("@sigstore/verify/dist/tlog/checkpoint.js");
const { verifyMerkleInclusion } = require("@sigstore/verify/dist/tlog/merkle.js");

const SPKI_OF_ED25519 = Buffer.from("302a300506032b6570032100", "hex");

const bytes = (told) => Buffer.from(told, "base64");
const served = JSON.parse(readFileSync(process.argv[2], "utf8"));
const [name, id, ...rest] = served.key.split("+");
const encoded = rest.join("+"); // base64 has a plus, too
const log = {
  baseURL: name,
  logID: Buffer.from(id, "hex"),
  publicKey: createPublicKey({
    key: Buffer.concat([SPKI_OF_ED25519, bytes(encoded).subarray(1)]),
    format: "der",
    type: "spki",
  }),
};

function entry(proof) {
  return {
    canonicalizedBody: bytes(proof.leaf),
    inclusionProof: {
      logIndex: String(proof.index),
      hashes: proof.path.map(bytes),
      checkpoint: { envelope: proof.checkpoint },
    },
  };
}

const refused = served.proofs.filter((proof) => {
  try {
    const told = entry(proof);
    verifyMerkleInclusion(told, verifyCheckpoint(told, [log]));
    return false;
  } catch {
    return true;
  }
});
process.stdout.write(JSON.stringify(refused.map((proof) => proof.name)));
