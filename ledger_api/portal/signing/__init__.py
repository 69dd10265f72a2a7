"""The sheet on which members sign: who may do what, and what the sheet asks and shows."""
