"""What each kind of change means for whom, and why: the table that the comparison looks up."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Severity = Literal["breaking", "look", "harmless"]
Side = Literal["operation", "request", "answer"]
SEVERITIES: tuple[Severity, ...] = ("breaking", "look", "harmless")
SIDES: tuple[Side, ...] = ("operation", "request", "answer")
WHOM: dict[Side, str] = {
    "operation": "those who call it",
    "request": "those who send it",
    "answer": "those who read it",
}


@frozen
class Rule:
    """What a change is called in a sentence, how bad it is, and why."""

    sentence: str
    severity: Severity
    reason: str = ""


def _breaking(sentence: str, reason: str) -> Rule:
    return Rule(sentence, "breaking", reason)


def _look(sentence: str, reason: str) -> Rule:
    return Rule(sentence, "look", reason)


_OPERATIONS: dict[str, Rule] = {
    "operation added": Rule("{where} is new", "harmless"),
    "operation removed": _breaking("{where} is gone", "a call is answered 404 or 405"),
    "operation possibly moved": _breaking(
        "{before} is gone, and {after} has the same shape: possibly moved",
        "a call of the old path is answered 404 or 405",
    ),
    "deprecated": _look("{where} is deprecated now", "it will go one day"),
    "not deprecated": Rule("{where} is not deprecated any more", "harmless"),
    "idempotency changed": Rule("{where} was {before} and is {after}", "harmless"),
    "operation renamed": _breaking(
        "{where}: the generated {before} is {after}", "code that imports the old name fails"
    ),
    "ids reordered": _breaking(
        "{where}: its ids were {before} and are {after}", "code that gives them by position fails"
    ),
    "credentials changed": _look(
        "{where} took the credentials {before} and takes {after}", "a call may be answered 401"
    ),
    "server changed": _look("the servers were {before} and are {after}", "api_url may change"),
    "credential scheme changed": _look(
        "the credential {where} was {before} and is {after}", "the client may have to send it so"
    ),
    "schema removed": _breaking(
        "the generated model {where} is gone", "code that imports it fails"
    ),
    "success status changed": _look(
        "{where} of a success was {before} and is {after}", "code may compare the status"
    ),
}

_REQUESTS: dict[str, Rule] = {
    "field added": Rule("{where} is new and optional", "harmless"),
    "field added, required": _breaking("{where} is new and required", "what leaves it out fails"),
    "field removed": _breaking("{where} is not taken any more", "it is refused, or has no effect"),
    "field possibly renamed": _breaking(
        "{where} is gone, and {after} of the same type is new: possibly renamed",
        "the old name is refused, or has no effect",
    ),
    "type widened": Rule("{where} takes {after}, where it was {before}", "harmless"),
    "type narrowed": _breaking(
        "{where} takes only {after}, where it was {before}", "the rest fails"
    ),
    "type changed": _breaking("{where} was {before} and is {after}", "what was sent before fails"),
    "format changed": _breaking("{where} was {before} and is {after}", "other text fails"),
    "format marked": _look("{where} was {before} and is {after}", "generated code may differ"),
    "nullable": Rule("{where} may be null", "harmless"),
    "not nullable": _breaking("{where} may not be null any more", "null fails"),
    "required": _breaking("{where} is required now", "what leaves it out fails"),
    "optional": Rule("{where} is optional now", "harmless"),
    "enum value added": Rule("{where} takes {after} too", "harmless"),
    "enum value removed": _breaking("{where} does not take {before} any more", "that value fails"),
    "enum closed": _breaking("{where} takes only {after} now", "every other value fails"),
    "enum opened": Rule("{where} takes any value now, not only {before}", "harmless"),
    "constraint tightened": _breaking("{where}: {before} became {after}", "what is outside fails"),
    "constraint loosened": Rule("{where}: {before} became {after}", "harmless"),
    # It is unknown which of two patterns is stricter.
    "constraint changed": _breaking("{where}: {before} became {after}", "what was sent may fail"),
    "default changed": _look(
        "{where}: the default was {before} and is {after}", "who leaves it out gets another effect"
    ),
    "deprecated": _look("{where} is deprecated now", "it will go one day"),
    "not deprecated": Rule("{where} is not deprecated any more", "harmless"),
    "media type added": Rule("{where} takes {after} too", "harmless"),
    "media type removed": _breaking("{where} does not take {before} any more", "it is refused"),
}

_ANSWERS: dict[str, Rule] = {
    # Records keep fields that they do not know.
    "field added": Rule("{where} is new", "harmless"),
    "field added, required": Rule("{where} is new, and always there", "harmless"),
    "field removed": _breaking("{where} is not sent any more", "it is missing where it is read"),
    "field possibly renamed": _breaking(
        "{where} is gone, and {after} of the same type is new: possibly renamed",
        "it is missing under its old name",
    ),
    # `integer` to `number` is one of these: code that counts or indexes with it meets 2.5 some day,
    # and the annotation of the generated record changes.
    "type widened": _breaking(
        "{where} may be {after}, where it was {before}", "code meets a new type"
    ),
    # What comes was allowed before.
    "type narrowed": Rule("{where} is always {after}, where it was {before}", "harmless"),
    "type changed": _breaking("{where} was {before} and is {after}", "code meets a new type"),
    # A record holds a date-time as a datetime, and text as str: both directions change the type.
    "format changed": _breaking("{where} was {before} and is {after}", "records hold another type"),
    "format marked": _look("{where} was {before} and is {after}", "generated code may differ"),
    "nullable": _breaking("{where} may be null", "code meets None"),
    "not nullable": Rule("{where} is never null any more", "harmless"),
    "required": Rule("{where} is always there now", "harmless"),
    "optional": _breaking("{where} may be missing", "code meets None, or the default"),
    # A record holds a value that it does not know as text: nothing fails, but no branch fits it.
    "enum value added": _look("{where} may be {after} too", "no branch of the code knows it"),
    "enum value removed": _look("{where} is never {before} any more", "who waits for it waits on"),
    "enum closed": Rule("{where} is always one of {after} now", "harmless"),
    "enum opened": _look("{where} may be any value now, not only {before}", "code meets others"),
    "constraint tightened": Rule("{where}: {before} became {after}", "harmless"),
    "constraint loosened": _look("{where}: {before} became {after}", "code may rely on the limit"),
    "constraint changed": _look("{where}: {before} became {after}", "code may rely on it"),
    "default changed": _look(
        "{where}: the default was {before} and is {after}", "records hold it where nothing is sent"
    ),
    "deprecated": _look("{where} is deprecated now", "it will go one day"),
    "not deprecated": Rule("{where} is not deprecated any more", "harmless"),
    "media type added": Rule("{where} answers {after} too", "harmless"),
    "media type removed": _breaking(
        "{where} does not answer {before} any more", "code that asks for it fails"
    ),
    "header added": Rule("the response header {where} is new", "harmless"),
    "header removed": _look("the response header {where} is gone", "code may read it"),
    "header changed": _look(
        "the response header {where} was {before} and is {after}", "code may read it"
    ),
    "error status added": Rule("{where} may answer {after}", "harmless"),
    "error status removed": _look("{where} does not declare {before} any more", "code may wait"),
}

RULES: dict[Side, dict[str, Rule]] = {
    "operation": _OPERATIONS,
    "request": _REQUESTS,
    "answer": _ANSWERS,
}
#: What the change is called when it is looked at from the other end. The rest are their own.
MIRRORS = {
    "operation added": "operation removed",
    "field added": "field removed",
    "parameter added": "parameter removed",
    "body added": "body removed",
    "type widened": "type narrowed",
    "nullable": "not nullable",
    "required": "optional",
    "enum value added": "enum value removed",
    "enum closed": "enum opened",
    "constraint tightened": "constraint loosened",
    "deprecated": "not deprecated",
    "media type added": "media type removed",
    "header added": "header removed",
    "error status added": "error status removed",
}
MIRRORS |= {other: one for one, other in MIRRORS.items()}
