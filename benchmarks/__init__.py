"""Measurements of the project that take other programs, or a while; see README.md."""
