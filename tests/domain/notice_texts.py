"""Texts of notices for the outline's tests, all of our own writing."""

from pathlib import Path

import pytest

from app.domain.outline import Node, Outline, parse_outline

SHARED = Path(__file__).parents[2] / "../shared/notices"

needs_shared_notices = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the notices beside the project are not there"
)

TITLE = "中共柳湾县水利局党组关于县委巡察反馈意见整改进展情况的通报"
PREAMBLE = "县委第四巡察组反馈意见以来，局党组逐条整改。现将整改进展情况通报如下。"
SIGNATURE = "中共柳湾县水利局党组\n2024年5月20日"


def notice(
    body: str,
    *,
    head: str = f"{TITLE}\n{PREAMBLE}",
    closing: str = "",
    signature: str = SIGNATURE,
) -> str:
    """Return a notice around the numbered part that a test is about."""
    return "\n".join(part for part in (head, body, closing, signature) if part)


def outline_of(body: str, **parts: str) -> Outline:
    """Read a notice around the numbered part that a test is about."""
    return parse_outline(notice(body, **parts))


def closed_with(closing: str, **parts: str) -> Outline:
    """Read a notice with two plain chapters and this closing."""
    body = "一、整改情况\n渠道渗漏已经整改。\n二、下一步工作\n巩固整改成果。"
    return outline_of(body, closing=closing, **parts)


def labels(outline: Outline) -> dict[str, str]:
    """Return the printed number of each path."""
    return {node.path: node.label for node in outline.nodes()}


def only(outline: Outline) -> Node:
    """Return the single item of an outline."""
    (node,) = outline.nodes()
    return node


def unspaced(printed: object) -> object:
    """Return a JSON value without white space in its texts."""
    if isinstance(printed, str):
        return "".join(printed.split())
    if isinstance(printed, list):
        return [unspaced(part) for part in printed]
    if isinstance(printed, dict):
        return {key: unspaced(value) for key, value in printed.items()}
    return printed
