"""Where settings come from, in which order, and what is said when they are wrong."""

import copy
import os
import pickle
import sys
import warnings
from pathlib import Path

import pytest

from ionworks.errors import ConfigurationError
from ionworks.settings import Settings, is_loopback, resolve_settings

KEY = "iwk_0123456789abcd"
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX's")


@pytest.fixture
def write(tmp_path):
    """Write a configuration file that only its owner can read."""

    def write_file(text, mode=0o600):
        path = tmp_path / "config.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return path

    return write_file


def test_an_argument_beats_the_environment_which_beats_the_profile(write):
    file = write(
        '[profiles.default]\napi_key = "profile-key-0001"\napi_url = "https://profile.test"\n'
        'project_id = "p-profile"\norganization_id = "o-profile"\n'
    )
    env = {"IONWORKS_API_KEY": "env-key-00002", "IONWORKS_PROJECT_ID": "p-env"}
    settings = resolve_settings(api_key="arg-key-00003", environ=env, config_file=file)
    assert settings.api_key == "arg-key-00003"
    assert settings.key_source == "argument api_key"
    assert settings.project_id == "p-env"
    assert settings.organization_id == "o-profile"
    assert settings.api_url == "https://profile.test"
    assert settings.url_source == f"profile 'default' in {file}"
    assert settings.profile == "default"

    settings = resolve_settings(environ=env, config_file=file)
    assert settings.api_key == "env-key-00002"
    assert settings.key_source == "environment variable IONWORKS_API_KEY"

    settings = resolve_settings(environ={}, config_file=file)
    assert settings.api_key == "profile-key-0001"
    assert settings.key_source == f"profile 'default' in {file}"


def test_key_and_token_are_resolved_together():
    env = {"IONWORKS_API_KEY": "env-key-1", "IONWORKS_API_TOKEN": "env-token-1"}
    within = resolve_settings(environ=env)
    assert (within.api_key, within.api_token) == (None, "env-token-1")
    assert within.key_source == "environment variable IONWORKS_API_TOKEN"

    across = resolve_settings(api_key="arg-key-1", environ=env)
    assert (across.api_key, across.api_token) == ("arg-key-1", None)

    both = resolve_settings(api_key="arg-key-1", api_token="arg-token-1", environ={})
    assert (both.api_key, both.api_token) == (None, "arg-token-1")


def test_the_defaults_need_only_a_key():
    settings = resolve_settings(api_key=KEY, environ={})
    assert settings.api_url == "https://api.ionworks.com"
    assert settings.url_source == "the default"
    assert settings.project_id is None
    assert settings.profile is None


def test_without_a_credential_both_options_are_listed():
    with pytest.raises(ConfigurationError) as caught:
        resolve_settings(environ={})
    for part in ("IONWORKS_API_KEY", "api_key=", "python -m ionworks.sandbox", "[sandbox]"):
        assert part in str(caught.value)


def test_empty_variables_count_as_unset(write):
    file = write('[profiles.default]\napi_key = "profile-key-1"\n')
    env = {"IONWORKS_API_KEY": "", "IONWORKS_API_URL": "  ", "IONWORKS_PROFILE": ""}
    settings = resolve_settings(environ=env, config_file=file)
    assert settings.api_key == "profile-key-1"
    assert settings.api_url == "https://api.ionworks.com"


def test_an_empty_argument_is_reported():
    with pytest.raises(ConfigurationError, match="argument api_key is empty"):
        resolve_settings(api_key="", environ={"IONWORKS_API_KEY": KEY})
    with pytest.raises(ConfigurationError, match="argument api_key must be text, not int"):
        resolve_settings(api_key=5, environ={})


def test_space_around_a_key_is_dropped():
    assert resolve_settings(environ={"IONWORKS_API_KEY": f" {KEY}\r\n"}).api_key == KEY


@pytest.mark.parametrize("bad", ["abc\ndefghij", "abc defghij", "abc\x00defghij", "abcdefghijé"])
def test_a_key_that_cannot_be_one_is_refused_and_never_repeated(bad):
    for given in ({"api_key": bad}, {"api_token": bad}):
        with pytest.raises(ConfigurationError) as caught:
            resolve_settings(**given, environ={})
        assert "abc" not in str(caught.value)
        assert "argument api_" in str(caught.value)


