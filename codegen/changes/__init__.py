"""What to do when the API changes: compare it with the spec, tell what is new, and write the harmless part down."""
