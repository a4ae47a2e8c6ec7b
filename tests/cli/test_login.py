"""`ionworks login` and `whoami`: keys are tried, stored privately, and never shown."""

import stat
import tomllib

import pytest

from ionworks.settings import resolve_settings

KEPT = """\
# written by hand
[profiles.default]  # of the lab
api_key = "iwk_the_old_key"  # since May
api_url = "{url}"
project_id = "lab"

[profiles."second one"]
api_token = 'tok_second'
"""


def profile(settings, name="default"):
    return tomllib.loads(settings.read_text(encoding="utf-8"))["profiles"][name]


def test_a_key_is_tried_stored_and_used(ionworks, sandbox, settings):
    done = ionworks("login", "--api-url", sandbox.url, stdin=f"{sandbox.api_key}\n")
    assert (done.status, done.err) == (0, "")
    assert f"user@sandbox.example at {sandbox.url}" in done.out
    assert profile(settings) == {"api_key": sandbox.api_key, "api_url": sandbox.url}
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.parent.stat().st_mode) == 0o700
    shown = ionworks("whoami")
    assert shown.status == 0
    assert "user@sandbox.example" in shown.out
    assert sandbox.api_key not in done.out + shown.out


def test_other_profiles_and_comments_are_kept(ionworks, sandbox, settings):
    settings.parent.mkdir(parents=True)
    settings.write_text(KEPT.format(url=sandbox.url), encoding="utf-8")
    settings.chmod(0o644)
    assert ionworks("login", stdin=sandbox.api_key).status == 0  # at the address of the profile
    text = settings.read_text(encoding="utf-8")
    assert text == KEPT.format(url=sandbox.url).replace("iwk_the_old_key", sandbox.api_key)
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    assert [*settings.parent.iterdir()] == [settings]


def test_a_new_profile_beside_others(ionworks, sandbox, settings, monkeypatch):
    settings.parent.mkdir(parents=True)
    settings.write_text(KEPT.format(url="https://example.com"), encoding="utf-8")
    monkeypatch.setenv("IONWORKS_PROFILE", "third")  # which does not exist yet
    assert ionworks("login", "--api-url", sandbox.url, stdin=sandbox.api_key).status == 0
    assert profile(settings, "third")["api_key"] == sandbox.api_key
    assert profile(settings)["api_key"] == "iwk_the_old_key"
    assert ionworks("whoami").status == 0


def test_a_token_takes_the_place_of_a_key(ionworks, settings):
    ionworks("login", "--no-check", stdin="the-first-key")
    ionworks("login", "--no-check", "--token", stdin="the-token")
    assert profile(settings) == {"api_token": "the-token"}
    ionworks("login", "--no-check", "--project", "p-1", stdin="the-next-key")
    assert profile(settings) == {"api_key": "the-next-key", "project_id": "p-1"}


def test_a_project_is_stored_by_its_id(ionworks, sandbox, settings, cell):
    name = cell.client.project.get(cell.project).name
    done = ionworks("login", "--project", name, stdin=sandbox.api_key)
    assert (done.status, "takes precedence over the profile" in done.err) == (0, True)
    assert profile(settings)["project_id"] == cell.project


def test_a_rejected_key_is_not_stored_and_not_shown(ionworks, sandbox, settings):
    done = ionworks("--json", "login", "--api-url", sandbox.url, stdin="wrong-key-123")
    assert done.status == 4
    assert done.error["type"] == "AuthenticationFailed"
    assert done.error["request_id"]
    assert "wrong-key" not in done.out + done.err
    assert not settings.exists()


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "words"),
    [
        ([], "", 2, "no key on standard input"),
        ([], "two words", 4, "copy the complete key again"),
        (["--no-check"], "x" * 20 + "\nyyyy", 4, "copy the complete key again"),
        (["iwk_as_an_argument"], "", 2, "login takes no argument"),
        (["--api-url", "iwk_as_address"], "some-key", 4, "must begin with https://"),
        (["--api-url", "http://example.com"], "some-key", 4, "plain http"),
        (["--no-check", "--project", "a b"], "some-key", 4, "not a valid id"),
        (["--profile", " "], "some-key", 2, "is empty"),
    ],
)
def test_what_is_no_key_is_refused_and_never_shown(
    ionworks, settings, arguments, stdin, status, words
):
    done = ionworks("login", *arguments, stdin=stdin)
    assert done.status == status
    assert words in done.err
    assert "Traceback" not in done.err
    for secret in (stdin.strip() or "iwk_as_an_argument", "iwk_as_address"):
        assert secret not in done.out + done.err
    assert not settings.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"profiles = 3", "'profiles' must be a table"),
        (b"[profiles]\ndefault = 'iwk_abcdefgh'", "'profiles.default' must be a table"),
        (b"a = = 'iwk_abcdefgh'", "not valid TOML (line 1)"),
        (b"# \xff iwk_abcdefgh", "not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_edited_is_left_as_it_is(ionworks, settings, content, words):
    settings.parent.mkdir(parents=True)
    settings.write_bytes(content)
    done = ionworks("login", "--no-check", stdin="some-key")
    assert done.status == 4
    assert words in done.err
    assert "iwk_abcdefgh" not in done.err
    assert settings.read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[profiles]\ndefault = {api_key = 'old-one-1'}\n",
        "profiles.default.api_key = 'old-one-1'\nprofiles.other.api_key = 'k2'\n",
        "profiles = {default = {api_key = 'old-one-1'}}\n",
        "[profiles.other]\napi_key = 'k2'\r\n[profiles.default]\r\n\r\n# end",
    ],
)
@pytest.mark.parametrize("name", ["default", "new", "with space", "dotted.name", "größe"])
def test_every_layout_of_the_file_can_be_edited_or_is_kept(ionworks, settings, content, name):
    settings.parent.mkdir(parents=True)
    settings.write_bytes(content.encode())
    done = ionworks("login", "--no-check", "--profile", name, stdin="the-new-key")
    if done.status:
        assert (done.status, settings.read_bytes()) == (4, content.encode())
        return
    chosen = resolve_settings(environ={}, config_file=settings, profile=name)
    assert chosen.api_key == "the-new-key"
    old = tomllib.loads(content).get("profiles", {})
    new = tomllib.loads(settings.read_bytes().decode())["profiles"]
    assert {**old, name: new[name]} == new


def test_a_link_to_the_file_stays_a_link(ionworks, settings, tmp_path):
    settings.parent.mkdir(parents=True)
    real = tmp_path / "dotfiles.toml"
    real.write_text("", encoding="utf-8")
    settings.symlink_to(real)
    assert ionworks("login", "--no-check", stdin="some-key").status == 0
    assert settings.is_symlink()
    assert "some-key" in real.read_text(encoding="utf-8")


def test_without_a_home_folder_the_variable_is_named(ionworks, monkeypatch):
    for name in ("XDG_CONFIG_HOME", "HOME", "USERPROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pathlib.Path.home", lambda: (_ for _ in ()).throw(RuntimeError))
    done = ionworks("login", "--no-check", stdin="some-key")
    assert done.status == 4
    assert "IONWORKS_CONFIG_FILE" in done.err


def test_whoami_as_json_and_without_a_key(ionworks, key, monkeypatch):
    shown = ionworks("--json", "whoami")
    assert (shown.status, shown.json["email"]) == (0, "user@sandbox.example")
    assert key not in shown.out
    monkeypatch.delenv("IONWORKS_API_KEY")
    done = ionworks("whoami", "--json")
    assert (done.status, done.error["type"]) == (4, "ConfigurationError")
    assert done.out == ""
