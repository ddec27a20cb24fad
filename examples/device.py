"""A Hearth thermostat on paho-mqtt 1.6 that passes the conformance kit. docs/device-makers.md says why each step is
there."""
import json, math, os, queue, random, re, signal, sys, threading, time
import paho.mqtt.client as mqtt

env, clock, NEVER = os.environ.get, time.monotonic, float("inf")
DEVICE, SECRET, CA_FILE = env("DEVICE", "example"), env("SECRET", ""), env("CA_FILE")
PERIOD_MS, KEEPALIVE_S = int(env("PERIOD_MS", 10_000)), int(env("KEEPALIVE_S", 30))
RETRY_MIN_S, RETRY_MAX_S, BUFFER_MAX = int(env("RETRY_MIN_MS", 1000)) / 1000, 60, 1000
TOPIC = f"hearth/v1/{env('HOME_ID', 'home')}/{DEVICE}/"
LIMITS, MODES = {"min": 5, "max": 30, "step": 0.5}, ["off", "heat"]
ABOUT = {
    "contract": 1, "maker": "Example", "model": "Paho thermostat", "kind": "thermostat", "firmware": "1.0.0",
    "quantities": {
        "temperature": {"unit": "°C", "min": -10, "max": 50, "resolution": 0.1, "periodMs": PERIOD_MS},
        "setpoint": {"unit": "°C", "min": 5, "max": 30, "resolution": 0.5, "periodMs": PERIOD_MS},
        "heating": {"periodMs": PERIOD_MS},
        "mode": {"periodMs": PERIOD_MS},
    },
    "commands": {"get": True, "set": {"setpoint": LIMITS, "mode": MODES}},
}

# Flash: what a power cut must not take. Written whole or not at all.
FILE = os.path.join(env("STATE_DIR", "."), f"{DEVICE}.json")
flash = {"boot": 0, "setpoint": 20, "mode": "heat"}
if os.path.exists(FILE):
    with open(FILE) as file: flash.update(json.load(file))

def save():
    with open(FILE + ".new", "w") as file: json.dump(flash, file)
    os.replace(FILE + ".new", FILE)

flash["boot"] += 1
save()

client, conn, seq, failures, is_live, last_at = None, 0, 0, 0, False, 0
kept, answers = [], {}  # readings without a receipt, oldest first; the last 32 answers by request id
due = {"connect": 0, "hand in": NEVER, "read": clock() + PERIOD_MS / 1000}
room = {"unplugged": False, "clock off": 0}  # your sensor, your heater and your clock go here

def measure(names):
    global last_at
    now = int(time.time() * 1000) + room["clock off"]
    last_at = last_at + 1 if last_at - 100 < now <= last_at else now  # no two readings have the same instant
    temperature = None if room["unplugged"] else round(20 + random.random(), 1)
    heats = flash["mode"] == "heat" and temperature is not None and temperature < flash["setpoint"]
    every = {"temperature": temperature, "setpoint": flash["setpoint"], "heating": heats, "mode": flash["mode"]}
    measured = {"at": last_at, "values": {name: every[name] for name in names}}
    if "temperature" in names and room["unplugged"]: measured["faults"] = {"temperature": "unplugged"}
    return measured

def publish(kind, message):
    try: client.publish(TOPIC + kind, json.dumps(message), 1, kind != "response")
    except OSError: pass  # of a broken TLS connection; the loop sees it too

def report():
    global seq
    seq += 1
    kept.append({"boot": flash["boot"], "seq": seq, **measure(ABOUT["quantities"])})
    if len(kept) > BUFFER_MAX: kept.pop(0)
    if is_live: publish("reading", kept[-1])

def hand_in():
    """What the platform has no receipt for, then a fresh reading."""
    global is_live, failures
    due["hand in"] = NEVER
    if is_live: return
    for reading in kept: publish("reading", {**reading, "late": True})
    is_live, failures = True, 0
    report()

def take_receipt(receipt):
    global conn, seq
    boot, up_to = receipt.get("boot"), receipt.get("seq")
    if type(boot) is not int or type(up_to) is not int: return
    if (boot, up_to) > (flash["boot"], seq):  # for a reading that this device never made: its count was lost
        flash["boot"] = boot + 1
        save()
        for number, reading in enumerate(kept, 1): reading.update(boot=boot + 1, seq=number)
        conn, seq = 0, len(kept)
        return client.disconnect()
    kept[:] = [one for one in kept if (one["boot"], one["seq"]) > (boot, up_to)]
    hand_in()

