"""What is known, how it is typed, where it is kept."""
