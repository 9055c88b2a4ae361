"""Bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, Literal

from msgspec import UNSET, UnsetType

from .._facts import Body, Field, Form, Operation
from .._http import AsyncResource, Resource
from ..models import SendFormRequest, Thing, UploadRequest

SEND_FORM: Operation[None] = Operation(
    id="sendForm",
    method="POST",
    path="/form",
    body=Body(
        "body",
        {"application/x-www-form-urlencoded": Form(SendFormRequest, {"Tags": Field(style="form", explode=False)})},
        required=True,
    ),
    returns={"201": None},
)

UPLOAD: Operation[bytes] = Operation(
    id="upload",
    method="POST",
    path="/upload",
    body=Body(
        "body",
        {
            "multipart/form-data": Form(
                UploadRequest, {"file": Field(binary=True, content_type="image/png"), "more": Field(binary=True)}
            )
        },
    ),
    returns={"200": {"application/octet-stream": bytes}},
)

PUT_RAW: Operation[None] = Operation(
    id="putRaw",
    method="PUT",
    path="/raw",
    body=Body("body", {"application/octet-stream": bytes}, required=True),
    returns={"204": None},
)

EITHER: Operation[Thing | str] = Operation(
    id="either",
    method="POST",
    path="/either",
    body=Body(
        "body",
        {"application/xml": bytes, "application/json": Thing, "text/plain": str},
        required=True,
        chosen_by="content_type",
    ),
    returns={"200": {"application/json": Thing, "text/plain": str}},
)


class Bodies(Resource):
    """Bodies."""

    def send_form(self, body: SendFormRequest) -> None:
        """Send form."""
        return self._call(SEND_FORM, body=body)

    def upload(self, body: UploadRequest | Mapping[str, Any] | UnsetType = UNSET) -> bytes:
        """Upload."""
        return self._call(UPLOAD, body=body)

    def put_raw(self, body: bytes | IO[bytes]) -> None:
        """Put raw."""
        return self._call(PUT_RAW, body=body)

    def either(
        self,
        body: bytes | IO[bytes] | Thing | str,
        *,
        content_type: Literal["application/xml", "application/json", "text/plain"] = "application/json",
    ) -> Thing | str:
        """Either.

        Args:
            content_type: The media type that is sent.
        """
        return self._call(EITHER, body=body, content_type=content_type)


class AsyncBodies(AsyncResource):
    """Bodies."""

    async def send_form(self, body: SendFormRequest) -> None:
        """Send form. See `Bodies.send_form`."""
        return await self._call(SEND_FORM, body=body)

    async def upload(self, body: UploadRequest | Mapping[str, Any] | UnsetType = UNSET) -> bytes:
        """Upload. See `Bodies.upload`."""
        return await self._call(UPLOAD, body=body)

    async def put_raw(self, body: bytes | IO[bytes]) -> None:
        """Put raw. See `Bodies.put_raw`."""
        return await self._call(PUT_RAW, body=body)

    async def either(
        self,
        body: bytes | IO[bytes] | Thing | str,
        *,
        content_type: Literal["application/xml", "application/json", "text/plain"] = "application/json",
    ) -> Thing | str:
        """Either. See `Bodies.either`."""
        return await self._call(EITHER, body=body, content_type=content_type)
