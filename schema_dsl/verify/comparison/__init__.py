"""Compare the result of migrations with the definitions."""
