"""A client in other processes: pickled without its key, passed to a new one, forked."""

import copy
import os
import pickle
import signal
import ssl
import threading
import warnings
from contextlib import contextmanager
from multiprocessing import get_context

import many
import pytest
from many import recipe
from rig import KEY
from rig_fixtures import NO_AUTHORITIES

from ionworks import Ionworks
from ionworks.errors import AuthenticationFailed, ConfigurationError
from ionworks.sandbox import Sandbox

URL = "http://127.0.0.1:1"
OTHER_KEY = "k7-of-another-account-98765-uvwx"
OPTIONS = {
    "api_url": URL,
    "dataframe_backend": "pandas",
    "timeout": 7.0,
    "max_retries": 5,
    "project_id": "p1",
    "organization_id": "o1",
    "max_workers": 3,
    "proxy": "http://127.0.0.1:2",
    "verify": "authorities.pem",
    "deadline": 11.0,
}


@pytest.fixture(scope="module")
def box():
    with Sandbox(api_key=KEY) as box:
        yield box


@pytest.fixture
def profiles(tmp_path, monkeypatch):
    """Return a writer of the configuration file."""

    def write(text):
        path = tmp_path / "profiles.toml"
        path.write_text(text)
        path.chmod(0o600)
        monkeypatch.setenv("IONWORKS_CONFIG_FILE", str(path))
        return path

    return write


