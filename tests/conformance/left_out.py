"""Checks of schemathesis that are left out somewhere, why, and which test has their subject."""

from __future__ import annotations

from typing import NamedTuple


class LeftOut(NamedTuple):
    """Why a check is left out, what covers its subject, and the tests that keep it all the same."""

    reason: str
    covered_by: str
    kept_in: frozenset[str] = frozenset()


HERE = "tests/conformance/test_conformance.py"
RECORDS = "tests/sandbox/test_sandbox_records.py"
HTTP = "tests/sandbox/test_sandbox_http.py"

LEFT_OUT = {
    "positive_data_acceptance": LeftOut(
        "edge cases are of the right type alone: blank texts for dates, both of two alternatives",
        f"{HERE}::test_plausible_calls_are_accepted",
        kept_in=frozenset({"plausible"}),
    ),
    "ignored_auth": LeftOut(
        "asks three times more; whether a key is needed hangs on the operation, not on the data",
        f"{HERE}::test_every_operation_succeeds",
        kept_in=frozenset({"success"}),
    ),
    "missing_required_header": LeftOut(
        "no operation asks for a header but the key",
        f"{HERE}::test_no_operation_asks_for_headers",
    ),
    "use_after_free": LeftOut(
        "looks at chains of calls, which are not generated here",
        f"{RECORDS}::test_a_deletion_takes_everything_below_along",
    ),
    "ensure_resource_availability": LeftOut(
        "looks at chains of calls, which are not generated here",
        f"{RECORDS}::test_a_project_is_created_changed_and_deleted",
    ),
    "object_level_authorization": LeftOut(
        "asks for a second identity; a sandbox has one key, and no other is let in",
        f"{HTTP}::test_without_the_right_key_there_is_a_401",
    ),
}
