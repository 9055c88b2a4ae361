"""From the normal form to the files of one client: models, calls, and what is copied as it is."""
