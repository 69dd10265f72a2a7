"""What members sign: composed here, signed by their own keys, checked strictly, simulated, and made a command."""
