"""TLS on loopback: an authority of our own, servers with its certificates, and a real proxy."""

from __future__ import annotations

import hashlib
import select
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import trustme
from cryptography import x509
from rig import ANSWER_SECONDS, HOST, Listener, Reply, forwarded, peeked, read_request, rendered

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class Authority:
    """A certificate authority that nobody knows, until somebody trusts it."""

    def __init__(self) -> None:
        self._ca = trustme.CA()

    def server(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        """Return the context of a server with a certificate for these names, or for 127.0.0.1."""
        days = {"not_before": LONG_AGO, "not_after": LONG_AGO + timedelta(days=9)}
        leaf = self._ca.issue_cert(*(names or (HOST,)), **(days if expired else {}))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(context)
        return context

    def client(self) -> ssl.SSLContext:
        """Return a context that trusts this authority alone."""
        context = ssl.create_default_context(cadata=self.pem.decode())
        context.check_hostname = True
        return context

    @property
    def pem(self) -> bytes:
        return self._ca.cert_pem.bytes()

    def file(self, folder: Path) -> str:
        """Write the authority as a PEM file, and return its path."""
        place = folder / "authority.pem"
        place.write_bytes(self.pem)
        return str(place)

    def folder(self, parent: Path, *, hashed: bool = True) -> str:
        """Write the authority into a folder, under the name by which OpenSSL finds it."""
        folder = parent / "authorities"
        folder.mkdir()
        name = f"{name_hash(x509.load_pem_x509_certificate(self.pem)):08x}.0"
        (folder / (name if hashed else "authority.pem")).write_bytes(self.pem)
        return str(folder)


def name_hash(certificate: x509.Certificate) -> int:
    """Return what `openssl x509 -subject_hash` does: of the subject, without case and blanks."""
    plain = [
        x509.NameAttribute(each.oid, " ".join(str(each.value).lower().split()))
        for each in certificate.subject
    ]
    encoded = x509.Name(plain).public_bytes()
    header = 2 if encoded[1] < 0x80 else 2 + (encoded[1] & 0x7F)
    return int.from_bytes(hashlib.sha1(encoded[header:]).digest()[:4], "little")


class ForwardProxy(Listener):
    """A forward proxy: plain requests are sent on, CONNECT opens a tunnel.

    `requests` holds what it got itself, `tunnelled` the bytes that went through its tunnels towards
    the servers. `hosts` says to which port here a name outside leads; nothing else is reached but
    this machine. With `tls` it speaks TLS itself; with `password` it asks for one.
    """

    def __init__(
        self,
        *,
        hosts: Mapping[str, int] | None = None,
        tls: ssl.SSLContext | None = None,
        password: str | None = None,
    ) -> None:
        self._hosts = dict(hosts or {})
        self._tls = tls
        self._password = password
        self.tunnelled = bytearray()
        self.scheme = "https" if tls else "http"
        super().__init__()

    def serve(self, connection: socket.socket) -> None:
        if self._tls is None:
            self._serve(connection)
            return
        raw, connection = connection, self._tls.wrap_socket(connection, server_side=True)
        with self.lock:
            self._open.discard(raw)
            self._open.add(connection)
        with connection:
            self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        if self._tls is None and not peeked(connection):
            return
        seen = read_request(connection)
        with self.lock:
            self.requests.append(seen)
            self.lock.notify_all()
        if self._password and seen.headers.get("proxy-authorization") != self._password:
            connection.sendall(rendered(Reply(407, "who are you", {"connection": "close"}), 0))
            return
        tunnel = seen.method == "CONNECT"
        parts = urlsplit(f"//{seen.target}" if tunnel else seen.target)
        port = self._hosts.get(parts.hostname or "", parts.port or 80)
        with socket.create_connection((HOST, port)) as server:
            server.settimeout(ANSWER_SECONDS)
            if not tunnel:
                server.sendall(forwarded(seen) + seen.body)
                connection.sendall(b"".join(iter(lambda: server.recv(65536), b"")))
                return
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._relay(connection, server)

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        with self.lock:
            self._open.add(server)
        try:
            while True:
                pending = isinstance(client, ssl.SSLSocket) and client.pending()
                ready = [client] if pending else select.select([client, server], [], [], 20)[0]
                for end in ready:
                    data = end.recv(65536)
                    if not data:
                        return
                    if end is client:
                        self.tunnelled += data
                    (server if end is client else client).sendall(data)
                if not ready:
                    return
        finally:
            with self.lock:
                self._open.discard(server)
