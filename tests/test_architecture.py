"""The rooms of the house: imports point one way, and no room outgrows its walls."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

APP = Path(__file__).parents[1] / "app"

LEAVES = {"errors", "clock", "keys"}
BELOW_SERVICES = {
    "database", "searching", "storing", "models", "mail", "classify", "domain",
    "sealing",
}  # fmt: skip
EDGE = {
    "premises", "gathering", "reading_room", "thinking", "services", "models", "mail",
    "domain", "database", "scratch", "sealing", "settings", "logs",
}  # fmt: skip

MAY_IMPORT = {
    **{leaf: set() for leaf in LEAVES},
    "proofs": set(),
    "adviser": set(),
    "identity": set(),
    "letter_limits": set(),
    "teaching": set(),
    "settings": {
        "adviser",
        "errors",
        "identity",
        "letter_limits",
        "proofs",
        "teaching",
    },
    "logs": {"errors"},
    "sealing": {"errors"},
    "journeys": set(),
    "postgresql": set(),
    "database": {"errors", "journeys", "postgresql"},
    "storing": set(),
    "scratch": set(),
    "searching": {"database"},
    "domain": {"errors"},
    "mail": {"domain", "errors"},
    "classify": {"domain", "errors"},
    "models": {"domain", "keys"},
    "services": BELOW_SERVICES | LEAVES | {"settings"},
    "gathering": {"database", "errors"},
    "thinking": {"classify"},
    "precedence": set(),
    "reading_room": {"mail", "settings", "errors"},
    "classroom": {"classify", "domain", "reading_room", "teaching", "errors"},
    "premises": {"gathering", "reading_room", "services", "database", "domain", "mail"}
    | {"precedence", "sealing", "settings", "thinking"}
    | LEAVES,
    "migrations": {"database", "errors", "models"},
    "web": EDGE | LEAVES,
    "gateways": EDGE | LEAVES,
    "workers": EDGE | LEAVES | {"classroom", "gateways"},
    "checking": {"domain", "gateways", "mail", "reading_room"},
    "main": {"premises", "scratch", "web"},
    "cli": EDGE
    | LEAVES
    | {"checking", "classify", "gateways", "main", "migrations", "proofs"}
    | {"web", "workers"},
    "__main__": {"cli"},
    "sample": set(),
}
"""What each room may ask of others; whoever is not named here has no room."""

ONLY_IN = {
    "fastapi": {"web", "main"},
    "starlette": {"web", "main"},
    "jinja2": {"web"},
    "uvicorn": {"web", "cli"},
    "click": {"cli"},
    "aiosmtpd": {"gateways"},
    "aiosmtplib": {"gateways"},
    "h11": {"gateways"},
    "alembic": {"migrations"},
    "cryptography": {"sealing", "services", "gateways"},
    "aiosqlite": {"journeys"},
    "numpy": {"classify"},
    "httpx": {"gateways"},
    "xlsxwriter": {"web"},
    "joserfc": {"gateways"},
    "segno": {"web"},
    "webauthn": {"services"},
    "psycopg": set[str](),
    "python_calamine": {"gateways"},
}
"""Libraries that only some rooms know of; a driver is named in a URL alone."""

PURE = {
    "domain", "mail", "classify", "models", "errors", "clock", "keys", "proofs",
    "settings", "adviser",
}  # fmt: skip
OUTSIDE = {
    "open", "print", "input", "eval", "exec",
    "asyncio", "http", "logging", "multiprocessing", "os", "random", "shutil",
    "smtplib", "socket", "sqlite3", "subprocess", "tempfile", "threading",
}  # fmt: skip
"""What reaches out of a pure room, or makes it give two answers to one question."""

REACHES_OUT = {"keys": {"threading"}}
"""Keys are counted for a whole process, whatever thread asks."""

CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time",
}  # fmt: skip

MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 40
MOST_NESTING = 3

BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try,
          ast.Match)  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def sources() -> dict[str, ast.Module]:
    """Return every module by its dotted name, migrations' history left out."""
    found = {}
    for path in sorted(APP.rglob("*.py")):
        parts = path.relative_to(APP.parent).with_suffix("").parts
        if parts[:3] != ("app", "migrations", "versions"):
            name = ".".join(parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def room(module: str) -> str:
    """Return the room of a module: the part of its name after ``app``."""
    return module.split(".")[1] if "." in module else "app"


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports; of ours, the module that holds it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in sources() else base


def ours(module: str) -> list[str]:
    """Return those modules of ours that ``module`` imports."""
    return [name for name in imported(sources()[module]) if name in sources()]


def libraries(module: str) -> set[str]:
    """Return the top names of what ``module`` imports from elsewhere."""
    return {name.split(".")[0] for name in imported(sources()[module])} - {"app"}


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function in ``tree``."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def called(tree: ast.AST) -> set[str]:
    """Return the plain names that ``tree`` calls."""
    return {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def is_constant(node: ast.AST) -> bool:
    """Return whether ``node`` is written out, or the name of what is."""
    return isinstance(node, ast.Constant) or (
        isinstance(node, ast.Name) and node.id.isupper()
    )


def lines_of(function: Function) -> int:
    """Return how long a function's body is, its docstring not counted."""
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    if not body:
        return 0
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def nesting(node: ast.AST) -> int:
    """Return how deep blocks stand in blocks below ``node``; ``elif`` is no deeper."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*Function.__args__, ast.ClassDef)):
            continue
        opens = isinstance(child, BLOCKS) and not is_elif(node, child)
        deepest = max(deepest, opens + nesting(child))
    return deepest


def is_elif(node: ast.AST, child: ast.AST) -> bool:
    """Return whether ``child`` is the ``elif`` of ``node``."""
    return (
        isinstance(node, ast.If)
        and isinstance(child, ast.If)
        and (node.orelse == [child])
    )


def knots(asks: Mapping[str, set[str]]) -> set[str]:
    """Return what is left when all that asks for nothing left is taken away."""
    left = dict(asks)
    while free := [name for name, wanted in left.items() if not wanted & set(left)]:
        for name in free:
            del left[name]
    return set(left)


def attributes(tree: ast.AST) -> set[str]:
    """Return every ``name.attribute`` that stands in ``tree``."""
    return {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


def test_imports_point_one_way() -> None:
    strays = [
        f"{module} imports {name}"
        for module in sources()
        for name in ours(module)
        if room(name) not in {*MAY_IMPORT.get(room(module), ()), room(module), "app"}
    ]

    assert strays == []


def test_every_room_is_in_the_plan() -> None:
    assert {room(module) for module in sources()} - {"app"} <= set(MAY_IMPORT)


def test_the_plan_itself_has_no_way_back() -> None:
    assert knots(MAY_IMPORT) == set()


def test_no_module_imports_itself_by_a_detour() -> None:
    assert knots({module: set(ours(module)) for module in sources()}) == set()


def test_libraries_of_the_edges_stay_at_the_edges() -> None:
    strangers = [
        f"{module} imports {library}"
        for module in sources()
        for library in libraries(module) & set(ONLY_IN)
        if room(module) not in ONLY_IN[library]
    ]

    assert strangers == []


def test_a_pure_room_reaches_for_nothing_outside() -> None:
    reached = [
        f"{module} uses {name}"
        for module, tree in sources().items()
        if room(module) in PURE
        for name in (libraries(module) | called(tree)) & OUTSIDE
        if name not in REACHES_OUT.get(room(module), set())
    ]

    assert reached == []


def test_only_the_clock_knows_what_time_it_is() -> None:
    asked = {
        f"{module} asks {name}"
        for module, tree in sources().items()
        for name in attributes(tree) & CLOCKS
    }

    assert asked == {"app.clock asks datetime.now", "app.keys asks time.time"}


def test_a_statement_is_never_put_together_from_parts() -> None:
    built = [
        f"{module}: {ast.unparse(node)}"
        for module, tree in sources().items()
        if "sqlalchemy" in libraries(module)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"text", "literal_column"}
        and not is_constant(node.args[0])
    ]

    assert built == []


def test_only_the_database_room_speaks_past_sqlalchemy() -> None:
    speaking = {
        module
        for module, tree in sources().items()
        if any(name.endswith(".exec_driver_sql") for name in attributes(tree))
    }

    assert speaking == {"app.database"}


def test_services_leave_the_commit_to_the_edge() -> None:
    ended = [
        f"{module}: {name}"
        for module, tree in sources().items()
        if room(module) == "services"
        for name in attributes(tree)
        if name.endswith((".commit", ".rollback"))
    ]

    assert ended == []


def test_imports_stand_at_the_top() -> None:
    inside = [
        f"{module}.{function.name}"
        for module, tree in sources().items()
        for function in functions(tree)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert inside == []


def test_files_are_short() -> None:
    long = [
        f"{module} has {lines} lines"
        for module, tree in sources().items()
        if (lines := tree.body[-1].end_lineno or 0) > MOST_LINES
    ]

    assert long == []


def test_functions_are_short() -> None:
    long = [
        f"{module}.{function.name} has {lines} lines"
        for module, tree in sources().items()
        for function in functions(tree)
        if (lines := lines_of(function)) > MOST_LINES_OF_A_FUNCTION
    ]

    assert long == []


def test_functions_are_flat() -> None:
    deep = [
        f"{module}.{function.name} is {depth} deep"
        for module, tree in sources().items()
        for function in functions(tree)
        if (depth := nesting(function)) > MOST_NESTING
    ]

    assert deep == []
