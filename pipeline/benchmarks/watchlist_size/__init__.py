"""False positive identification rate against the size of the watchlist."""
