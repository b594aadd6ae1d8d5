"""Templates and catalogues: nothing is asked for that is not there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from jinja2 import Environment, StrictUndefined, nodes

from app.domain.vocabulary import Language
from app.web.wording import catalogue

WEB = Path(__file__).parents[1] / "app" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SOURCES = sorted(WEB.rglob("*.py"))

FIRST_LINE = re.compile(r"\{#-? \S.* -?#\}")
INLINE = re.compile(
    r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE
)
HAN = re.compile("[\u4e00-\u9fff]")
FILLED = "\N{OBJECT REPLACEMENT CHARACTER}"
SAMPLE = re.compile(r"<(code|kbd|pre|samp)\b.*?</\1>", re.DOTALL)
SPOKEN = re.compile(r"\s(?:title|alt|placeholder|aria-label)=\"([^\"]*)\"")
ENGLISH = re.compile("[A-Za-z]{2,}")
ATTRIBUTE = re.compile(r"[\w-]+=(?:\"[^\"]*\"|\S+)|\bdata-[\w-]+")
NAMES = {
    "API", "Atom", "CSV", "GeoReport", "JSON", "Open", "OpenAPI", "RSS", "SHA", "TXT",
}  # fmt: skip
"""What is called the same in both languages."""

environment = Environment(autoescape=True, undefined=StrictUndefined)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(WEB)) for path in paths]


def calls() -> Iterator[tuple[str, nodes.Call]]:
    """Yield template and call of every ``t(...)`` in the templates."""
    for path in TEMPLATES:
        tree = environment.parse(path.read_text(encoding="utf-8"))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                yield path.name, call


def asked_in_templates() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield template, key and given facts of every ``t("key", fact=...)``."""
    for where, call in calls():
        asked = call.args[0]
        chosen = (
            [asked.expr1, asked.expr2] if isinstance(asked, nodes.CondExpr) else [asked]
        )
        for key in chosen:
            if isinstance(key, nodes.Const):
                yield where, key.value, frozenset(fact.key for fact in call.kwargs)


def begun_in_templates() -> Iterator[tuple[str, str]]:
    """Yield template and first part of keys put together: ``t("form." ~ field)``."""
    for where, call in calls():
        if isinstance(call.args[0], nodes.Concat):
            first = call.args[0].nodes[0]
            yield where, first.value if isinstance(first, nodes.Const) else ""


def asked_in_code() -> Iterator[tuple[str, str]]:
    """Yield module and key of every ``….text("key")``."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            key = node.args[0]
            asks = isinstance(node.func, ast.Attribute) and node.func.attr == "text"
            if asks and isinstance(key, ast.Constant) and "." in str(key.value):
                yield path.name, str(key.value)


def facts_of(text: str) -> set[str]:
    """Return the names of the facts that ``text`` asks for."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("template", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_says_first_what_it_is_and_needs(template: Path) -> None:
    first = template.read_text(encoding="utf-8").split("\n", 1)[0]

    assert FIRST_LINE.fullmatch(first)


