"""The passes of the normaliser, one subject a file; ``document/normal.py`` has their order and their laws."""
