"""A sensor on paho-mqtt 1.6 without TLS, whose payloads are encrypted. docs/payload-encryption.md is the format."""
import base64, json, os, random, time, paho.mqtt.client as mqtt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
env, now = os.environ.get, time.monotonic
DEVICE, HOME, PERIOD_MS = env("DEVICE"), env("HOME_ID", "home"), int(env("PERIOD_MS", 10_000))
TOPIC, FILE, SPAN = f"hearth/v1/{HOME}/{DEVICE}/", env("STATE_FILE", f"{DEVICE}.state"), {"min": 5, "max": 30}
KEY_ID, SECRET = int(env("PAYLOAD_KEY_ID", 1)), base64.urlsafe_b64decode(env("PAYLOAD_SECRET") + "=")
ABOUT = {"contract": 1, "maker": "Example", "model": "Sealed", "kind": "thermostat", "firmware": "1",
    "quantities": {name: {"unit": "°C", "periodMs": PERIOD_MS} for name in ["temperature", "setpoint"]},
    "commands": {"get": True, "set": {"setpoint": {**SPAN, "step": 0.5}}}}

def key(sender): return AESGCM(HKDF(SHA256(), 32, b"hearth-envelope-1", f"{sender}/{HOME}/{DEVICE}".encode()).derive(SECRET))
to_hearth, from_hearth = key("device"), key("platform")
# In flash: our boot, and the newest envelope whose `set` was done. Both are written before they are used.
state = json.load(open(FILE)) if os.path.exists(FILE) else {"boot": 0, "done": [0, 0]}
def save():
    with open(FILE + ".new", "w") as file:
        json.dump(state, file)
        file.flush(), os.fsync(file.fileno())
    os.replace(FILE + ".new", FILE)
state["boot"] += 1
save()
newest, envelopes = state["done"], 0

def seal(kind, body):
    global envelopes
    envelopes += 1  # one for each envelope, also for a reading that is sent again: a nonce is never used twice
    nonce = state["boot"].to_bytes(4, "big") + envelopes.to_bytes(8, "big")
    aad = b"\x01" + (DEVICE + TOPIC + kind).encode()
    return b"\x01" + bytes([KEY_ID]) + nonce + to_hearth.encrypt(nonce, json.dumps(body).encode(), aad)
def unseal(topic, payload):
    """What Hearth said and its counter; None for what is not from Hearth, whoever else may have sent it."""
    if len(payload) < 30 or payload[0] != 1 or payload[1] != KEY_ID: return None
    nonce, aad = payload[2:14], b"\x01" + (DEVICE + topic).encode()
    try: body = json.loads(from_hearth.decrypt(nonce, payload[14:], aad))
    except InvalidTag: return None
    return body, [int.from_bytes(nonce[:4], "big"), int.from_bytes(nonce[4:], "big")]

kept, me, seq, setpoint, due = [], {"boot": state["boot"], "conn": 0}, 0, 20, {"read": now(), "send": now() + 1}
def measure(): return {"at": int(time.time() * 1000), "values": {"temperature": round(random.gauss(20, 0.1), 1), "setpoint": setpoint}}
def say(reading): client.publish(TOPIC + "reading", seal("reading", reading), 1, True)
def answer(request, counter):
    global setpoint
    wanted = request.get("set", {}).get("setpoint")
    if request["conn"] != me["conn"]: return {"error": {"code": "stale"}}
    if wanted is None: return measure()
    if not 5 <= wanted <= 30: return {"error": {"code": "out-of-range", **SPAN}}
    state["done"] = counter
    save()  # before it acts: not even a power cut makes an old command act again
    setpoint, due["read"] = wanted, now()  # a reading that shows it follows at once
    return measure()

def on_message(_client, _data, message):
    global newest
    opened = unseal(message.topic, message.payload)
    if not opened: return print("not from Hearth, or altered:", message.topic, flush=True)
    body, counter = opened
    if message.topic == TOPIC + "receipt":  # an old one says nothing that is not true
        while kept and (kept[0]["boot"], kept[0]["seq"]) <= (body["boot"], body["seq"]): kept.pop(0)
    elif counter <= newest: print("came before:", counter, flush=True)
    else:
        newest = counter
        client.publish(TOPIC + "response", seal("response", {"id": body["id"], **answer(body, counter)}), 1)
def on_connect(_client, _data, _flags, _code):
    client.subscribe([(TOPIC + "receipt", 1), (TOPIC + "request", 1)])
    client.publish(TOPIC + "about", json.dumps(ABOUT), 1, True)  # these two stay clear
    client.publish(TOPIC + "status", json.dumps({"online": True, **me}), 1, True)
    due["send"] = now() + 0.5

me["conn"] = 1
client = mqtt.Client(DEVICE)
client.on_connect, client.on_message = on_connect, on_message
client.username_pw_set(DEVICE, env("SECRET"))
client.will_set(TOPIC + "status", json.dumps({"online": False, **me}), 1, True)
client.connect(env("BROKER", "127.0.0.1"), int(env("PORT", 1883)), 30)
while client.loop(0.05) == 0:  # ends when the connection is lost: whoever started it starts it anew
    if now() >= due["read"]:
        seq, due["read"] = seq + 1, now() + PERIOD_MS / 1000
        kept = [*kept[-999:], {"boot": me["boot"], "seq": seq, **measure()}]
        if client.is_connected(): say(kept[-1])
    if client.is_connected() and now() >= due["send"]:
        for reading in kept: say({**reading, "late": True})
        due["send"] = now() + 60
