"""What the client's methods do, as flows: written once, whatever drives them."""