def refusal(request):
    get, values = request.get("get"), request.get("set")
    if request.get("conn") != conn: return {"code": "stale" if type(request.get("conn")) is int else "malformed"}
    if ("get" in request) == ("set" in request): return {"code": "malformed", "detail": "either get or set"}
    if "get" in request:
        if type(get) is not list or not 0 < len(get) <= 16: return {"code": "malformed"}
        known = all(type(name) is str and name in ABOUT["quantities"] for name in get)
        return None if known else {"code": "unknown-quantity"}
    if type(values) is not dict or not values: return {"code": "malformed"}
    if not set(values) <= set(ABOUT["commands"]["set"]): return {"code": "read-only"}
    if "mode" in values and values["mode"] not in MODES: return {"code": "out-of-range"}
    setpoint = values.get("setpoint", LIMITS["min"])
    if type(setpoint) not in (int, float) or not math.isfinite(setpoint): return {"code": "malformed"}
    if not LIMITS["min"] <= setpoint <= LIMITS["max"]:
        return {"code": "out-of-range", "min": LIMITS["min"], "max": LIMITS["max"]}

def take_request(request):
    began, id = clock(), request.get("id")
    if type(id) is not str or not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", id): return
    if id in answers: return publish("response", answers[id])  # it comes twice, and acts once
    error = refusal(request)
    values = {} if error else request.get("set", {})
    if "setpoint" in values: flash["setpoint"] = round(values["setpoint"] / LIMITS["step"]) * LIMITS["step"]
    if "mode" in values: flash["mode"] = values["mode"]
    if values: save()
    body = {"error": error} if error else measure(request.get("get") or list(values))
    answers[id] = {"id": id, **body, "tookMs": (clock() - began) * 1000}
    if len(answers) > 32: del answers[next(iter(answers))]
    publish("response", answers[id])
    if values: report()  # a setpoint counts when a reading shows it

def on_message(sender, _data, message):
    try: body = json.loads(message.payload)
    except (ValueError, RecursionError): return
    if sender is not client or type(body) is not dict: return
    if message.topic == TOPIC + "receipt": take_receipt(body)
    elif not message.retain: take_request(body)

def on_connect(sender, _data, _flags, code):
    if code: return print("not let in:", mqtt.connack_string(code), file=sys.stderr)
    sender.subscribe([(TOPIC + "receipt", 1), (TOPIC + "request", 1)])
    publish("about", ABOUT)
    publish("status", {"online": True, "boot": flash["boot"], "conn": conn})

def on_subscribe(*_):
    due["hand in"] = clock() + 0.5  # the retained receipt comes before, if there is one

def connect():
    """A new client each time: an old one would send its own queue again."""
    global client, conn, is_live
    conn, due["connect"], due["hand in"], is_live = conn + 1, NEVER, NEVER, False
    client = mqtt.Client(DEVICE)
    client.on_connect, client.on_subscribe, client.on_message = on_connect, on_subscribe, on_message
    client.username_pw_set(DEVICE, SECRET)
    will = {"online": False, "boot": flash["boot"], "conn": conn}
    client.will_set(TOPIC + "status", json.dumps(will), 1, True)
    if CA_FILE: client.tls_set(CA_FILE)
    try: client.connect(env("BROKER", "127.0.0.1"), int(env("PORT", 1883)), KEEPALIVE_S)
    except (OSError, ValueError) as error: print("no broker:", error, file=sys.stderr)

def goodbye(*_):
    """Switched off on purpose: the will is only sent when a connection breaks."""
    if client.is_connected():
        publish("status", {"online": False, "boot": flash["boot"], "conn": conn})
        client.disconnect()
        client.loop(0.2)
    os._exit(0)

# What a hand does to a real device comes as lines from the conformance kit.
lines = queue.Queue()
threading.Thread(target=lambda: [lines.put(line.strip()) for line in sys.stdin], daemon=True).start()
signal.signal(signal.SIGTERM, goodbye)

while True:
    time.sleep(0.01)
    if clock() >= due["connect"]: connect()
    try: trouble = client.loop(0.05)
    except OSError: trouble = True  # a broken TLS connection is told so
    if trouble and due["connect"] == NEVER:
        is_live, due["hand in"] = False, NEVER
        pause = min(RETRY_MIN_S * 2**failures, RETRY_MAX_S)
        failures, due["connect"] = failures + 1, clock() + random.uniform(pause, 2 * pause)
    while not lines.empty():
        line = lines.get()
        if line == "sensor-out": room["unplugged"] = True
        if line == "sensor-in": room["unplugged"] = False
        if line == "clock-ahead": room["clock off"] = 3_600_000
        if line == "clock-back": room["clock off"] = 0
        if line == "knob":
            flash["setpoint"] += LIMITS["step"] if flash["setpoint"] < LIMITS["max"] else -LIMITS["step"]
            save()
            report()
    if clock() >= due["read"]:
        due["read"] += PERIOD_MS / 1000
        report()
    if clock() >= due["hand in"]: hand_in()
