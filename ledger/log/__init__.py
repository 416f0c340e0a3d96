"""The verifiable log, pure: hashing, tiles, proofs, notes, in the formats of C2SP."""
