"""Actions in the neighbourhoods: the register, what it covers, the summer."""
