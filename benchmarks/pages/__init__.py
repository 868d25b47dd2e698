"""Medical pages with an exact truth, drawn from seeds, and what damages pages on their way."""
