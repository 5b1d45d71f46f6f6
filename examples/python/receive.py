"""Prints the settings of a service whenever they change, verified, from MQTT.

Usage: receive.py SERVICE PUBLIC_PEM STATE_FILE
Needs mosquitto_sub and the package cryptography. Environment: MQTT_HOST, MQTT_PORT; MANAGER_URL and
MANAGER_TOKEN, to ask the manager before settings of another epoch are taken up.
Says "held VERSION CONFIG" of what it kept when it starts, then "applied VERSION CONFIG" of each change;
what it refuses is told on standard error.
"""
import base64, hashlib, http.client, json, os, re, signal, subprocess, sys, time, urllib.request
from datetime import datetime, timezone
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

UPDATE = re.compile(
    r'\{"checksum":"([0-9a-f]{64})","config":(\{.*\}),'
    r'"config_epoch":"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})",'
    r'"issued_at":"([0-9]{4}(?:-[0-9]{2}){2}T[0-9]{2}(?::[0-9]{2}){2}(?:\.(?!000000)[0-9]{6})?\+00:00)",'
    r'"service":"([a-z][a-z0-9-]{0,62})","signature":"([A-Za-z0-9+/]{85}[AQgw]==)",'
    r'"version":([1-9][0-9]{0,15})\}', re.DOTALL)
WINDOW = 300  # seconds
MOST = 1 << 20  # bytes of a payload


class Refused(Exception):
    pass


def verify(service, payload, keys):
    """(epoch, version, checksum, config) of a payload that is genuine and fresh."""
    if not payload:
        raise Refused("empty: it erases nothing")
    found = UPDATE.fullmatch(payload.decode()) if len(payload) <= MOST else None
    if not found or int(found[7]) >= 1 << 53:
        raise Refused("not an update in canonical form")
    checksum, config, epoch, issued_at, named, signature, version = found.groups()
    if named != service:
        raise Refused("of another service")
    if hashlib.sha256(config.encode()).hexdigest() != checksum:
        raise Refused("the checksum does not match")
    signed = "|".join((version, service, config, checksum, epoch, issued_at)).encode()
    for key in keys:
        try:
            key.verify(base64.b64decode(signature), signed)
            break
        except InvalidSignature:
            continue
    else:
        raise Refused("not signed by a known key")
    age = datetime.now(timezone.utc) - datetime.fromisoformat(issued_at)
    if abs(age.total_seconds()) > WINDOW:
        raise Refused("not fresh")
    return epoch, int(version), checksum, json.loads(config)


def accept(update, held, silent, asked):
    """Whether the update is to be applied; False for a harmless repeat."""
    if not held or (held[0] != update[0] and (asked or silent)):
        return True
    if held[0] != update[0]:
        raise Refused("another epoch, which the manager does not confirm")
    if list(held) == list(update[:3]):
        return False
    if update[1] <= held[1]:
        raise Refused("not above the version held")
    return True


def from_manager(service):
    """The newest update as the manager itself tells it; empty where it cannot be asked."""
    if not os.environ.get("MANAGER_URL"):
        return b""
    try:
        with ask(f"/api/config/services/{service}/signed", timeout=5) as reply:
            return reply.read(MOST + 1)
    except (OSError, http.client.HTTPException):
        return b""


def ask(path, headers={}, timeout=45):
    request = urllib.request.Request(os.environ["MANAGER_URL"] + path, headers=headers)
    # Not sent again to wherever the answer may redirect to.
    request.add_unredirected_header("X-API-Token", os.environ.get("MANAGER_TOKEN", ""))
    return urllib.request.urlopen(request, timeout=timeout)


def load(pem, path):
    """The public keys, and what was kept; fails where that is damaged, for then anything would count."""
    with open(pem, "rb") as file:
        blocks = re.findall(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", file.read(), re.S)
    state = {"held": None, "config": None, "id": None}
    if os.path.exists(path):
        with open(path) as file:
            state = json.load(file)
        epoch, version, checksum = state["held"]
        if not (isinstance(epoch, str) and isinstance(version, int) and isinstance(checksum, str)):
            raise ValueError(f"{path}: damaged (expected: what this program kept)")
        print("held", version, json.dumps(state["config"]), flush=True)
    return [load_pem_public_key(block) for block in blocks], state


def store(path, state):
    """Has it on the disk, whole, before it returns."""
    with open(path + ".tmp", "w") as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".tmp", path)
    folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def payloads(service):
    """What is published, for ever; the broker may come and go."""
    broker = ["-h", os.environ.get("MQTT_HOST", "127.0.0.1"), "-p", os.environ.get("MQTT_PORT", "1883")]
    command = ["mosquitto_sub", *broker, "-q", "1", "-F", "%x", "-t", "system/config/" + service]
    while True:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            for line in process.stdout:
                yield bytes.fromhex(line)
        finally:
            process.terminate()
            process.wait()
        time.sleep(1)


def take(service, payload, keys, state, path, silent=False):
    """The state after a payload, on the disk and told where it is new; raises Refused."""
    update, asked = verify(service, payload, keys), False
    if state["held"] and state["held"][0] != update[0]:
        answer = from_manager(service)
        if answer:
            update, asked = verify(service, answer, keys), True
    if accept(update, state["held"], silent, asked):
        state = {"held": update[:3], "config": update[3], "id": state["id"]}
        store(path, state)
        print("applied", update[1], json.dumps(update[3]), flush=True)
    return state


def main(service, pem, path):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    keys, state = load(pem, path)
    heard = time.monotonic()
    for payload in payloads(service):
        try:
            state = take(service, payload, keys, state, path, time.monotonic() - heard > WINDOW)
            heard = time.monotonic()
        except (Refused, ValueError, RecursionError, OSError) as reason:
            print("refused:", reason, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
