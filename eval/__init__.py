"""How good it is, measured in the open."""
