"""The sandbox as an object: two servers on loopback in one thread, started and stopped."""

from __future__ import annotations

import atexit
import secrets
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from tempfile import gettempdir
from types import TracebackType
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

from ionworks.sandbox.app import Api, build_router
from ionworks.sandbox.backend import Backend
from ionworks.sandbox.contract.operations import load_contract
from ionworks.sandbox.contract.resources import read_resources
from ionworks.sandbox.database.entities import PROJECTS, insert
from ionworks.sandbox.database.identity import Account, RealSource, SeededSource
from ionworks.sandbox.database.key import key_of_folder, new_key
from ionworks.sandbox.database.lock import FolderLock
from ionworks.sandbox.database.objects import PRIVATE, Objects
from ionworks.sandbox.database.store import Store
from ionworks.sandbox.faults import Faults
from ionworks.sandbox.handlers import jobs
from ionworks.sandbox.http.fault_injection import (
    inject_faults,
    list_names,
    names_of,
    storage_name,
)
from ionworks.sandbox.http.overview import Overview
from ionworks.sandbox.http.runtime import Served, ServerThread, address_of, bound_socket
from ionworks.sandbox.http.storage import StorageApp
from ionworks.sandbox.http.wire import Origin, Workers
from ionworks.sandbox.options import check_duration, check_folder, check_port
from ionworks.sandbox.plain.tables import definitions
from ionworks.sandbox.snapshots import Snapshot, restore_snapshot, take_snapshot
from ionworks.sandbox.temporary import open_temporary

if TYPE_CHECKING:
    from ionworks.client import Ionworks
    from ionworks.models import Attempt

THREADS = 32
SEEDED_SECRET = "signatures that repeat"  # noqa: S105 -- not to be kept, to be the same always
SEEDED_KEY = "sandbox-deterministic"
DEFAULT_PROJECT = "Sandbox project"
SNAPSHOTS = "snapshots"  # a folder in the data folder
URL_SECONDS = 2 * 3600
MILLISECOND = 1000  # microseconds


class ClientOptions(TypedDict, total=False):
    """What `Sandbox.client` passes on to `ionworks.Ionworks`."""

    dataframe_backend: Literal["polars", "pandas", "arrow"]
    timeout: float
    max_retries: int
    project_id: str
    max_workers: int
    deadline: float
    on_attempt: Callable[[Attempt], None]


@dataclass(frozen=True, slots=True)
class Running:
    """The addresses of a running sandbox, its first project, and its parts."""

    url: str
    storage_url: str
    project_id: str
    backend: Backend
    folder: Path


