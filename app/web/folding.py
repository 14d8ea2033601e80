"""What a template says the same way each time is worked out when it is compiled, or kept when it was drawn.

Texts of the catalogs, icons and addresses with constants alone become part of the compiled template, so each language
has an environment of its own. What the macros of PURE draw depends on nothing but what they are given.
A page says a hundred of them, and each call costs more than the text that it stands between.
"""

from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

PURE = ("components/icons.html", "components/badges.html")
KEPT = "kept_macro"
MAX_KEPT = 1_000

Fold = Callable[..., str]


class FoldingEnvironment(Environment):
    """`folded` are functions of constants alone, by the names that templates call them."""

    def __init__(self, folded: Mapping[str, Fold], **options: Any) -> None:
        super().__init__(**options)
        self._folded = folded
        self.kept_macro = lru_cache(MAX_KEPT)(self._draw)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One mapping for all templates where one has none of its own: an import compares theirs each time."""
        return super().make_globals(d) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        folded: nodes.Template = _Folding({**self._folded}, _pure_macros(template), self._draw).visit(template)
        return folded

    def _draw(self, template: str, macro: str, *args: Any, **options: Any) -> Markup:
        drawn: Markup = getattr(self.get_template(template).module, macro)(*args, **options)
        return drawn


class _Folding(NodeTransformer):
    def __init__(self, folds: Mapping[str, Fold], macros: Mapping[str, str], draw: Fold) -> None:
        self._folds = folds
        self._macros = macros
        self._draw = draw

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802  # Jinja calls it by that name
        self.generic_visit(call)
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        if name in self._macros:
            return self._folded_macro(call, self._macros[name], name)
        if name in self._folds and _is_constant(call):
            return nodes.Const(self._folds[name](*_values(call)), lineno=call.lineno)
        return call

    def _folded_macro(self, call: nodes.Call, template: str, name: str) -> nodes.Node:
        if _is_constant(call):
            return nodes.Const(self._draw(template, name, *_values(call)), lineno=call.lineno)
        call.args[:0] = [nodes.Const(template), nodes.Const(name)]
        call.node = nodes.EnvironmentAttribute(KEPT)
        return call


def _is_constant(call: nodes.Call) -> bool:
    only_args = not (call.kwargs or call.dyn_args or call.dyn_kwargs)
    return only_args and all(isinstance(arg, nodes.Const) for arg in call.args)


def _values(call: nodes.Call) -> list[Any]:
    return [arg.value for arg in call.args if isinstance(arg, nodes.Const)]


def _pure_macros(template: nodes.Template) -> dict[str, str]:
    """The template that each imported one is in."""
    macros: dict[str, str] = {}
    for each in template.find_all(nodes.FromImport):
        if isinstance(each.template, nodes.Const) and each.template.value in PURE:
            macros |= {name: each.template.value for name in each.names if isinstance(name, str)}
    return macros
