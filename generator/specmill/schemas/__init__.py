"""Schemas of a normal form and values: values are judged (``validate``) and made (``made``), in one direction."""
