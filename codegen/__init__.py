"""Turns the specification into code: ``python -m codegen`` writes every generated file, ``--check`` compares them."""
