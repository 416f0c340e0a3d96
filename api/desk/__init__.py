"""The desk: where officials put facts on record, each with an account, a role and a key."""
