"""The OpenAPI document: every status that can come, every header that is asked for."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.web.api_models import NewAddition, NewOpinion, Problem

_REF: Final = "#/components/schemas/{model}"
_ALWAYS: Final = (HTTPStatus.SERVICE_UNAVAILABLE,)
"""The database may be away, whatever is asked."""

_RETRY_AFTER: Final = {
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    }
}
_WAITING: Final = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}

Responses = dict[int | str, dict[str, Any]]


def named(route: APIRoute) -> str:
    """Return what a route is called in the document: the name of its function."""
    return route.name


def with_problems(*statuses: int) -> Responses:
    """Return the description of the problems that may come, 503 always among them."""
    found: Responses = {}
    for status in (*map(HTTPStatus, statuses), *_ALWAYS):
        found[status.value] = {
            "description": status.phrase,
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": _REF.format(model=Problem.__name__)}
                }
            },
        }
        if status in _WAITING:
            found[status.value]["headers"] = _RETRY_AFTER
    return found


def idempotent(model: type[BaseModel]) -> Responses:
    """Return the description of what a repeated request gets."""
    return {200: {"description": "It was received before.", "model": model}}


def sending(model: type[BaseModel]) -> dict[str, Any]:
    """Return the description of a body that a route reads by itself, and its key."""
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": _REF.format(model=model.__name__)}
                }
            },
        },
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "schema": {
                    "type": "string",
                    "pattern": "^[\\x21-\\x7e]{16,128}$",
                    "minLength": 16,
                    "maxLength": 128,
                },
            }
        ],
    }


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Return what makes the document of ``app``, once."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                routes=app.routes,
                license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
            )
            _, added = models_json_schema(
                [(Problem, "serialization"), (NewOpinion, "validation"),
                 (NewAddition, "validation")],
                ref_template=_REF,
            )  # fmt: skip
            schemas = document["components"]["schemas"]
            app.openapi_schema = document
            document["components"]["schemas"] = dict(
                sorted((schemas | added["$defs"]).items())
            )
        return app.openapi_schema

    return document
