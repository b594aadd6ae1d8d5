"""The reference of the JSON API, as a page: made from the OpenAPI document itself.

It has no script and asks no other host, so it reads and prints like any page here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from app.web import rendered
from app.web.dependencies import LanguageDep
from app.web.pages import page, premises_of

router = APIRouter(include_in_schema=False)

_METHODS: Final = ("get", "post")
_NUMBER: Final = "7K2M-9XQ4-R8TB"
_CODE: Final = "ABCDE-FGHJK-MNPQR-STVWX-YZ123"
_OPINION: Final = {
    "notice": "SLUG",
    "section": "2.1",
    "kind": "suggestion",
    "text": "…",
    "contact": {"email": "zhang@example.com"},
    "consent": True,
}
_EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "NewOpinion": _OPINION,
    "NewAddition": {"text": "…"},
}
_VALUES: Final = {
    "{slug}": "SLUG",
    "{path}": "2.1",
    "{receipt_number}": _NUMBER,
    "Query-Code": _CODE,
    "Idempotency-Key": "$(uuidgen)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A parameter, or a field of an object."""

    name: str
    place: str
    """``path``, ``header``, or empty for a field."""

    type: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something that can be asked of the API."""

    name: str
    method: str
    path: str
    parameters: tuple[Field, ...]
    body: str | None
    """The object that is sent."""

    answers: tuple[tuple[str, str | None], ...]
    """Statuses, each with the object that comes with it."""

    example: str


@router.get("/api/docs")
async def reference(request: Request, language: LanguageDep) -> Response:
    """Show what the API does and how it is asked."""
    pages = rendered.rendered_pages_of(request)
    key = (reference.__name__, language)
    return rendered.answer(request, pages.get(key, partial(_rendered, request)))


def _rendered(request: Request) -> Response:
    document = request.app.openapi()
    base_url = premises_of(request).settings.base_url
    return page(
        request,
        "public/api.html",
        base_url=base_url,
        operations=list(_operations(document, base_url)),
        objects={
            name: _fields(schema)
            for name, schema in document["components"]["schemas"].items()
        },
    )


def _operations(document: Mapping[str, Any], base_url: str) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            # What is for mail systems is described where these are set up.
            if method in methods and "mail" not in methods[method].get("tags", ()):
                yield _operation(methods[method], method, path, base_url)


def _operation(
    described: Mapping[str, Any], method: str, path: str, base_url: str
) -> Operation:
    parameters = tuple(
        Field(
            name=_printed(item["name"]) if item["in"] == "header" else item["name"],
            place=item["in"],
            type=_type(item["schema"]),
            required=item.get("required", False),
        )
        for item in described.get("parameters", ())
    )
    body = described.get("requestBody")
    sent = _object_of(body["content"]) if body else None
    answers = tuple(
        (status, _object_of(answer.get("content", {})))
        for status, answer in sorted(described["responses"].items())
    )
    return Operation(
        name=described["operationId"],
        method=method.upper(),
        path=path,
        parameters=parameters,
        body=sent,
        answers=answers,
        example=_curl(method, f"{base_url}{path}", parameters, sent),
    )


def _curl(
    method: str, url: str, parameters: tuple[Field, ...], sent: str | None
) -> str:
    for name, value in _VALUES.items():
        url = url.replace(name, value)
    lines = [f"curl {url}" if method == "get" else f"curl -X {method.upper()} {url}"]
    lines += [
        f'  -H "{field.name}: {_VALUES[field.name]}"'
        for field in parameters
        if field.place == "header"
    ]
    if sent is not None:
        body = json.dumps(_EXAMPLES[sent], ensure_ascii=False, indent=2)
        lines += ['  -H "Content-Type: application/json"', f"  -d '{body}'"]
    return " \\\n".join(lines)


def _object_of(content: Mapping[str, Any]) -> str | None:
    for media in content.values():
        reference: str = media.get("schema", {}).get("$ref", "")
        if reference:
            return reference.rpartition("/")[2]
    return None


def _fields(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the fields of an object; for a list of words, the words themselves."""
    required = set(schema.get("required", ()))
    if "enum" in schema:
        return tuple(
            Field(name=word, place="", type="", required=False)
            for word in schema["enum"]
        )
    return tuple(
        Field(name=name, place="", type=_type(item), required=name in required)
        for name, item in schema.get("properties", {}).items()
    )


def _type(schema: Mapping[str, Any]) -> str:
    """Return the type of a field in a few signs, such as ``string ≤ 200``."""
    match schema:
        case {"$ref": str(reference)}:
            said = reference.rpartition("/")[2]
        case {"anyOf": list(choices)}:
            said = " | ".join(map(_type, choices))
        case {"const": value}:
            said = json.dumps(value)
        case {"enum": list(words)}:
            said = " | ".join(map(json.dumps, words))
        case {"type": "array", "items": items}:
            said = f"{_type(items)}[]"
        case {"format": str(form)}:
            said = form
        case _:
            most = f" ≤ {schema['maxLength']}" if "maxLength" in schema else ""
            said = f"{schema.get('type', 'any')}{most}"
    return said


def _printed(name: str) -> str:
    """Return a header's name as it is usually written."""
    return "-".join(part.capitalize() for part in name.split("-"))
