"""What can be declared: one frozen class a kind, no I/O, no statements."""
