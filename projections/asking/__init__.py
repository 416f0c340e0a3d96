"""How a question is read, asked of the tables at one moment, and its answer composed."""