@pytest.mark.parametrize("template", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_compiles(template: Path) -> None:
    assert environment.from_string(template.read_text(encoding="utf-8"))


@pytest.mark.parametrize("template", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_has_no_style_and_no_script_of_its_own(template: Path) -> None:
    assert INLINE.findall(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_leaves_its_words_to_the_catalogues(template: Path) -> None:
    tree = environment.parse(template.read_text(encoding="utf-8"))
    texts = "".join(data.data for data in tree.find_all(nodes.TemplateData))

    assert HAN.findall(texts) == []


def written(node: nodes.Node) -> Iterator[str]:
    """Yield what stands in a template, in order, with a mark for each thing filled in.

    The block ``width`` is left out: it is a word of the style sheets.
    """
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Expr):
        yield FILLED
    elif not (isinstance(node, nodes.Block) and node.name == "width"):
        for child in node.iter_child_nodes():
            yield from written(child)


def written_words(template: Path) -> set[str]:
    """Return the words that a template shows or speaks without asking a catalogue."""
    tree = environment.parse(template.read_text(encoding="utf-8"))
    text = "".join(written(tree))
    spoken = " ".join(SPOKEN.findall(text))
    shown = re.sub(r"<[^>]*>|&\w+;", " ", SAMPLE.sub(" ", text))
    shown = ATTRIBUTE.sub(" ", shown)
    return set(ENGLISH.findall(f"{shown} {spoken}")) - NAMES


@pytest.mark.parametrize("template", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_has_no_english_of_its_own_either(template: Path) -> None:
    assert written_words(template) == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=names(TEMPLATES))
def test_every_table_says_what_it_is_a_table_of(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    nameless = [
        found[0]
        for found in re.finditer(r"<table\b[^>]*>(?P<next>\s*<caption)?", text)
        if not found["next"] and "aria-label" not in found[0]
    ]

    assert nameless == []


@pytest.mark.parametrize("template", TEMPLATES, ids=names(TEMPLATES))
def test_a_list_to_choose_from_is_called_wrong_only_where_it_is(
    template: Path,
) -> None:
    text = re.sub(r"{%.*?%}", "", template.read_text(encoding="utf-8"))
    unsaid = [
        found
        for found in re.findall(r"<select\b[^>]*\brequired\b[^>]*>", text)
        if not re.search(r"aria-invalid|points\(|marks\(", found)
    ]

    # Browsers say of each that is empty that it is wrong, before anybody was there.
    assert unsaid == []


def test_every_template_that_is_named_is_there() -> None:
    there = {path.relative_to(WEB / "templates").as_posix() for path in TEMPLATES}
    named = {
        node.value
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[\w/-]+\.html", node.value)
    }

    assert named <= there


def test_both_languages_have_the_same_keys() -> None:
    chinese, english = catalogue(Language.ZH).keys(), catalogue(Language.EN).keys()

    assert chinese ^ english == set()


def test_both_languages_ask_for_the_same_facts() -> None:
    chinese, english = catalogue(Language.ZH), catalogue(Language.EN)
    differing = {
        key
        for key in chinese.keys() & english.keys()
        if facts_of(chinese.text(key)) != facts_of(english.text(key))
    }

    assert differing == set()


@pytest.mark.parametrize("language", Language)
def test_no_text_is_empty(language: Language) -> None:
    words = catalogue(language)

    assert {key for key in words.keys() if not words.text(key).strip()} == set()  # noqa: SIM118 - a catalogue is no dict


@pytest.mark.parametrize("language", Language)
def test_every_text_that_a_template_asks_for_is_there(language: Language) -> None:
    words = catalogue(language)
    missing = {(where, key) for where, key, _ in asked_in_templates()}

    assert {(where, key) for where, key in missing if key not in words} == set()


@pytest.mark.parametrize("language", Language)
def test_every_text_gets_the_facts_that_it_asks_for(language: Language) -> None:
    words = catalogue(language)
    unmet = {
        (where, key)
        for where, key, facts in asked_in_templates()
        if key in words and facts_of(words.text(key)) - facts
    }

    assert unmet == set()


def test_every_text_that_code_asks_for_is_there() -> None:
    words = catalogue(Language.ZH)

    assert {(where, key) for where, key in asked_in_code() if key not in words} == set()


def test_a_key_put_together_begins_like_one_that_is_there() -> None:
    keys = catalogue(Language.ZH).keys()
    unknown = {
        (where, begun)
        for where, begun in begun_in_templates()
        if not any(key.startswith(begun) for key in keys)
    }

    assert unknown == set()


def test_nothing_is_announced_by_itself_and_once_more_as_it_gets_the_focus() -> None:
    twice = [
        (path.name, tag)
        for path in TEMPLATES
        for tag in re.findall(r"<[^<>]*>", path.read_text(encoding="utf-8"))
        if 'role="alert"' in tag and "data-focus" in tag
    ]

    assert twice == []
