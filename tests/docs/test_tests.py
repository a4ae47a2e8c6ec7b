"""The tests of a module are found by its name: in `test_<module>.py`, or by the table here."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
FILES = {path.relative_to(TESTS).as_posix(): path for path in TESTS.rglob("test_*.py")}
NAMES = {
    "ionworks": {path.stem for name, path in FILES.items() if not name.startswith("scripts/")},
    "scripts": {path.stem for name, path in FILES.items() if name.startswith("scripts/")},
}

# Modules without a test file of their name or of their package's name: the file, and a word in it
# that shows it, where the file has neither the name of the module nor one that it defines.
TESTED_BY = {
    "ionworks": {
        "_forks": ("faults/test_fault_forks.py", "forked after polars"),
        "_profiles": ("unit/test_settings.py", "profiles.default"),
        "_http/attempt_log": ("faults/test_fault_tracing.py", "hook"),
        "_http/calls": ("api/test_client.py", "client.call"),
        "_http/cancellation": "unit/test_fan_out.py",
        "_http/checksum": "faults/test_fault_files.py",
        "_http/clients": ("faults/test_fault_tls.py", "verify"),
        "_http/failures": ("faults/test_fault_connections.py", "not_sent"),
        "_http/file_calls": ("faults/test_fault_files.py", "save"),
        "_http/integrity": ("faults/test_fault_files.py", "IntegrityError"),
        "_http/log_filter": ("faults/test_fault_secrets.py", "httpcore"),
        "_http/multipart": ("scripts/codegen/test_generated_session.py", "multipart"),
        "_http/network": "faults/test_fault_strays.py",
        "_http/part_file": ("faults/test_fault_targets.py", "ionworks.part"),
        "_http/proxies": ("faults/test_fault_environment.py", "NO_PROXY"),
        "_http/download": "faults/test_rows_transfers.py",
        "_http/ranges": "faults/test_rows_transfers.py",
        "_http/transfer": "faults/test_fault_files.py",
        "_http/receive": ("faults/test_fault_files.py", "saved"),
        "_http/recipe": "faults/test_fault_processes.py",
        "_http/recorded_process": ("testing/test_kit_cases.py", "a child process"),
        "_http/request": "unit/test_attempts.py",
        "_http/response": "unit/test_attempts.py",
        "_http/s3_answers": ("faults/test_s3_upload.py", "wrong-etag"),
        "_http/sender": ("faults/test_fault_redirects.py", "redirect"),
        "_http/signing": ("sandbox/test_sandbox_s3.py", "S3Object"),
        "_http/session": ("api/test_client.py", "closing"),
        "_http/slots": "faults/test_http_connection.py",
        "_http/source": "faults/test_fault_sources.py",
        "_http/tls": "faults/test_fault_tls.py",
        "_http/transport": "faults/test_fault_forward.py",
        "_http/waits": ("testing/test_kit_cases.py", "processing_ms"),
        "_request/multipart": "scripts/codegen/test_generated_session.py",
        "_request/ids": "api/test_records_as_ids.py",
        "_request/schemas": "unit/test_payload.py",
        "_workflows/checks": "api/test_upload_checks.py",
        "_workflows/create": "unit/test_diff.py",
        "_workflows/file_upload": ("api/test_files.py", "create_file"),
        "_workflows/find_cells": ("api/test_projects_and_names.py", "cell_instance.find"),
        "_workflows/growing_file": ("faults/test_follow.py", "grows"),
        "_workflows/energies": "unit/test_analysis_energies.py",
        "_workflows/replace": "api/test_stored_series.py",
        "_workflows/lazy_series": ("faults/test_rows_transfers.py", "lazy"),
        "_workflows/spool": ("faults/test_rows_uploads.py", "temporary"),
        "_workflows/targets": ("faults/test_rows_uploads.py", "expired"),
        "_workflows/tables": "api/test_combine.py",
        "_http/threads": "unit/test_fan_out.py",
        "_workflows/views": "unit/test_html.py",
        "_workflows/wait": "unit/test_upload.py",
        "analysis/binning": "unit/test_analysis_curves.py",
        "analysis/counters": ("unit/test_analysis_tables.py", "CounterWarning"),
        "analysis/cycle_table": ("unit/test_analysis_tables.py", "cycles"),
        "analysis/half_cycles": ("unit/test_analysis_blocks.py", "Half cycle"),
        "analysis/holds": ("unit/test_analysis_blocks.py", "hold"),
        "analysis/ledger": ("unit/test_analysis_tables.py", "steps"),
        "analysis/numeric": "unit/test_analysis_curves.py",
        "analysis/rate_capability": "unit/test_plotting.py",
        "analysis/rows": ("unit/test_analysis_blocks.py", "rows"),
        "analysis/step_table": ("unit/test_analysis_tables.py", "steps"),
        "analysis/step_types": ("unit/test_analysis_tables.py", "CCCV"),
        "analysis/sweeps": ("unit/test_plotting.py", "sweep"),
        "cli/__main__": "cli/test_processes.py",
        "cli/app": "cli/test_status.py",
        "cli/commands/find": ("cli/test_ls.py", "find"),
        "cli/commands/read": ("cli/test_reading.py", "read"),
        "cli/commands/sandbox": ("cli/test_processes.py", "sandbox"),
        "cli/commands/show": ("cli/test_ls.py", "show"),
        "cli/commands/upload": ("cli/test_uploads.py", "upload"),
        "cli/commands/whoami": ("cli/test_login.py", "whoami"),
        "cli/invocation": "cli/test_status.py",
        "cli/lookup": ("cli/test_ls.py", "AmbiguousName"),
        "cli/profiles": ("cli/test_login.py", "profile"),
        "records/base": "unit/test_record.py",
        "records/flatten": "unit/test_records_table.py",
        "records/model": "unit/test_record.py",
        "records/readers": "unit/test_record.py",
        "sandbox/__main__": "sandbox/test_sandbox_process.py",
        "sandbox/app": "sandbox/test_sandbox_http.py",
        "sandbox/backend": "sandbox/test_contract_tap.py",
        "sandbox/contract/operations": "sandbox/test_sandbox_http.py",
        "sandbox/contract/problems": "sandbox/test_sandbox_http.py",
        "sandbox/contract/schemas": "sandbox/test_sandbox_discovery.py",
        "sandbox/contract/validation": ("sandbox/test_sandbox_http.py", "422"),
        "sandbox/database/entities": "sandbox/test_sandbox_records.py",
        "sandbox/database/key": "sandbox/test_sandbox_process.py",
        "sandbox/database/objects": "api/test_detail.py",
        "sandbox/database/parts": "sandbox/test_sandbox_s3.py",
        "sandbox/database/schema": ("sandbox/test_sandbox_store.py", "_by_creation"),
        "sandbox/database/times": ("sandbox/test_sandbox_queries.py", "created_at"),
        "sandbox/handlers/account": "sandbox/test_sandbox_http.py",
        "sandbox/handlers/cell_instances": "sandbox/test_sandbox_records.py",
        "sandbox/handlers/cell_measurements": "sandbox/test_sandbox_uploads.py",
        "sandbox/handlers/cell_specifications": "sandbox/test_sandbox_records.py",
        "sandbox/handlers/components": "sandbox/test_sandbox_records.py",
        "sandbox/handlers/materials": "api/test_material.py",
        "sandbox/handlers/metadata": "sandbox/test_sandbox_measurement_files.py",
        "sandbox/handlers/tables": "sandbox/test_sandbox_uploads.py",
        "sandbox/handlers/watches": ("sandbox/test_sandbox_measurement_files.py", "/watch"),
        "sandbox/http/fault_injection": "sandbox/test_sandbox_faults.py",
        "sandbox/http/sigv4": "sandbox/test_sandbox_s3.py",
        "sandbox/http/runtime": ("sandbox/test_sandbox_server.py", "start and stop"),
        "sandbox/http/wire": "sandbox/test_sandbox_http.py",
        "sandbox/plain/filters": ("sandbox/test_sandbox_engine.py", "filtered"),
        "sandbox/plain/hooks": ("sandbox/test_sandbox_cell_batches.py", "instance_count"),
        "sandbox/plain/tables": ("sandbox/test_sandbox_engine.py", "data_folder"),
        "sandbox/processing/stored_tables": ("sandbox/test_sandbox_extend.py", "more rows"),
        "testing/__main__": ("testing/test_check.py", "testing.__main__"),
        "testing/_cassettes/files": "testing/test_recording.py",
        "testing/_cassettes/growing": ("testing/test_outdated.py", "new_episodes"),
        "testing/_cassettes/openapi": "testing/test_check.py",
        "testing/_cassettes/replay": ("testing/test_library.py", "in any order"),
        "testing/_cassettes/scrub": ("testing/test_recording.py", "secrets"),
        "testing/_openapi/directions": ("unit/test_normal_form.py", "read_only"),
        "testing/_openapi/keywords": ("unit/test_normal_form.py", "nullable"),
        "testing/_openapi/merge": ("unit/test_normal_form.py", "allOf"),
        "testing/_openapi/unions": ("unit/test_normal_form.py", "union"),
        "testing/clients": "testing/test_blocks.py",
        "testing/fixtures": "testing/test_plugin.py",
        "testing/marks": ("testing/test_kit_cases.py", "TestRead"),
        "testing/network": ("testing/test_recording.py", "SocketBlockedError"),
        "testing/provenance": ("testing/test_outdated.py", "seed_digest"),
        "testing/requirements": "testing/test_plugin.py",
        "testing/unused": ("testing/test_outdated.py", "unused"),
    },
    "scripts": {
        "codegen/examples": ("scripts/codegen/test_resources.py", "example"),
        "codegen/filters": ("scripts/codegen/test_resources.py", "filters"),
        "codegen/contract": "scripts/codegen/test_generate.py",
        "codegen/id_types": ("scripts/codegen/test_resources.py", "RackId"),
        "page_code": ("docs/test_page_code.py", "page_code"),
        "pages": ("docs/test_readme.py", "pages"),
        "public_types": ("docs/test_page_code.py", "public_types"),
        "codegen/manifest": "scripts/codegen/test_generate.py",
        "codegen/modules": ("scripts/codegen/test_unsupported.py", "two_tags"),
        "codegen/generator_model": "scripts/codegen/test_generated_models.py",
        "codegen/rendering": "scripts/codegen/test_generate.py",
        "codegen/upstream": "scripts/codegen/test_templates.py",
        "codegen/versions": ("scripts/spec/test_contract_cases.py", "last_release"),
        "layers": "docs/test_architecture.py",
        "ready_made": "testing/test_library.py",
        "spec/differences": ("scripts/spec/test_spec_changes.py", "what did not change"),
        "spec/fields": "scripts/spec/test_spec_pull.py",
        "spec/yaml_edit": "scripts/spec/test_spec_pull.py",
        "spec/generated_names": "scripts/spec/test_contract_cases.py",
        "spec/merge": "scripts/spec/test_spec_pull.py",
        "spec/names": "scripts/spec/test_spec_diff.py",
        "spec/renames": ("scripts/spec/test_spec_changes.py", "renamed"),
        "spec/report": "scripts/spec/test_spec_diff.py",
        "spec/call_graph": ("scripts/spec/test_spec_affected_methods.py", "Code.read"),
        "spec/rules": "scripts/spec/test_spec_changes.py",
        "spec/schemas": "scripts/spec/test_spec_changes.py",
        "spec/shapes": ("scripts/spec/test_spec_changes.py", "contract"),
        "spec/sources": ("scripts/spec/test_spec_affected_methods.py", "Code.read"),
        "spec/importer": ("scripts/spec/test_spec_pull.py", "pull"),
    },
}
ENTRIES = [(top, name) for top, table in TESTED_BY.items() for name in table]


def modules(top):
    """Return the modules of a package, by path without the suffix."""
    for path in sorted((ROOT / top).rglob("*.py")):
        if path.name not in ("__init__.py", "_version.py"):
            yield path.relative_to(ROOT / top).with_suffix("").as_posix()


def like_named(top, module):
    """Return the names that the test file of a module may have."""
    *packages, name = (part.lstrip("_") for part in module.split("/"))
    joined = {f"{package}_{name}" for package in packages}
    namesakes = [each for each in modules(top) if each.rpartition("/")[2].lstrip("_") == name]
    highest = min((each.count("/") for each in namesakes), default=0)
    # `test_client.py` is about client.py, and not about cell_measurement/client.py.
    if [each for each in namesakes if each.count("/") == highest] == [module]:
        joined.add(name)
    # `errors/body.py` is tested in test_errors.py; no test file is about all of a large package.
    return {f"test_{each}" for each in joined | {*packages} - {"codegen", "sandbox", "testing"}}


@pytest.mark.parametrize("top", TESTED_BY)
def test_every_module_has_a_test_file_of_its_name_or_a_line_in_the_table(top):
    without = {each for each in modules(top) if not like_named(top, each) & NAMES[top]}
    missing = sorted(without - TESTED_BY[top].keys())
    assert not missing, f"add test_<module>.py, or a line in {Path(__file__).name}: {missing}"


@pytest.mark.parametrize(("top", "name"), ENTRIES)
def test_every_line_of_the_table_is_true(top, name):
    module = ROOT / top / f"{name}.py"
    assert module.is_file(), f"{module} does not exist: remove its line"
    assert not like_named(top, name) & NAMES[top], f"{name} has a test file of its name"
    line = TESTED_BY[top][name]
    file, words = (line, own_words(module)) if isinstance(line, str) else (line[0], {line[1]})
    assert file in FILES, f"{file} does not exist"
    pattern = "|".join(re.escape(each).replace("_", "[_ .-]") for each in words)
    text = FILES[file].read_text(encoding="utf-8")
    assert re.search(rf"(?<![a-zA-Z])(?:{pattern})", text), f"{file} does not mention {name}"


def own_words(module):
    """Return the name of a module, and the public names that it defines."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    defined = {each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.ClassDef)}
    return {name for name in {module.stem, *defined} if not name.startswith("_")}


def test_names_of_test_files_are_unique_and_found_without_a_folder():
    count = Counter(path.name for path in FILES.values())
    assert [name for name, number in count.items() if number > 1] == []
    helpers = Counter(path.name for path in TESTS.rglob("*.py") if "golden" not in path.parts)
    shared = {path.name for path in (TESTS / "helpers").glob("*.py")}
    vendor = {path.name for path in (TESTS / "vendor").glob("*.py")}  # a process of its own
    assert not [name for name in shared - vendor if helpers[name] > 1]
