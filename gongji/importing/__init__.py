"""Takes what former versions kept in files of the data directory into the register."""
