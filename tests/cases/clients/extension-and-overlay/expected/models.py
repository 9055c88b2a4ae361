"""The models of the API, generated from its document: regenerate, do not edit."""

from __future__ import annotations
