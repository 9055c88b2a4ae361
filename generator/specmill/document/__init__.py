"""From a file to operations: load → overlay → bundle → check → normal form → operations.

A document is untrusted input: ``limits`` bounds what any of these stages may cost.
"""
