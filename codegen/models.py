"""Raw models: datamodel-code-generator writes them, and this module feeds it and tidies up after it."""

from __future__ import annotations

import ast
import warnings

from datamodel_code_generator import GenerateConfig, InputFileType, LiteralType, PythonVersion, generate
from datamodel_code_generator.enums import DataModelType

from codegen.spec import Alias, Model, Spec
from codegen.text import docstring
from codegen.types import Json, Plain

_TEXT_CLASSES = {"Timestamp": "cocapi_gen._http.bodies.Timestamp"}
"""Kinds of text that have a class written by hand."""

_CONFIG = GenerateConfig(
    input_file_type=InputFileType.OpenAPI,
    output_model_type=DataModelType.PydanticV2BaseModel,
    target_python_version=PythonVersion.PY_311,
    base_class="cocapi_gen._http.bodies.RawModel",
    snake_case_field=True,
    use_annotated=True,
    use_type_alias=True,
    collapse_root_models=False,  # or overrides of types are ignored
    enum_field_as_literal=LiteralType.All,
    use_schema_description=True,
    use_field_description=True,
    use_inline_field_description=True,
    use_single_line_docstring=True,
    use_standard_collections=True,
    use_union_operator=True,
    keep_model_order=True,
    disable_timestamp=True,
    formatters=[],  # everything generated is formatted together, at the end
)


def write_models(spec: Spec) -> str:
    """Return the source of the raw models, without header and not formatted yet."""
    overrides = {alias.name: _TEXT_CLASSES[alias.name] for alias in spec.aliases if _has_class(alias)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what the library only warns about would be wrong code
        source = generate(_lower(spec), config=_CONFIG.model_copy(update={"type_overrides": overrides}))
    if not isinstance(source, str):
        raise TypeError(f"one module was expected, not {type(source).__name__}")
    return _tidy(source, [model.name for model in spec.models])


def _has_class(alias: Alias) -> bool:
    return alias.name in _TEXT_CLASSES and alias.type == Plain("string")


def _lower(spec: Spec) -> dict[str, Json]:
    """Keep what makes types, and drop ranges and patterns: they tell what was seen, and must not refuse the rest."""
    schemas: dict[str, Json] = {alias.name: alias.type.lowered() | _lower_doc(alias.doc) for alias in spec.aliases}
    schemas |= {model.name: _lower_model(model) | _lower_doc(model.doc) for model in spec.models}
    return {"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {}, "components": {"schemas": schemas}}


def _lower_model(model: Model) -> dict[str, Json]:
    required: list[Json] = [each.wire_name for each in model.properties if each.required]
    properties: dict[str, Json] = {
        each.wire_name: each.type.lowered() | _lower_doc(each.doc) for each in model.properties
    }
    return {"type": "object", "required": required, "properties": properties}


def _lower_doc(text: str) -> dict[str, Json]:
    """Pack a text up, so that the library, which has its own ideas of docstrings, hands it on as it is."""
    return {"description": text.encode().hex()} if text else {}


def _unpacked(text: str) -> str:
    return bytes.fromhex(text).decode()


def _tidy(source: str, order: list[str]) -> str:
    """Put aliases before the classes, and classes in the order of the specification."""
    imports = ["from typing import TypeAlias", "from pydantic import JsonValue"]
    aliases, classes = list[ast.stmt](), dict[str, str]()
    for node in _OnTheWire().visit(ast.parse(source)).body:
        match node:
            case ast.ClassDef(name=name, bases=[base], body=body):
                classes[name] = f"class {name}({ast.unparse(base)}):\n{_written(body, 4)}"
            case ast.Assign() | ast.Expr(value=ast.Constant()):
                aliases.append(node)
            case ast.Expr():
                pass  # it builds a model, which models here do themselves when they are first used
            case _:
                imports.append(ast.unparse(node))
    return "\n".join([*imports, _written(aliases), *(classes[name] for name in order)])


def _written(body: list[ast.stmt], indent: int = 0) -> str:
    """Write statements below a blank line each, but for docstrings, which stay with what they explain."""
    lines = list[str]()
    for node in body:
        if not isinstance(node, ast.Expr):
            lines.append("")
        lines.append(" " * indent + _statement(node, indent))
    return "\n".join([*lines, ""])


def _statement(node: ast.stmt, indent: int) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return docstring([_unpacked(text)], indent)
        case ast.Assign(targets=[alias], value=ast.Call(args=[_, value])):
            # ``X = TypeAliasType("X", Y)`` becomes ``X: TypeAlias = Y``, which every editor follows.
            return f"{ast.unparse(alias)}: TypeAlias = {ast.unparse(value)}"
        case _:
            return ast.unparse(node)


class _OnTheWire(ast.NodeTransformer):
    """Uses tuples where lists were, for raw models never change, and JSON where anything was."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.Subscript(value=ast.Name(id="list"), slice=items):
                return ast.parse(f"tuple[{ast.unparse(items)}, ...]", mode="eval").body
            case _:
                return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name("JsonValue", node.ctx) if node.id == "Any" else node
