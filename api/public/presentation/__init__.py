"""How the pages put things: dates, sentences, marks and addresses, all pure."""
