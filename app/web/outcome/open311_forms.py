"""Open311 as it is sent: the same answer in XML, which the protocol asks for, and JSON.

Whatever goes wrong is said in the form that was asked for, as the protocol has it.
"""

import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from app.errors import AppError, NotAllowed, NotFound
from app.web.addresses import methods_of, path_of
from app.web.errors import NOT_STORED, not_stored
from app.web.outcome.conditional import FOR_ALL
from app.web.outcome.feed_forms import xml_text

Facts = Mapping[str, Any]

BELOW: Final = "/open311/v2"
"""Where the protocol is spoken."""

_XML: Final = "text/xml; charset=utf-8"
_JSON: Final = "application/json; charset=utf-8"
_FORMS: Final = ("xml", "json")
_ONE: Final = {
    "services": "service", "service_requests": "request", "attributes": "attribute",
    "values": "value", "endpoints": "endpoint", "formats": "format",
    "errors": "error",
}  # fmt: skip
"""What one of many is called."""


class Open311Route(APIRoute):
    """A route whose errors are the protocol's."""

    def get_route_handler(
        self,
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler that answers errors in the form asked for."""
        handler = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handler(request)
            except (AppError, HTTPException, RequestValidationError) as error:
                return _refusal(request, error)
            except NOT_STORED as error:
                status, headers = not_stored(error)
                return _failed(request, status, "nothing was stored", headers)

        return answered


def install(app: FastAPI) -> None:
    """Let ``app`` answer in the protocol's form where no route of it was met, too."""
    otherwise: Any = app.exception_handlers[HTTPException]

    async def answered(request: Request, error: Exception) -> Response:
        ours = f"{path_of(request)}/".startswith(f"{BELOW}/")
        if not ours or not isinstance(error, HTTPException):
            elsewhere: Response = await otherwise(request, error)
            return elsewhere
        response = _refusal(request, error)
        if "Allow" in response.headers:
            response.headers["Allow"] = methods_of(request)
        return response

    app.add_exception_handler(HTTPException, answered)


def parted(word: str) -> str:
    """Return the last part of an address without the form that it ends in.

    Raises:
        HTTPException: We do not speak that form.
    """
    name, _, form = word.rpartition(".")
    if form not in _FORMS or not name:
        raise HTTPException(HTTPStatus.NOT_FOUND, "the formats are xml and json")
    return name


def many(
    request: Request, name: str, items: Sequence[Facts], *, status: int = 200
) -> Response:
    """Return ``items``; in JSON there is no name around them."""
    return _written(request, name, items, status=status)


def one(request: Request, name: str, facts: Facts) -> Response:
    """Return one thing."""
    return _written(request, name, facts, status=HTTPStatus.OK)


def _written(
    request: Request, name: str, content: Facts | Sequence[Facts], *, status: int
) -> Response:
    if _in_json(request):
        body = json.dumps(content, ensure_ascii=False).encode()
        return Response(body, status, FOR_ALL, _JSON)
    root = Element(name)
    _fill(root, name, content)
    body = tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, status, FOR_ALL, _XML)


def _fill(node: Element, name: str, content: Any) -> None:
    if isinstance(content, Mapping):
        for key, value in content.items():
            _fill(SubElement(node, key), key, value)
    elif isinstance(content, str):
        node.text = xml_text(content)
    elif isinstance(content, Sequence):
        for each in content:
            _fill(SubElement(node, _ONE[name]), _ONE[name], each)
    elif content is not None:
        node.text = str(content).lower() if content in {True, False} else str(content)


def _in_json(request: Request) -> bool:
    return request.url.path.endswith(".json")


def _refusal(
    request: Request, error: AppError | HTTPException | RequestValidationError
) -> Response:
    """Say what is wrong: 404 what is not there, 403 the key, else 400."""
    if isinstance(error, HTTPException):
        return _failed(
            request, HTTPStatus(error.status_code), error.detail, error.headers
        )
    status = HTTPStatus.BAD_REQUEST
    if isinstance(error, NotFound):
        status = HTTPStatus.NOT_FOUND
    elif isinstance(error, NotAllowed):
        status = HTTPStatus.FORBIDDEN
    words = str(error) if isinstance(error, AppError) else "the arguments are not valid"
    return _failed(request, status, words)


def _failed(
    request: Request,
    status: HTTPStatus,
    words: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    facts = {"code": str(status.value), "description": words}
    response = many(request, "errors", [facts], status=status)
    response.headers.update(dict(headers or {}))
    return response
