"""Published deployments replayed through the engine, and what the model predicts for each."""
