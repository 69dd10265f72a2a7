"""The inbox of committee members and the sheet on which they sign."""
