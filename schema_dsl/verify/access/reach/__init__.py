"""Find what client roles reach beyond the declared access."""
