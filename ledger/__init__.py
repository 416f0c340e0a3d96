"""What happened: pure rules, the stored facts, and the store that keeps them for ever."""
