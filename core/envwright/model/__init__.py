"""Values: what the steps of the pipeline take and give. No module here does I/O or imports another room."""