def test_no_secret_is_shown_copied_into_text_or_pickled():
    settings = resolve_settings(api_key=KEY, environ={})
    assert KEY not in repr(settings)
    assert KEY not in str(settings)
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(settings)
    assert copy.deepcopy(settings) is settings
    assert copy.copy(settings) is settings


def test_the_hint_tells_the_source_and_four_characters():
    hint = resolve_settings(environ={"IONWORKS_API_KEY": KEY}).key_hint
    assert hint == "environment variable IONWORKS_API_KEY, ending in …abcd"
    assert resolve_settings(api_key="1234567", environ={}).key_hint == "argument api_key"
    assert resolve_settings(api_key="12345678", environ={}).key_hint.endswith("…5678")


def test_settings_do_not_change():
    settings = Settings(api_url="https://h.test", api_key=KEY)
    with pytest.raises(AttributeError):
        settings.api_key = "other"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api.test/", "https://api.test"),
        ("https://api.test/v1//", "https://api.test/v1"),
        ("HTTPS://api.test:8443", "https://api.test:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.8.9.1:8000/", "http://127.8.9.1:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_good_addresses(url, kept):
    assert resolve_settings(api_key=KEY, api_url=url, environ={}).api_url == kept


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("api.ionworks.com", "must begin with https://"),
        ("localhost:8000", "must begin with https://"),
        ("ftp://api.test", "must begin with https://"),
        ("https://", "has no host"),
        ("https://:80", "has no host"),
        ("https://h.test:99999", "not a valid address"),
        ("https://[::1", "not a valid address"),
        ("https://u:hunter2@h.test", "user name or password"),
        ("https://h.test?token=hunter2", "query"),
        ("https://h.test/#x", "query or a fragment"),
        ("http://api.ionworks.com", "plain http"),
        ("http://localhost.evil.test", "plain http"),
        ("http://127.0.0.1.evil.test", "plain http"),
        ("http://0.0.0.0:8000", "plain http"),
        ("https://h.test\\@evil.test", "contains a character"),
        ("https://h.te st", "contains a character"),
    ],
)
def test_bad_addresses_are_reported_with_their_source(url, said):
    with pytest.raises(ConfigurationError, match=said) as caught:
        resolve_settings(api_key=KEY, environ={"IONWORKS_API_URL": url})
    assert str(caught.value).startswith("environment variable IONWORKS_API_URL")
    assert "hunter2" not in str(caught.value)


def test_loopback_is_this_machine_alone():
    assert all(is_loopback(host) for host in ("localhost", "LOCALHOST", "127.0.0.1", "::1"))
    assert not any(is_loopback(host) for host in ("", "0.0.0.0", "10.0.0.1", "localhost.test"))


def test_ids_that_are_none_are_refused():
    with pytest.raises(ConfigurationError, match=r"argument project_id is '\.\./x'"):
        resolve_settings(api_key=KEY, project_id="../x", environ={})
    with pytest.raises(ConfigurationError, match="IONWORKS_ORGANIZATION_ID"):
        resolve_settings(api_key=KEY, environ={"IONWORKS_ORGANIZATION_ID": "a\r\nb"})


def test_a_profile_is_chosen_by_argument_then_environment(write):
    file = write(
        '[profiles.default]\napi_key = "key-default"\n'
        '[profiles.lab]\napi_token = "token-lab-1"\n[profiles.home]\napi_key = "key-home-1"\n'
    )
    env = {"IONWORKS_PROFILE": "lab", "IONWORKS_CONFIG_FILE": str(file)}
    assert resolve_settings(environ=env).api_token == "token-lab-1"
    assert resolve_settings(environ=env).profile == "lab"
    assert resolve_settings(profile="home", environ=env).api_key == "key-home-1"


def test_a_profile_that_is_not_there_is_reported_with_those_that_are(write):
    file = write('[profiles.lab]\napi_key = "key-lab-1"\n[profiles.home]\n')
    with pytest.raises(ConfigurationError, match=r"no profile 'labb' in .*: home, lab"):
        resolve_settings(profile="labb", environ={}, config_file=file)
    with pytest.raises(ConfigurationError, match="no configuration file"):
        resolve_settings(profile="lab", api_key=KEY, environ={})


