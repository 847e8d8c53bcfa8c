"""Pydantic's findings in words for people: where it is, what is wrong, and what would be right."""

from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from services.assignments.plan_file.nearest import instead
from services.assignments.plan_file.problems import Problem
from services.assignments.plan_file.source import Loc, Source

_SHAPES = {
    "string_type": "it must be a text on one line",
    "tuple_type": "it must be a list, as in [a, b] or with a dash a line",
    "dict_type": "it must be a mapping, with `key: value` a line",
    "model_type": "it must be a mapping, with `key: value` a line",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "float_type": "write a number",
    "float_parsing": "write a number",
    "date_type": "write a date, year-month-day, as in 2023-11-29",
}


def problem(source: Source, base: Loc, model: type[BaseModel], error: ErrorDetails) -> Problem:
    """What one error of `model`, validated from what stands at `base`, says to the one who wrote the file."""
    inner = tuple(part for part in error["loc"] if part != "[key]")
    return Problem(source.line((*base, *inner)), _words(source, base, model, inner, error))


def _words(source: Source, base: Loc, model: type[BaseModel], inner: Loc, error: ErrorDetails) -> str:
    kind = error["type"]
    around = (*base, *inner[:-1])
    if kind == "extra_forbidden":
        hint = instead(str(inner[-1]), _keys(_model_at(model, inner[:-1])))
        return _said(source, around, f"unknown key {str(inner[-1])!r}; {hint}")
    if kind == "missing":
        field = _field(_model_at(model, inner[:-1]), str(inner[-1]))
        wanted = f"; write {field.description}" if field and field.description else ""
        return _said(source, around, f"{inner[-1]} is missing{wanted}")
    return _said(source, (*base, *inner), _wrong(error))


def _wrong(error: ErrorDetails) -> str:
    kind, given = error["type"], error["input"]
    shown = "it is empty" if given is None else repr(given)[:60]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind == "enum":
        wanted = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return f"{shown} is not one of them; write one of {wanted}"
    if kind in _SHAPES:
        return _SHAPES[kind] if isinstance(given, list | dict) else f"{shown}; {_SHAPES[kind]}"
    return f"{shown}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _said(source: Source, loc: Loc, message: str) -> str:
    called = source.called(loc)
    return f"{called}: {message}" if called else message


def _model_at(model: type[BaseModel], inner: Loc) -> type[BaseModel]:
    for part in inner:
        field = _field(model, str(part))
        if field is not None:
            model = _model_in(field.annotation) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        if found := _model_in(inner):
            return found
    return None


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    return next((f for name, f in model.model_fields.items() if key in (f.alias, name)), None)


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]
