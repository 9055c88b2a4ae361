"""Parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from msgspec import Meta

from .._facts import Body, Field, Form, Operation
from .._http import AsyncResource, Resource
from ..models import SCHEMAS, Bag, Film, Page, Photo, SendComposedRequest, SendEitherRequest

SEND_EITHER: Operation[None] = Operation(
    id="sendEither",
    method="POST",
    path="/either",
    body=Body(
        "body",
        {
            "multipart/form-data": Form(
                SendEitherRequest,
                {
                    "image": Field(binary=True, content_type="image/tiff"),
                    "photos": Field(binary=True, content_type="image/png"),
                    "cover": Field(binary=True, content_type="image/png"),
                    "more": Field(binary=True, content_type="application/pdf"),
                    "sum": Field(transfer="base64"),
                },
            )
        },
        required=True,
    ),
    returns={"204": None},
)

SEND_COMPOSED: Operation[None] = Operation(
    id="sendComposed",
    method="POST",
    path="/composed",
    body=Body(
        "body",
        {
            "multipart/form-data": Form(
                SendComposedRequest,
                {
                    "image": Field(binary=True, content_type="image/png, image/tiff"),
                    "extra": Field(binary=True, content_type="application/pdf"),
                    "sealed": Field(content_type="application/pdf", transfer="base64"),
                    "page": Field(content_type="text/html"),
                },
            )
        },
        required=True,
    ),
    returns={"204": None},
)

SEND_ANY_NAMES: Operation[None] = Operation(
    id="sendAnyNames",
    method="POST",
    path="/any-names",
    body=Body(
        "body",
        {
            "multipart/form-data": Form(
                Bag,
                {"signature": Field(binary=True, content_type="application/pgp-signature")},
                rest=Field(binary=True, content_type="application/octet-stream"),
            )
        },
        required=True,
    ),
    returns={"204": None},
)

SEND_RELATED: Operation[None] = Operation(
    id="sendRelated",
    method="POST",
    path="/related",
    body=Body(
        "body", {"multipart/related": Form(Film, {"film": Field(binary=True, content_type="video/mp4")})}, required=True
    ),
    returns={"204": None},
)

SEND_MIXED: Operation[list[Page]] = Operation(
    id="sendMixed",
    method="POST",
    path="/mixed",
    body=Body(
        "body", {"multipart/mixed": Form(list[Photo], rest=Field(binary=True, content_type="image/png"))}, required=True
    ),
    returns={"200": {"multipart/mixed": list[Page]}},
)

SEND_PACKAGE: Operation[None] = Operation(
    id="sendPackage",
    method="POST",
    path="/package",
    body=Body(
        "body",
        {
            "multipart/mixed": Form(
                Annotated[
                    list[Any],
                    Meta(
                        extra_json_schema={
                            "prefixItems": [
                                {"$ref": "#/components/schemas/Page"},
                                {"$ref": "#/components/schemas/Photo"},
                            ],
                            "items": {"type": "string"},
                            "$defs": SCHEMAS,
                        }
                    ),
                ],
                prefix=(
                    Field(content_type="application/vnd.page+json"),
                    Field(binary=True, content_type="image/png"),
                ),
            )
        },
        required=True,
    ),
    returns={"204": None},
)


class Parts(Resource):
    """Parts."""

    def send_either(self, body: SendEitherRequest | Mapping[str, Any]) -> None:
        """Send either."""
        return self._call(SEND_EITHER, body=body)

    def send_composed(self, body: SendComposedRequest | Mapping[str, Any]) -> None:
        """Send composed."""
        return self._call(SEND_COMPOSED, body=body)

    def send_any_names(self, body: Bag | Mapping[str, Any]) -> None:
        """Send any names."""
        return self._call(SEND_ANY_NAMES, body=body)

    def send_related(self, body: Film | Mapping[str, Any]) -> None:
        """Send related."""
        return self._call(SEND_RELATED, body=body)

    def send_mixed(self, body: Iterable[Photo]) -> list[Page]:
        """Send mixed."""
        return self._call(SEND_MIXED, body=body)

    def send_package(self, body: list[Any]) -> None:
        """Send package."""
        return self._call(SEND_PACKAGE, body=body)


class AsyncParts(AsyncResource):
    """Parts."""

    async def send_either(self, body: SendEitherRequest | Mapping[str, Any]) -> None:
        """Send either. See `Parts.send_either`."""
        return await self._call(SEND_EITHER, body=body)

    async def send_composed(self, body: SendComposedRequest | Mapping[str, Any]) -> None:
        """Send composed. See `Parts.send_composed`."""
        return await self._call(SEND_COMPOSED, body=body)

    async def send_any_names(self, body: Bag | Mapping[str, Any]) -> None:
        """Send any names. See `Parts.send_any_names`."""
        return await self._call(SEND_ANY_NAMES, body=body)

    async def send_related(self, body: Film | Mapping[str, Any]) -> None:
        """Send related. See `Parts.send_related`."""
        return await self._call(SEND_RELATED, body=body)

    async def send_mixed(self, body: Iterable[Photo]) -> list[Page]:
        """Send mixed. See `Parts.send_mixed`."""
        return await self._call(SEND_MIXED, body=body)

    async def send_package(self, body: list[Any]) -> None:
        """Send package. See `Parts.send_package`."""
        return await self._call(SEND_PACKAGE, body=body)
