"""What the facts mean: pure folds, versioned views on two clocks, and the workers behind them."""