def test_a_file_without_the_default_profile_is_no_error(write):
    file = write('[profiles.lab]\napi_key = "key-lab-1"\n')
    settings = resolve_settings(api_key=KEY, environ={}, config_file=file)
    assert settings.profile is None


def test_a_named_file_must_exist(tmp_path):
    with pytest.raises(ConfigurationError, match=r"none\.toml does not exist"):
        resolve_settings(api_key=KEY, environ={"IONWORKS_CONFIG_FILE": str(tmp_path / "none.toml")})


@pytest.mark.parametrize("variable", ["HOME", "XDG_CONFIG_HOME"])
def test_the_default_file_is_found(tmp_path, variable):
    base = tmp_path / ".config" if variable == "HOME" else tmp_path
    (base / "ionworks").mkdir(parents=True)
    file = base / "ionworks" / "config.toml"
    file.write_text('[profiles.default]\napi_key = "key-found-1"\n')
    file.chmod(0o600)
    assert resolve_settings(environ={variable: str(tmp_path)}).api_key == "key-found-1"


def test_a_relative_xdg_directory_is_ignored(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x" / "ionworks").mkdir(parents=True)
    (tmp_path / "x" / "ionworks" / "config.toml").write_text("broken")
    assert resolve_settings(api_key=KEY, environ={"XDG_CONFIG_HOME": "x"}).profile is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[profiles.default]\nap_key = "secret-1"\n', "'ap_key'; did you mean 'api_key'"),
        ("[profiles.default]\nzzz = 1\n", "known: api_token, api_key, api_url"),
        ('[profile.default]\napi_key = "secret-1"\n', "'profile'; did you mean 'profiles'"),
        ("[profiles.default]\napi_key = 12345678\n", "api_key in profile 'default'.*in quotes"),
        ('profiles = "secret-1"\n', r"\[profiles.default\]"),
        ('[profiles]\ndefault = "secret-1"\n', "must be a table"),
        ('[profiles.default]\napi_key = "secret-1\n', r"not valid TOML.*line 2"),
        (b'[profiles.default]\n# \xff\napi_key = "secret-1"\n', "line 2 is not UTF-8"),
    ],
)
def test_a_wrong_file_is_reported_with_its_place_and_without_its_secrets(write, text, said):
    file = write(text)
    with pytest.raises(ConfigurationError, match=said) as caught:
        resolve_settings(environ={}, config_file=file)
    assert str(file) in str(caught.value)
    assert "secret-1" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@posix_only
def test_a_file_that_cannot_be_read_is_reported(tmp_path):
    folder = tmp_path / "config.toml"
    folder.mkdir()
    with pytest.raises(ConfigurationError, match=r"config\.toml' cannot be read"):
        resolve_settings(environ={}, config_file=folder)


@posix_only
def test_a_key_open_to_others_is_warned_about_once(write):
    file = write('[profiles.default]\napi_key = "key-open-1"\n', mode=0o644)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        resolve_settings(environ={}, config_file=file)
    assert [w.category for w in caught] == [UserWarning]
    assert "chmod 600" in str(caught[0].message)
    assert "key-open-1" not in str(caught[0].message)
    assert caught[0].filename == __file__


@posix_only
def test_an_open_file_without_a_key_is_fine(write):
    file = write('[profiles.default]\nproject_id = "p1"\n', mode=0o644)
    assert resolve_settings(api_key=KEY, environ={}, config_file=file).project_id == "p1"


# The key of a profile, and other addresses.

PROFILE = '[profiles.{}]\n{} = "profile-key-0001"\n{}'
A = 'api_url = "https://a.test"\n'
SAME = [
    "https://a.test",
    "https://a.test/",
    "https://a.test/v2/x",
    "https://A.TEST",
    "HTTPS://a.test",
    "https://a.test:443",
    "https://a.test:0443/v1",
]
OTHER = [
    "https://b.test",
    "https://a.test:444",
    "https://a.test:8443/",
    "https://a.test.",
    "https://a.test.b.test",
    "https://sub.a.test",
    "http://localhost",
    "http://127.0.0.1:443",
    "https://api.ionworks.com",
]


