"""Serve a graph directory over Bolt, for reading, to Neo4j's drivers, Browser and other tools.

The engine of the embedded store brings the server along. What is served is a private copy
of the database in a temporary folder, which goes with the server, for two reasons: the
engine knows no explicit transactions on a database that is open for reading only, and most
clients read within one; and no other program shall find the cache of the graph directory
open for writing. The only user may read records and nothing else, so that the copy stays as
it was too.

The engine opens an HTTP port besides, which cannot be turned off: always on loopback, on
whatever port is free, and for the same user.
"""

import base64
import hashlib
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import msgspec

from kg.errors import StoreError
from kg.stores.batches import Progress
from kg.stores.embedded import complete_database, engine, engine_reason

USERNAME: Final = "neo4j"
"""The only user; the name that clients of Neo4j propose."""

PORT: Final = 7687
"""The port that clients of Neo4j propose."""

_DATABASE: Final = "neo4j"  # the name that clients choose by themselves
_PLUGIN: Final = "Bolt:com.arcadedb.bolt.BoltProtocolPlugin"
_LOOPBACK: Final = "127.0.0.1"
_GROUP: Final = "reader"
_ROUNDS: Final = 65_536  # of PBKDF2, as the engine has it


@contextmanager
def serve_bolt(
    directory: Path,
    password: str,
    host: str = _LOOPBACK,
    port: int = 0,
    *,
    progress: Progress | None = None,
    seconds: float | None = None,
) -> Iterator[str]:
    """Serve the graph of a directory, as it is now, over Bolt; yield the address of the server.

    The server runs in this process until the context ends, and leaves nothing behind.

    Args:
        directory: A graph directory.
        password: Of the user `USERNAME`.
        host: Name or address to listen on; any but one of loopback lets others in.
        port: To listen on; 0 takes a free one.
        progress: Told after every batch, where the embedded database must be built first.
        seconds: Time limit of a query, None for no limit. It is the server's: the engine does not
            heed the limits that clients send, and goes on with the query of one that is gone.

    Raises:
        DirectoryError: It is not a graph directory.
        RecordError: The graph does not fit the schema.
        StoreError: The port is taken, the host not of this machine, the database cannot be
            built or copied, or the engine refuses.
    """
    port = _usable_port(host, port)  # before the work
    engine(seconds)  # takes its settings with its start, which is the first use
    with ExitStack() as stack:
        try:
            root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kg-serve-")))
            copy = root / "databases" / _DATABASE
            copy.mkdir(parents=True)
            with complete_database(directory, progress) as built:
                for file in built.iterdir():
                    shutil.copyfile(file, copy / file.name)  # without the mode, which forbids to write
            _write_access(root / "config", password)
        except OSError as error:
            what = f"the database cannot be copied to {tempfile.gettempdir()} ({error.strerror or error})"
            raise StoreError(
                str(directory), what, "free space or set TMPDIR to another folder, then try again"
            ) from error
        server = _started(root, host, port)
        stack.callback(server.stop)
        yield f"bolt://{_reachable(host)}:{port}"


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a server that listens on a host.

    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "example.org")]
    [True, True, True, False, False]
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _usable_port(host: str, port: int) -> int:
    """Return the port, or a free one in the place of 0.

    Raises:
        StoreError: Nobody can listen there.
    """
    where = f"{host}:{port}"
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the engine does
            trial.bind(address)
            trial.listen()
            return int(trial.getsockname()[1])
    except (OSError, UnicodeError) as error:  # the latter of a host that is no name at all
        todo = "name another --port, or 0 for a free one; --host must be of this machine"
        what = f"no server can listen there ({getattr(error, 'strerror', None) or error})"
        raise StoreError(where, what, todo) from error


def _write_access(config: Path, password: str) -> None:
    """Write who may do what, in the two files that the engine reads at its start.

    The engine compares the hash of the salt's Base64 text; see its class ServerSecurity.
    """
    config.mkdir()
    salt = base64.b64encode(secrets.token_bytes(32))
    key = base64.b64encode(hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ROUNDS))
    hashed = f"PBKDF2WithHmacSHA256${_ROUNDS}${salt.decode()}${key.decode()}"
    user = {"name": USERNAME, "databases": {_DATABASE: [_GROUP]}, "password": hashed}
    (config / "server-users.jsonl").write_bytes(msgspec.json.encode(user) + b"\n")
    reader = {
        "access": [],
        "resultSetLimit": -1,
        "readTimeout": -1,
        "types": {"*": {"access": ["readRecord"]}},
    }
    nobody = {"access": [], "types": {"*": {"access": []}}}
    groups = {"version": 1, "databases": {"*": {"groups": {_GROUP: reader, "*": nobody}}}}
    (config / "server-groups.json").write_bytes(msgspec.json.encode(groups))


def _started(root: Path, host: str, port: int) -> Any:
    """Return the engine's server, started.

    Raises:
        StoreError: The engine refuses.
    """
    arcadedb = engine()
    settings = {
        "server_plugins": _PLUGIN,
        "bolt_host": host,
        "bolt_port": port,
        "bolt_defaultDatabase": _DATABASE,
        "host": _LOOPBACK,  # of HTTP
        "http_port": 0,
        "mode": "development",  # tells a client what is wrong with its query; "production" conceals it
        "serverMetrics": False,
    }
    server = arcadedb.create_server(str(root), None, settings)
    try:
        server.start()
    except arcadedb.ArcadeDBError as error:
        what = f"the server cannot be started ({engine_reason(error)})"
        raise StoreError(f"{host}:{port}", what, "name another --port, or 0 for a free one") from error
    return server


def _reachable(host: str) -> str:
    """Return the host of an address by which this machine reaches a server.

    >>> _reachable("0.0.0.0"), _reachable("::"), _reachable("::1"), _reachable("example.org")
    ('127.0.0.1', '[::1]', '[::1]', 'example.org')
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.is_unspecified:
        address = ip_address(_LOOPBACK if address.version == 4 else "::1")
    return str(address) if address.version == 4 else f"[{address}]"
