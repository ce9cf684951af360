"""The description of the interface as a page of our own: nothing is fetched from elsewhere."""

from dataclasses import dataclass
from typing import Any

from assistant.web.template import render_template


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    path: str
    summary: str
    fields: tuple[_Field, ...]


def render_docs(schema: dict[str, Any]) -> str:
    """Return the page for an OpenAPI description."""
    calls = [
        _Call(method.upper(), path, call.get("summary", ""), tuple(_fields(call, schema)))
        for path, methods in schema["paths"].items()
        for method, call in methods.items()
    ]
    return render_template("docs.html", calls=calls)


def _fields(call: dict[str, Any], schema: dict[str, Any]) -> list[_Field]:
    found = [
        _Field(field["name"], _type(field["schema"], schema), field.get("required", False))
        for field in call.get("parameters", ())
    ]
    content = call.get("requestBody", {}).get("content", {})
    body = _resolve(content.get("application/json", {}).get("schema", {}), schema)
    required = body.get("required", ())
    found += [
        _Field(name, _type(value, schema), name in required)
        for name, value in body.get("properties", {}).items()
    ]
    return found


def _resolve(value: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = value.get("$ref", "").rsplit("/", 1)[-1]
    resolved: dict[str, Any] = schema["components"]["schemas"][name] if name else value
    return resolved


def _type(value: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return a type in words: ``mentee | mentor | leader``, ``text``, ``number``."""
    value = _resolve(value, schema)
    if "anyOf" in value:
        kinds = [_type(kind, schema) for kind in value["anyOf"] if kind.get("type") != "null"]
        return " | ".join(kinds)
    if "enum" in value:
        return " | ".join(map(str, value["enum"]))
    words = {"string": "text", "integer": "number", "array": "several"}
    kind = str(value.get("type", ""))
    return words.get(kind, kind)