class Sandbox:
    """A local server that keeps the contract of the Ionworks API.

    The API and the storage that signed URLs point to are two origins, both on 127.0.0.1.

    Parameters
    ----------
    data
        Directory of the database and the stored files; made if absent, kept at the end. One
        sandbox at a time can have it. Without it everything is in a temporary directory and gone
        when the sandbox stops.
    api_key
        The key that calls must bear. By default that of the data folder, which is made up at the
        first start and kept in its file ``api-key``, or a new one without a folder.
    port, storage_port
        Ports of the API and of the storage; 0 takes any free one.
    deterministic
        Ids from a fixed sequence, a clock that moves one second for each write, and signatures
        that repeat: the same calls in the same order get the same answers.
    latency_ms
        Milliseconds to wait before each answer, of the API and of the storage.
    processing_ms
        Milliseconds that an uploaded time series is processed, on the sandbox's clock: pending
        for a third of them, then running, then ready or failed. A deterministic sandbox moves its
        clock one second with each call meanwhile. 0 processes it within the confirmation.
    url_seconds
        Seconds that a signed URL is good for, on the sandbox's clock.
    multipart
        Whether files can also be uploaded in parts, to a small S3 service on the storage origin.
    faults
        Whether calls may be made to go wrong: by `faults.plan("create_project", "503", "reset")`,
        or by ``POST /_faults``. Without it there is no such address.

    Attributes
    ----------
    url, storage_url : str
        Addresses of the API and of the storage, while the sandbox runs.
    api_key : str
        The key; that of a data folder is known once the sandbox has started.
    project_id : str
        The project that the sandbox begins with.

    Examples
    --------
    >>> from ionworks.sandbox import Sandbox
    >>> with Sandbox() as box:
    ...     box.url.startswith("http://127.0.0.1:")
    True
    """

    def __init__(
        self,
        *,
        data: str | PathLike[str] | None = None,
        api_key: str | None = None,
        port: int = 0,
        storage_port: int = 0,
        deterministic: bool = False,
        latency_ms: float = 0,
        processing_ms: float = 0,
        url_seconds: int = URL_SECONDS,
        multipart: bool = False,
        faults: bool = False,
    ) -> None:
        self._key_is_of_folder = data is not None and not (api_key or deterministic)
        self.api_key: str = api_key or (SEEDED_KEY if deterministic else new_key())
        self._data = check_folder(data)
        self._ports = check_port("port", port), check_port("storage_port", storage_port)
        self._deterministic = deterministic
        self._latency = check_duration("latency_ms", latency_ms) / 1000
        self._processing_time = round(check_duration("processing_ms", processing_ms) * MILLISECOND)
        self._url_seconds = url_seconds
        self._multipart = multipart
        self._faults = Faults(list_names) if faults else None
        self._running: Running | None = None
        self._cleanup = ExitStack()
        self._snapshots = 0
        self._lock = threading.RLock()

    @property
    def url(self) -> str:
        """Address of the API."""
        return self._require_running().url

    @property
    def storage_url(self) -> str:
        """Address of the storage."""
        return self._require_running().storage_url

    @property
    def project_id(self) -> str:
        """The project that the sandbox begins with."""
        return self._require_running().project_id

    @property
    def faults(self) -> Faults:
        """The plans of what goes wrong, and the ledger of what was done.

        Raises
        ------
        RuntimeError
            If the sandbox was made without `faults=True`.
        """
        if self._faults is None:
            raise RuntimeError("This sandbox has no faults: make it with Sandbox(faults=True).")
        return self._faults

    def environment(self) -> dict[str, str]:
        """Return the environment variables that point a client to this sandbox."""
        return {"IONWORKS_API_URL": self.url, "IONWORKS_API_KEY": self.api_key}

    def client(self, **options: Unpack[ClientOptions]) -> Ionworks:
        """Return a client of this sandbox; the options are those of `ionworks.Ionworks`.

        Its project is the one that the sandbox begins with, whatever the environment says.
        """
        from ionworks.client import Ionworks

        options.setdefault("project_id", self.project_id)
        return Ionworks(api_key=self.api_key, api_url=self.url, **options)

    def add_job(self, **fields: Unpack[jobs.JobFields]) -> str:
        """Put a job into the sandbox, which runs none itself, and return its id.

        Parameters
        ----------
        **fields
            Fields of the job in any state, such as ``status="failed", error="..."``; without any
            it is a pending job of type ``dummy``.

        Raises
        ------
        ValueError
            If the contract knows no such field, or the field has no such value.
        RuntimeError
            If the sandbox does not run.
        """
        return jobs.add(self._require_running().backend, fields)

    def snapshot(self) -> Snapshot:
        """Return the present state, to which `reset` returns; it is kept until the sandbox stops.

        Raises
        ------
        RuntimeError
            If the sandbox does not run, or its data folder is full or gone.

        Examples
        --------
        >>> from ionworks.sandbox import Sandbox
        >>> with Sandbox() as box, box.client() as client:
        ...     empty = box.snapshot()
        ...     _ = client.cell_spec.create({"name": "LG M50"})
        ...     box.reset(empty)
        ...     len(client.cell_spec.list())
        0
        """
        running = self._require_running()
        with self._lock:
            self._snapshots += 1
            folder = running.folder / SNAPSHOTS / str(self._snapshots)
            try:
                snapshot = take_snapshot(running, running.backend, folder)
            except OSError as error:
                raise RuntimeError(f"The snapshot cannot be written ({error}).") from error
            self._cleanup.callback(snapshot.database.close)
        return snapshot

    def reset(self, snapshot: Snapshot) -> None:
        """Return to a snapshot: records, files, clock and ids. Plans of faults are dropped.

        Raises
        ------
        RuntimeError
            If the sandbox does not run.
        ValueError
            If the snapshot is of another sandbox, or of one that was stopped since.
        """
        running = self._require_running()
        if not isinstance(snapshot, Snapshot) or snapshot.owner is not running:
            raise ValueError("the snapshot is of another sandbox, or the sandbox was stopped since")
        with self._lock:
            restore_snapshot(running.backend, snapshot)
        if self._faults is not None:
            self._faults.clear()

    def start(self) -> Sandbox:
        """Start both servers and return when they answer; a running sandbox stays as it is.

        Raises
        ------
        RuntimeError
            If a port cannot be had, the data folder cannot be written or is another sandbox's, or
            the data are of another version of the sandbox.
        """
        with self._lock:
            if self._running is None:
                with ExitStack() as cleanup:
                    try:
                        running = self._launch(cleanup)
                    except OSError as error:
                        raise RuntimeError(_explain_folder(self._data, error)) from error
                    self._cleanup = cleanup.pop_all()
                self._running = running
                atexit.register(self.stop)
        return self

    def stop(self) -> None:
        """Stop both servers; temporary data are removed. A stopped sandbox stays as it is."""
        with self._lock:
            if self._running is not None:
                self._running = None
                atexit.unregister(self.stop)
                self._cleanup.close()

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<Sandbox {self._running.url if self._running else 'stopped'}>"

    def _require_running(self) -> Running:
        if self._running is None:
            raise RuntimeError("The sandbox is not running: call start(), or use it in a `with`.")
        return self._running

    def _launch(self, cleanup: ExitStack) -> Running:
        """Open data and ports, serve, and return the addresses; ``cleanup`` undoes each step."""
        data, announce = self._open_directory(cleanup)
        shutil.rmtree(data / SNAPSHOTS, ignore_errors=True)  # of a process that was killed
        cleanup.callback(shutil.rmtree, data / SNAPSHOTS, ignore_errors=True)
        sockets = [
            cleanup.enter_context(bound_socket(port, name))
            for port, name in zip(self._ports, ("port", "storage_port"), strict=True)
        ]
        addresses = address_of(sockets[0]), address_of(sockets[1])
        announce(addresses[0])
        source = SeededSource() if self._deterministic else RealSource()
        store = Store(data / "sandbox.sqlite", source)
        cleanup.callback(store.close)
        contract = load_contract()
        resources = read_resources(contract)
        store.define(definitions(resources.values()))
        account, project_id, secret = _bootstrap(store)
        objects = Objects(
            data / "objects",
            store,
            addresses[1],
            SEEDED_SECRET if self._deterministic else secret,
            self._url_seconds,
            in_parts=self._multipart,
        )
        executor = ThreadPoolExecutor(THREADS, thread_name_prefix="ionworks-sandbox")
        workers = Workers(executor)
        backend = Backend(
            contract,
            store,
            objects,
            account,
            project_id,
            self._processing_time,
            resources=resources,
        )
        router = build_router(Api(backend, workers, self.api_key), Overview(store, workers))
        storage = StorageApp(objects, store, workers)
        served = [
            Served(sockets[0], Origin(router, source, self._latency)),
            Served(sockets[1], Origin(storage, source, self._latency)),
        ]
        if self._faults is not None:
            names = (names_of(backend.contract), storage_name)
            served = [
                inject_faults(*each, self._faults) for each in zip(served, names, strict=True)
            ]
        thread = ServerThread(served, executor)
        thread.start()
        cleanup.callback(thread.stop)
        return Running(*addresses, project_id, backend, data)

    def _open_directory(self, cleanup: ExitStack) -> tuple[Path, Callable[[str], None]]:
        """Return the data folder, locked if it is kept, and the lock that announces the address."""
        if self._data is not None:
            # Private if it is new; the mode of an existing one is not changed.
            self._data.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            lock = FolderLock(self._data)
            cleanup.callback(lock.release)
            if self._key_is_of_folder:
                self.api_key = key_of_folder(self._data)
            return self._data, lock.announce
        return open_temporary(cleanup), lambda _: None


def _explain_folder(folder: Path | None, error: OSError) -> str:
    place = f"folder {folder}" if folder else f"temporary folder {gettempdir()}"
    return f"The data {place} cannot be used ({error.strerror}). Choose another folder."


def _bootstrap(store: Store) -> tuple[Account, str, str]:
    """Return account, default project and signing secret; made when the data are new."""
    remembered = store.meta("founded")
    if remembered is None:
        with store.write() as transaction:
            account = Account(transaction.new_id(), transaction.new_id())
            project_id = insert(transaction, PROJECTS, account.organization_id, DEFAULT_PROJECT, {})
            secret = secrets.token_hex(32)
            parts = (account.user_id, account.organization_id, project_id, secret)
            transaction.remember("founded", " ".join(parts))
        return account, project_id, secret
    user_id, organization_id, project_id, secret = remembered.split()
    return Account(user_id, organization_id), project_id, secret