def pickles(thing):
    """Return a thing pickled by every protocol; the key is in none."""
    made = [pickle.dumps(thing, protocol) for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    for each in made:
        assert KEY.encode() not in each
        assert KEY[:8].encode() not in each
    return made


def test_a_client_comes_out_of_a_pickle_with_its_options_and_the_key_found_there(monkeypatch):
    client = Ionworks(KEY, **OPTIONS)
    monkeypatch.setenv("IONWORKS_API_KEY", OTHER_KEY)
    for each in pickles(client):
        again = pickle.loads(each)
        assert recipe(again) == {**OPTIONS, "profile": None}
        assert again.settings.api_key == OTHER_KEY


def test_what_was_left_to_its_default_is_so_again(monkeypatch):
    monkeypatch.setenv("IONWORKS_API_KEY", KEY)
    client = Ionworks()
    again = pickle.loads(pickles(client)[-1])
    assert recipe(again) == recipe(client)
    assert again._retry == client._retry  # tables and files are still without a deadline


def test_a_view_with_other_patience_is_pickled_with_it(monkeypatch):
    monkeypatch.setenv("IONWORKS_API_KEY", KEY)
    with Ionworks(api_url=URL, timeout=5, verify=False) as client:
        view = client.with_options(deadline=3, max_retries=1)
        again = pickle.loads(pickles(view)[-1])
        assert recipe(again) == recipe(client) | {"deadline": 3.0, "max_retries": 1}
        assert recipe(client)["deadline"] is None


def test_a_token_is_in_no_pickle_and_may_be_replaced_by_a_key(monkeypatch):
    monkeypatch.setenv("IONWORKS_API_KEY", OTHER_KEY)
    again = pickle.loads(pickles(Ionworks(api_token=KEY, api_url=URL))[-1])
    assert (again.settings.api_key, again.settings.api_token) == (OTHER_KEY, None)


def test_a_resource_is_pickled_with_its_client(monkeypatch):
    monkeypatch.setenv("IONWORKS_API_KEY", KEY)
    client = Ionworks(api_url=URL, project_id="p1")
    again = pickle.loads(pickles(client.cell_measurement)[-1])
    assert recipe(again._client) == recipe(client)


def test_without_a_key_an_unpickled_client_says_what_to_do(caught):
    (*_, pickled) = pickles(Ionworks(KEY, URL))
    with caught(ConfigurationError) as info:
        pickle.loads(pickled)
    for part in ("does not contain its key", "argument api_key", "set", "IONWORKS_API_KEY"):
        assert part in str(info.value)


def test_a_profile_is_asked_again_for_its_key(profiles):
    file = profiles(f'[profiles.lab]\napi_key = "{KEY}"\napi_url = "{URL}"\nproject_id = "p1"\n')
    (*_, pickled) = pickles(Ionworks(profile="lab"))
    file.write_text(f'[profiles.lab]\napi_key = "{OTHER_KEY}"\napi_url = "{URL}"\n')
    again = pickle.loads(pickled).settings
    assert (again.api_key, again.api_url, again.project_id) == (OTHER_KEY, URL, "p1")


@pytest.mark.parametrize("url", ["", 'api_url = "http://127.0.0.1:9"\n'])
def test_d6_a_key_of_a_profile_for_another_origin_is_not_given_to_a_pickled_client(
    profiles, caught, monkeypatch, url
):
    file = profiles(f'[profiles.lab]\napi_key = "{KEY}"\napi_url = "{URL}"\n')
    for client in (Ionworks(profile="lab"), Ionworks(KEY, URL)):
        (*_, pickled) = pickles(client)
        # The profile of the same name, or the default one, is for another service there.
        content = f'[profiles.lab]\napi_key = "{OTHER_KEY}"\n{url}'
        file.write_text(content + content.replace("lab", "default"))
        with caught(ConfigurationError) as info:
            pickle.loads(pickled)
        assert f"is {URL}" in str(info.value)
        file.write_text(f'[profiles.lab]\napi_key = "{KEY}"\napi_url = "{URL}"\n')


def test_where_a_profile_is_not_known_the_environment_is_enough(profiles, monkeypatch, caught):
    file = profiles(f'[profiles.lab]\napi_key = "{KEY}"\napi_url = "{URL}"\n')
    (*_, pickled) = pickles(Ionworks(profile="lab"))
    file.write_text(f'[profiles.default]\napi_key = "{OTHER_KEY}"\n')
    with caught(ConfigurationError) as info:  # the key of another profile may be anybody's
        pickle.loads(pickled)
    assert "'lab'" in str(info.value)
    monkeypatch.delenv("IONWORKS_CONFIG_FILE")
    with caught(ConfigurationError):
        pickle.loads(pickled)
    monkeypatch.setenv("IONWORKS_API_KEY", OTHER_KEY)
    assert pickle.loads(pickled).settings.api_key == OTHER_KEY


def test_a_profile_that_gave_no_key_need_not_be_there(profiles, monkeypatch):
    profiles('[profiles.default]\nproject_id = "p1"\n')
    monkeypatch.setenv("IONWORKS_API_KEY", KEY)
    (*_, pickled) = pickles(Ionworks())
    monkeypatch.delenv("IONWORKS_CONFIG_FILE")
    assert pickle.loads(pickled).settings.project_id == "p1"


@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ({"proxy": f"http://lab:{KEY}@127.0.0.1:2"}, "HTTPS_PROXY"),
        ({"verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)}, "CA file"),
    ],
    ids=["password of a proxy", "context"],
)
def test_what_cannot_be_in_a_pickle_is_refused_with_the_way_out(caught, option, advice):
    with caught(ConfigurationError) as info:
        pickle.dumps(Ionworks(KEY, URL, **option))
    assert advice in str(info.value)


def test_a_listener_stays_behind(monkeypatch):
    monkeypatch.setenv("IONWORKS_API_KEY", KEY)
    heard = []
    again = pickle.loads(pickle.dumps(Ionworks(api_url=URL, on_attempt=heard.append)))
    assert again._on_attempt is None


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_is_the_same_client_on_the_same_connections(box, copied):
    with Ionworks(KEY, box.url, project_id="p1", verify=NO_AUTHORITIES) as client:
        twin = copied(client)
        assert twin.whoami().email == client.whoami().email
        assert recipe_of_settings(twin) == recipe_of_settings(client)
        nested = copied({"client": client, "noun": client.project})
        assert nested["noun"].list().total == client.project.list().total
        twin.dataframe_backend = "pandas"
        assert client.dataframe_backend == "polars"
    with pytest.raises(RuntimeError, match="closed"):
        twin.whoami()


def recipe_of_settings(client):
    return client.settings, client.max_workers, client._timeout, client._retry


def test_a_client_passed_to_a_spawned_process_works_there(box, monkeypatch):
    monkeypatch.setenv("IONWORKS_API_KEY", KEY)
    spawn = get_context("spawn")
    answers = spawn.Queue()
    with Ionworks(api_url=box.url, project_id=box.project_id, max_workers=2) as client:
        email = client.whoami().email
        process = spawn.Process(target=many.use, args=(client.with_options(timeout=9), answers))
        process.start()
        number, answer, options = answers.get(timeout=many.PATIENCE)
        process.join(many.PATIENCE)
    assert process.exitcode == 0
    assert number == process.pid != os.getpid()
    assert answer == email
    assert options == recipe(client) | {"timeout": 9.0}


@contextmanager
def fork():
    """Fork, with threads; yield what runs something in the child, and then waits for it."""
    children = []

    def child(work):
        with warnings.catch_warnings():
            # Later Pythons warn of it: locks of other threads stay locked. Ours must not.
            warnings.simplefilter("ignore", DeprecationWarning)
            number = os.fork()
        if number == 0:
            code = 1
            try:
                signal.alarm(30)  # a deadlock ends as a failure
                code = 0 if work() else 2
            finally:
                os._exit(code)
        children.append(number)

    yield child
    codes = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in children]
    assert codes == [0] * len(children)


needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


@needs_fork
def test_a_used_client_works_in_a_forked_child_and_still_in_the_parent(box, opened):
    attempts = []
    client = opened(
        Ionworks(
            KEY,
            box.url,
            project_id=box.project_id,
            verify=NO_AUTHORITIES,
            on_attempt=attempts.append,
        )
    )
    view = client.with_options(timeout=20)
    spec = client.cell_spec.create({"name": "forked"})
    ids = [client.cell_instance.create(spec.id, {"name": str(n)}).id for n in range(2)]

    def own_answers(number, using):
        # On a shared socket one would read what the other asked for.
        return all(using.cell_instance.get(ids[number]).name == str(number) for _ in range(20))

    def child():
        mine = own_answers(1, client) and own_answers(1, view)
        client.close()
        return mine

    attempts.clear()
    with fork() as run:
        run(child)
        assert own_answers(0, client)
    assert own_answers(0, view)
    assert {attempt.number for attempt in attempts} == {1}  # the child took no connection away


@needs_fork
def test_a_fork_during_the_requests_of_other_threads_is_no_deadlock(box, opened, caplog):
    caplog.set_level("WARNING")  # the buffer of a log file has a lock that no fork resets
    client = opened(Ionworks(KEY, box.url, verify=NO_AUTHORITIES))
    client.health_check()  # so that nothing is being imported at the fork
    over = threading.Event()
    failed = []

    def ask():
        while not over.is_set():
            try:
                client.health_check()
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    try:
        with fork() as run:
            for _ in range(4):
                run(lambda: client.health_check()["status"] == "ok")
        with fork() as run:
            run(lambda: client.close() is None)
    finally:
        over.set()
        for each in threads:
            each.join()
    assert failed == []


@needs_fork
def test_a_lock_that_was_held_at_the_fork_is_not_waited_for(box, opened):
    client = opened(Ionworks(KEY, box.url, verify=NO_AUTHORITIES))
    client.health_check()
    with fork() as run, client.transport._connections._lock, client._lock:
        run(lambda: client.health_check()["status"] == "ok")
        run(lambda: client.close() is None)


def test_a_wrong_key_where_it_was_unpickled_is_reported_with_its_source(box, monkeypatch, caught):
    pickled = pickle.dumps(Ionworks(KEY, box.url))
    monkeypatch.setenv("IONWORKS_API_KEY", OTHER_KEY)
    with pickle.loads(pickled) as client, caught(AuthenticationFailed) as info:
        client.whoami()
    assert "IONWORKS_API_KEY" in str(info.value)
    assert OTHER_KEY[-4:] in str(info.value)
    assert OTHER_KEY not in str(info.value)
