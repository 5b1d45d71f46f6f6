"""Prints the settings of a service whenever they change, verified, from server-sent events.

Usage: follow.py SERVICE PUBLIC_PEM STATE_FILE
Needs receive.py beside it and the package cryptography. Environment: MANAGER_URL, MANAGER_TOKEN.
Says what receive.py says, and "deleted VERSION" when the service is deleted; what is held stays then.
"""
import base64, http.client, re, signal, sys, time, urllib.error
from datetime import datetime, timezone
from cryptography.exceptions import InvalidSignature
import receive
from receive import Refused

PAUSE = 2  # seconds until the next try
TOMBSTONE = re.compile(
    r'\{"config_epoch":"([0-9a-f-]{36})","issued_at":"([0-9T:.-]{19,26}\+00:00)",'
    r'"service":"([a-z][a-z0-9-]{0,62})","signature":"([A-Za-z0-9+/]{85}[AQgw]==)",'
    r'"version":([1-9][0-9]{0,15})\}')


def events(reply):
    """Each event as (type, data, id); one without data only moves the id on."""
    kind, data, last = "message", [], None
    while line := reply.readline(2 * receive.MOST):
        name, _, value = line.decode().rstrip("\r\n").partition(":")
        value = value.removeprefix(" ")
        if line in (b"\n", b"\r\n"):
            yield kind, "\n".join(data).encode(), last
            kind, data = "message", []
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif name == "id":
            last = value


def deleted(service, payload, keys, held):
    """The version of a tombstone that is genuine, fresh, and not older than what is held."""
    found = TOMBSTONE.fullmatch(payload.decode())
    if not found or found[3] != service:
        raise Refused("not a tombstone of this service")
    epoch, issued_at, _, signature, version = found.groups()
    signed = "|".join(("deleted", service, version, epoch, issued_at)).encode()
    for key in keys:
        try:
            key.verify(base64.b64decode(signature), signed)
            break
        except InvalidSignature:
            continue
    else:
        raise Refused("not signed by a known key")
    age = datetime.now(timezone.utc) - datetime.fromisoformat(issued_at)
    if abs(age.total_seconds()) > receive.WINDOW:
        raise Refused("not fresh")
    if held and (held[0] != epoch or int(version) < held[1]):
        raise Refused("a tombstone of what is not held any more")
    return version


def read(service, keys, state, path):
    """Reads the service now, from the manager; one that is not there changes nothing."""
    try:
        with receive.ask(f"/api/config/services/{service}/signed", timeout=5) as reply:
            payload = reply.read(receive.MOST + 1)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return state
        raise
    return receive.take(service, payload, keys, state, path)


def follow(service, keys, state, path):
    """One connection, until it ends; gives the state after each event."""
    headers = {"Last-Event-ID": state["id"]} if state["id"] else {}
    with receive.ask("/api/config/events?services=" + service, headers) as reply:
        if not state["id"]:  # the stream is open: what changes from here on will come
            state = read(service, keys, state, path)
            yield state  # held from here on, even where the first event is refused
        for kind, data, last in events(reply):
            if kind == "config":
                state = receive.take(service, data, keys, state, path)
            elif kind == "reset":
                state = read(service, keys, state, path)
            elif kind == "deleted":
                print("deleted", deleted(service, data, keys, state["held"]), flush=True)
            # Only now: what was refused, or could not be kept, is asked for again.
            if last and last != state["id"]:
                state = dict(state, id=last)
                if state["held"]:
                    receive.store(path, state)
            yield state


def main(service, pem, path):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    keys, state = receive.load(pem, path)
    while True:
        try:
            for state in follow(service, keys, state, path):
                pass
        except urllib.error.HTTPError as error:
            if error.code in (400, 401, 403):
                sys.exit(f"the manager answers {error.code} {error.reason}")
            print("refused:", error, file=sys.stderr, flush=True)
        except (Refused, ValueError, RecursionError, OSError, http.client.HTTPException) as reason:
            print("refused:", reason, file=sys.stderr, flush=True)
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(*sys.argv[1:])
