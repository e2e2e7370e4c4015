"""One simulated crowd under the settings that forces print."""
