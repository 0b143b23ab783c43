"""The programs that use the sandbox through another library, each run in that library's own environment."""
