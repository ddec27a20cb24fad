"""A Hearth thermostat on paho-mqtt 1.6. docs/device-makers.md says why each step is there."""
import json, os, random, time, paho.mqtt.client as mqtt
env, now, NEVER, SPAN = os.environ.get, time.monotonic, float("inf"), {"min": 5, "max": 30}
DEVICE, HOST, PERIOD_MS = env("DEVICE"), env("BROKER", "127.0.0.1"), int(env("PERIOD_MS", 10_000))
TOPIC, FILE = f"hearth/v1/{env('HOME_ID', 'home')}/{DEVICE}/", env("BOOT_FILE", f"{DEVICE}.boot")
QUANTITIES = dict.fromkeys(["temperature", "setpoint"], {"unit": "°C", "periodMs": PERIOD_MS})
ABOUT = {"contract": 1, "maker": "Example", "model": "Paho", "kind": "thermostat", "firmware": "1",
    "quantities": QUANTITIES, "commands": {"get": True, "set": {"setpoint": {**SPAN, "step": 0.5}}}}
me = {"boot": int(open(FILE).read()) + 1 if os.path.exists(FILE) else 1, "conn": 0}
with open(FILE + ".new", "w") as file: file.write(str(me["boot"]))
os.replace(FILE + ".new", FILE)  # whole or not at all: the count must never go back
kept, due, state, done, seq, pause = [], {"connect": 0, "read": 0}, {"setpoint": 20}, {}, 0, 1
def say(kind, body): client.publish(TOPIC + kind, json.dumps(body), 1, kind != "response")
def measure(names):
    state["temperature"] = round(random.gauss(20, 0.1), 1)  # your sensor goes here
    return {"at": int(time.time() * 1000), "values": {name: state[name] for name in names}}
def answer(request):
    asked, wanted, began = request.get("get", ["setpoint"]), request.get("set", {}), now()
    if request["conn"] != me["conn"]: return {"error": {"code": "stale"}}
    if not set(asked) <= set(QUANTITIES): return {"error": {"code": "unknown-quantity"}}
    if not set(wanted) <= {"setpoint"}: return {"error": {"code": "read-only"}}
    if not 5 <= wanted.get("setpoint", 5) <= 30: return {"error": {"code": "out-of-range", **SPAN}}
    if wanted: state["setpoint"], due["read"] = wanted["setpoint"], 0  # a reading follows at once
    return {**measure(asked), "tookMs": (now() - began) * 1000}

def on_message(_client, _data, message):
    body = json.loads(message.payload)
    if message.topic == TOPIC + "receipt":
        while kept and (me["boot"], kept[0]["seq"]) <= (body["boot"], body["seq"]): kept.pop(0)
        due["send"] = now() + (60 if live else 0)
    else:
        if body["id"] not in done: done[body["id"]] = {"id": body["id"], **answer(body)}
        say("response", done[body["id"]])
        if len(done) > 32: del done[next(iter(done))]

def on_connect(_client, _data, _flags, code):
    if code: return print("not let in:", mqtt.connack_string(code), flush=True)
    client.subscribe([(TOPIC + "receipt", 1), (TOPIC + "request", 1)])
    say("about", ABOUT)
    say("status", {"online": True, **me})
    due["send"] = now() + 0.5  # the retained receipt comes before, if there is one

while True:
    time.sleep(0.01)  # so that no two readings have the same `at`
    if now() >= due["connect"]:  # a new Client each time: an old one sends its own queue again
        me["conn"], due["connect"], live, client = me["conn"] + 1, NEVER, False, mqtt.Client(DEVICE)
        client.on_connect, client.on_message = on_connect, on_message
        client.username_pw_set(DEVICE, env("SECRET"))
        client.will_set(TOPIC + "status", json.dumps({"online": False, **me}), 1, True)
        try: client.connect(HOST, int(env("PORT", 1883)), int(env("KEEPALIVE_S", 30)))
        except OSError as error: print("no broker:", error, flush=True)
    if client.loop(0.05) and due["connect"] == NEVER:  # not 0: there is no connection
        due["connect"], pause = now() + random.uniform(pause, 2 * pause), min(2 * pause, 60)
    if now() >= due["read"]:
        seq, due["read"] = seq + 1, now() + PERIOD_MS / 1000
        kept = [*kept[-999:], {"boot": me["boot"], "seq": seq, **measure(QUANTITIES)}]
        if live: say("reading", kept[-1])
    if client.is_connected() and now() >= due["send"]:
        for reading in kept: say("reading", {**reading, "late": True})
        live, pause, due["read"], due["send"] = True, 1, 0, now() + 60  # and one that is not late
