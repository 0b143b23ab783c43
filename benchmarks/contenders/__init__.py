"""Those who are measured. Each runs in an environment of its own, so what is shared here needs nothing but Python."""
