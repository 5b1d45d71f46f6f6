"""Prints the settings of a service whenever they change, verified, from MQTT.

Usage: receive.py SERVICE PUBLIC_PEM STATE_FILE
Needs mosquitto_sub and the package cryptography. Environment: MQTT_HOST, MQTT_PORT; MANAGER_URL and
MANAGER_TOKEN, to ask the manager before settings of another epoch are taken up.
"""
import base64, hashlib, json, os, re, subprocess, sys, time, urllib.request
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


class Refused(Exception):
    pass


def verify(service, payload, keys):
    """(epoch, version, checksum, config) of a payload that is genuine and fresh."""
    if not payload:
        raise Refused("empty: it erases nothing")
    found = UPDATE.fullmatch(payload.decode())
    if not found or len(payload) > 1 << 20 or int(found[7]) >= 1 << 53:
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
    url = os.environ.get("MANAGER_URL")
    if not url:
        return b""
    headers = {"X-API-Token": os.environ.get("MANAGER_TOKEN", "")}
    path = f"{url}/api/config/services/{service}/signed"
    try:
        return urllib.request.urlopen(urllib.request.Request(path, headers=headers), timeout=5).read()
    except OSError:
        return b""


def store(path, state):
    with open(path + ".tmp", "w") as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".tmp", path)


def main(service, pem, path):
    blocks = re.findall(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", open(pem, "rb").read(), re.S)
    keys = [load_pem_public_key(block) for block in blocks]
    state = json.load(open(path)) if os.path.exists(path) else {"held": None, "config": None}
    heard = time.monotonic()
    broker = ["-h", os.environ.get("MQTT_HOST", "127.0.0.1"), "-p", os.environ.get("MQTT_PORT", "1883")]
    lines = subprocess.Popen(
        ["mosquitto_sub", *broker, "-q", "1", "-F", "%x", "-t", "system/config/" + service],
        stdout=subprocess.PIPE, text=True).stdout
    for line in lines:
        try:
            update, asked = verify(service, bytes.fromhex(line), keys), False
            silent = time.monotonic() - heard > WINDOW
            if state["held"] and state["held"][0] != update[0] and not silent:
                answer = from_manager(service)
                if answer:
                    update, asked = verify(service, answer, keys), True
            fresh = accept(update, state["held"], silent, asked)
            heard = time.monotonic()
            if fresh:
                state = {"held": update[:3], "config": update[3]}
                store(path, state)
                print("applied", update[1], json.dumps(update[3]), flush=True)
        except (Refused, ValueError) as reason:
            print("refused:", reason, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