@pytest.mark.parametrize("secret", ["api_key", "api_token"])
@pytest.mark.parametrize("name", ["default", "lab"])
@pytest.mark.parametrize("by", ["argument", "environment"])
@pytest.mark.parametrize("url", SAME + OTHER)
def test_d6_a_credential_of_a_profile_goes_to_its_origin_alone(write, url, by, name, secret):
    file = write(PROFILE.format(name, secret, A))
    given = {"api_url": url} if by == "argument" else {}
    environ = {"IONWORKS_API_URL": url} if by == "environment" else {}
    if name != "default" and by == "argument":
        given["profile"] = name
    else:
        environ["IONWORKS_PROFILE"] = name
    if url in SAME:
        settings = resolve_settings(**given, environ=environ, config_file=file)
        assert getattr(settings, secret) == "profile-key-0001"
        return
    with pytest.raises(ConfigurationError) as caught:
        resolve_settings(**given, environ=environ, config_file=file)
    said = str(caught.value)
    for part in (f"profile {name!r}", str(file), "https://a.test", url.rstrip("/"), "api_key"):
        assert part in said
    assert ("argument api_url" if by == "argument" else "IONWORKS_API_URL") in said
    assert "profile-key-0001" not in said


@pytest.mark.parametrize("url", OTHER[:-1])
def test_d6_a_profile_without_an_address_is_for_the_public_service(write, url):
    file = write(PROFILE.format("default", "api_key", ""))
    for given in ({}, {"api_url": "https://api.ionworks.com/v1"}):
        assert resolve_settings(**given, environ={}, config_file=file).api_key
    with pytest.raises(ConfigurationError, match=r"is for https://api\.ionworks\.com"):
        resolve_settings(api_url=url, environ={}, config_file=file)


@pytest.mark.parametrize("url", OTHER)
@pytest.mark.parametrize("secret", ["api_key", "api_token"])
def test_d6_a_credential_that_is_given_as_well_goes_to_the_address(write, url, secret):
    file = write(PROFILE.format("default", "api_key", A))
    variable = {f"IONWORKS_{secret.upper()}": "given-key-2"}
    for given, environ in (({secret: "given-key-2"}, {}), ({}, variable)):
        settings = resolve_settings(api_url=url, **given, environ=environ, config_file=file)
        assert getattr(settings, secret) == "given-key-2"
        assert settings.api_url == url.rstrip("/")


def test_d6_a_profile_with_an_address_alone_keeps_a_given_credential(write):
    file = write(f"[profiles.default]\n{A}")
    settings = resolve_settings(environ={"IONWORKS_API_KEY": KEY}, config_file=file)
    assert (settings.api_key, settings.api_url) == (KEY, "https://a.test")


def test_d6_a_wrong_address_of_the_profile_is_reported_even_where_another_is_asked_for(write):
    file = write(PROFILE.format("default", "api_key", 'api_url = "a.test"\n'))
    with pytest.raises(ConfigurationError, match="must begin with https"):
        resolve_settings(api_url="https://b.test", environ={}, config_file=file)


# Whose the file is.


@posix_only
def test_x18_a_pipe_is_no_configuration_file_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "config.toml")
    for path in (tmp_path / "config.toml", Path("/dev/zero")):
        with pytest.raises(ConfigurationError, match="it is a device or a pipe"):
            resolve_settings(environ={}, config_file=path)


def test_x18_the_null_device_is_a_file_without_profiles():
    settings = resolve_settings(api_key=KEY, environ={"IONWORKS_CONFIG_FILE": os.devnull})
    assert settings.profile is None


@posix_only
@pytest.mark.parametrize(("mode", "warns"), [(0o777, True), (0o1777, False), (0o775, False)])
def test_x18_a_folder_that_anybody_may_write_to_is_warned_about(tmp_path, mode, warns):
    folder = tmp_path / "folder"
    folder.mkdir()
    file = folder / "config.toml"
    file.write_text('[profiles.default]\napi_key = "profile-key-0001"\n')
    file.chmod(0o600)
    folder.chmod(mode)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        resolve_settings(environ={}, config_file=file)
    assert [str(folder) in str(each.message) for each in caught] == [True] * warns
    assert all(each.filename == __file__ for each in caught)


def test_the_process_environment_is_the_default(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("IONWORKS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("IONWORKS_API_KEY", KEY)
    assert resolve_settings().api_key == KEY
