"""What routes depend on is done where the request is, not in a thread."""

import ast
from collections.abc import Iterator

from tests.test_architecture import sources

Function = ast.FunctionDef | ast.AsyncFunctionDef


def asked_for(tree: ast.Module) -> Iterator[str]:
    """Yield the names of functions that stand in ``Depends(…)``."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="Depends"), args=[ast.Name(id=name)]):
                yield name


def handed_out(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the functions that `on_duty` makes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "on_duty":
            yield from (one for one in node.body if isinstance(one, ast.FunctionDef))


def test_nothing_that_a_route_depends_on_goes_to_a_thread() -> None:
    web = {name: tree for name, tree in sources().items() if ".web." in name}
    asked = {name for tree in web.values() for name in asked_for(tree)}
    waiting = {
        node.name
        for tree in web.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.AsyncFunctionDef)
    }

    assert len(asked) > 10
    assert asked - waiting == set()
    assert [one.name for tree in web.values() for one in handed_out(tree)] == []
