"""The letter door as the OpenAPI document describes it."""

from typing import Any, Final

from app.web.openapi import Responses, with_problems

_ADDRESS: Final = {"type": "string", "maxLength": 512}


def _parameter(
    name: str, place: str, schema: dict[str, Any], description: str
) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": True,
        "schema": schema,
        "description": description,
    }


DESCRIBED: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"message/rfc822": {"schema": {"type": "string"}}},
    },
    "parameters": [
        _parameter("sender", "query", _ADDRESS, "Of the envelope; empty for none."),
        _parameter(
            "recipient",
            "query",
            {"type": "array", "items": _ADDRESS, "minItems": 1, "maxItems": 100},
            "Of the envelope; given once for each.",
        ),
        _parameter(
            "Huiyin-Timestamp",
            "header",
            {"type": "string", "pattern": "^[0-9]{1,12}$"},
            "Seconds since 1970, of this moment.",
        ),
        _parameter(
            "Content-Digest",
            "header",
            {"type": "string", "pattern": "^sha-256=:[A-Za-z0-9+/]{43}=:$"},
            "SHA-256 of the letter (RFC 9530).",
        ),
        _parameter(
            "Huiyin-Signature",
            "header",
            {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "HMAC-SHA256 of timestamp, query and digest, a line feed between two.",
        ),
    ],
}

_KEPT: Final[Responses] = {
    201: {
        "description": "The letter is kept.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "arrival": {
                            "type": "string",
                            "description": "What the letter is called in our log.",
                        }
                    },
                    "required": ["arrival"],
                }
            }
        },
    }
}
RESPONSES: Final = _KEPT | with_problems(401, 408, 413, 415, 422)
