"""The grid behind the what-if figure."""
