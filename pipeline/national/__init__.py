"""The national record: who deployed when, who published what, and what totals the public record supports."""
