"""Runs a town: its processes, who starts them and keeps them running, what each gets, and all of it in one process."""
