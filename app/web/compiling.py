"""Compiling templates: words that are known beforehand are put in once, not each time.

A page calls ``t("key")`` some fifty times, and always with the same answer in one
language. So there is an environment for each language, in which such a call, and
``static("name")``, becomes the text itself when the template is compiled.
"""

from collections.abc import Callable, Mapping
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer

Known = Mapping[str, Callable[[str], str]]
"""Functions of one text, by the name that templates call them by."""


class PageEnvironment(Environment):
    """Jinja's environment, with the answers of some functions compiled in."""

    def __init__(self, known: Known) -> None:
        """Compile in what the functions in ``known`` say of a literal text."""
        super().__init__(
            loader=PackageLoader("app.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._answers: Final = _Answers(known)

    def _parse(
        self, source: str, name: str | None, filename: str | None
    ) -> nodes.Template:
        template = super()._parse(source, name, filename)
        answered: nodes.Template = self._answers.visit(template)
        return answered


class _Answers(NodeTransformer):
    """Puts the answer in the place of each call whose only argument is literal."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name=name),
                args=[nodes.Const(value=str() as value)],
                kwargs=[],
                dyn_args=None,
                dyn_kwargs=None,
            ) if name in self._known:
                return nodes.Const(self._known[name](value), lineno=node.lineno)
        return node
