"""Try the declared access as each caller, and compare the outcomes with it."""
