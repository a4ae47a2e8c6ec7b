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
    """The options of `Sandbox.client`, which are those of `ionworks.Ionworks`."""

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
    """A local server that implements the contract of the Ionworks API.

    The API and the storage that signed URLs point to are two origins, both on 127.0.0.1.

    Parameters
    ----------
    data
        Folder of the database and the stored files. It is created if it does not exist, and kept
        when the sandbox stops. Only one sandbox at a time can use it. Without it, all data are in a
        temporary folder, which is removed when the sandbox stops.
    api_key
        The key of the API. By default it is the key of the data folder, which the first start
        creates and stores in the file ``api-key``. Without a folder it is a new key.
    port, storage_port
        Ports of the API and of the storage; 0 uses any free port.
    deterministic
        Whether ids, times and signatures are the same in each run: the same calls in the same order
        get the same responses. The clock moves one second for each write.
    latency_ms
        Milliseconds to wait before each response of the API and of the storage.
    processing_ms
        Processing time of an uploaded time series in milliseconds, by the sandbox's clock: pending
        for the first third, then running, then ready or failed. During this time, the clock of a
        deterministic sandbox moves one second with each call. With 0, the series is processed
        during the confirmation.
    url_seconds
        Seconds until a signed URL expires, by the sandbox's clock.
    multipart
        Whether files can also be uploaded in parts, to a small S3 service on the storage origin.
    faults
        Whether faults can be planned, by `faults.plan("create_project", "503", "reset")` or by
        ``POST /_faults``.

    Attributes
    ----------
    url, storage_url : str
        Addresses of the API and of the storage, while the sandbox runs.
    api_key : str
        The key. The key of a data folder is known after the start.
    project_id : str
        The first project, which the sandbox creates.

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
        """The first project, which the sandbox creates."""
        return self._require_running().project_id

    @property
    def faults(self) -> Faults:
        """The planned faults, and the ledger of completed changes.

        Raises
        ------
        RuntimeError
            If the sandbox was created without `faults=True`.
        """
        if self._faults is None:
            raise RuntimeError("This sandbox has no faults: make it with Sandbox(faults=True).")
        return self._faults

    def environment(self) -> dict[str, str]:
        """Return the environment variables that point a client to this sandbox."""
        return {"IONWORKS_API_URL": self.url, "IONWORKS_API_KEY": self.api_key}

    def client(self, **options: Unpack[ClientOptions]) -> Ionworks:
        """Return a client of this sandbox; the options are those of `ionworks.Ionworks`.

        Its project is `project_id`, independent of the environment.
        """
        from ionworks.client import Ionworks

        options.setdefault("project_id", self.project_id)
        return Ionworks(api_key=self.api_key, api_url=self.url, **options)

    def add_job(self, **fields: Unpack[jobs.JobFields]) -> str:
        """Add a job to the sandbox, which does not run jobs, and return its id.

        Parameters
        ----------
        **fields
            Fields of the job in any state, such as ``status="failed", error="..."``; without any
            it is a pending job of type ``dummy``.

        Raises
        ------
        ValueError
            If the contract does not have the field, or does not allow its value.
        RuntimeError
            If the sandbox is not running.
        """
        return jobs.add(self._require_running().backend, fields)

    def snapshot(self) -> Snapshot:
        """Return a snapshot of the current state for `reset`; it is valid until the sandbox stops.

        Raises
        ------
        RuntimeError
            If the sandbox is not running, or its data folder is full or deleted.

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
            If the sandbox is not running.
        ValueError
            If the snapshot is of another sandbox, or if the sandbox was stopped since.
        """
        running = self._require_running()
        if not isinstance(snapshot, Snapshot) or snapshot.owner is not running:
            raise ValueError("the snapshot is of another sandbox, or the sandbox was stopped since")
        with self._lock:
            restore_snapshot(running.backend, snapshot)
        if self._faults is not None:
            self._faults.clear()

    def start(self) -> Sandbox:
        """Start both servers, and return when they respond; no effect on a running sandbox.

        Raises
        ------
        RuntimeError
            If a port is not available, the data folder cannot be written or is used by another
            sandbox, or the data are of another version of the sandbox.
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
        """Stop both servers, and remove temporary data; no effect on a stopped sandbox."""
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
