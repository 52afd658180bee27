"""How each kind is read: one file a kind."""
