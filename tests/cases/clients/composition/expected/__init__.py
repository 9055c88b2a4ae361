"""Client of Composition."""

from __future__ import annotations

from msgspec import UNSET

from . import errors, models
from ._auth import ApiKey, Basic, Bearer
from .client import AsyncClient, Client
from .models import (
    Answer,
    AnswerLevel,
    AnswerMomentOrText,
    AnswerOneOrMany,
    AnswerRatio,
    AnswerSometimes,
    AnswerUntagged,
    Base,
    Circle,
    Shape,
    Square,
    Tree,
    Trouble,
)

__all__ = [
    "Answer",
    "AnswerLevel",
    "AnswerMomentOrText",
    "AnswerOneOrMany",
    "AnswerRatio",
    "AnswerSometimes",
    "AnswerUntagged",
    "ApiKey",
    "AsyncClient",
    "Base",
    "Basic",
    "Bearer",
    "Circle",
    "Client",
    "Shape",
    "Square",
    "Tree",
    "Trouble",
    "UNSET",
    "errors",
    "models",
]
