"""From files to the catalogue and the index."""
