"""How a request is carried: requests, effects and their driver, transport, bodies. Knows no endpoint."""
