"""The claims ledger and the derived values of the prose: read, recompute, judge."""
