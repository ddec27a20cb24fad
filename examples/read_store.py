"""Reads a store of Hearth without Hearth: readings.db and the journal beside it, as docs/store.md has them, to CSV.
    python3 examples/read_store.py data/readings.db --device hall --quantity temperature --from 1798761600000 > hall.csv
Times are Unix ms, null is an empty value. A block that is damaged is named and left out; the exit code is then 1."""
import csv, hashlib, io, itertools, json, pathlib, re, sqlite3, struct, sys, zlib
def varint(f):
    byte = f.read(1)[0]
    return byte if byte < 128 else byte - 128 + 128 * varint(f)
def zigzag(f): return (value := varint(f)) >> 1 ^ -(value & 1)
def float64(data): return struct.unpack("<d", data)[0]
def text(f): return f.read(varint(f)).decode()
def many(f, read): return [read(f) for _ in range(varint(f))]
def places(f): return [gap + i for i, gap in enumerate(itertools.accumulate(many(f, varint)))]
def open_container(f):
    assert f.read(1) == b"\1", "the layout of its container is not known"
    return {name: open_envelope(f.read(length)) for name, length in many(f, lambda f: (text(f), varint(f)))}
def open_envelope(data):
    assert data[0] < 2 and zlib.crc32(data[:-4]).to_bytes(4, "little") == data[-4:], "a column is damaged, or not known"
    return io.BytesIO(zlib.decompress(data[1:-4], -15) if data[0] == 1 else data[1:-4])
def read_times(f):
    count, unit, first, beat = (varint(f) for _ in range(4))
    left_out = [varint(f) for _ in range(count - 1)]
    phase, before, far = first * 16, 0, max(2, beat // 50)  # the phase in sixteenths of a unit
    yield first * unit
    for beats in left_out:
        phase += (beats + 1) * beat * 16
        expected, distance = (phase + 8) // 16, zigzag(f)
        yield (expected + distance) * unit
        if abs(distance) > far and 2 * abs(distance - before) <= far: phase, before = (expected + distance) * 16, 0
        else: phase, before = phase + max(-16, min(16, distance)), distance
def read_values(f):
    count, runs, nulls = varint(f), many(f, varint), places(f)
    known, scale = sum(runs[::2]) - len(nulls), f.read(1)[0]
    assert sum(runs) == count and scale in (*range(7), 255), "a column is not as it should be"
    if scale == 255: values = [float64(bytes(eight)) for eight in zip(*(f.read(known) for _ in range(8)))]
    else:
        misfits = [(place, float64(f.read(8))) for place in places(f)]
        values = [whole / 10**scale for whole in itertools.accumulate(zigzag(f) for _ in range(known - len(misfits)))]
        for place, value in misfits: values.insert(place, value)
    for place in nulls: values.insert(place, None)
    run_of = (k for k, run in enumerate(runs) for _ in range(run))  # of each instant
    return zip((i for i, k in enumerate(run_of) if k % 2 == 0), values)
def read_frames(data):
    newest = end = 0
    for at in (match.start() for match in re.finditer(b"Hjf1", data[:-16])):
        length, number, crc = struct.unpack_from("<IQI", data, at + 4)
        payload = data[at + 20 : at + 20 + length]
        if at >= end and number > newest and zlib.crc32(data[at + 8 : at + 16] + payload) == crc:
            newest, end = number, at + 20 + length
            yield from ((number, *operation) for operation in read_operations(io.BytesIO(payload)))
def read_operations(f):
    while code := f.read(1):
        assert code in b"\1\2\3", f"operation {code[0]} is not known"
        if code == b"\1": yield from read_arrivals(io.BytesIO(f.read(varint(f))))
        else: yield from ((code[0], device, None, 0, {}) for device in many(f, text))
        if code == b"\1": many(f, lambda f: (text(f), text(f), varint(f), varint(f), text(f)))  # replay windows
def read_arrivals(f):
    names, at = many(f, text), 0
    for _ in range(varint(f)):
        flags, device, cells = f.read(1)[0], names[varint(f)], {}
        key = (device, varint(f), varint(f)) if flags & 1 else None
        at, _under_way = at + zigzag(f), zigzag(f)
        for quantity, tag in (divmod(varint(f), 16) for _ in range(varint(f))):
            cells[names[quantity]] = zigzag(f) / 10**tag if tag < 7 else float64(f.read(8)) if tag == 7 else None
            if tag == 9: varint(f)  # why it is null
        yield 1, device, key, at, cells
def read_device(db, name, id, hot, wanted, damaged):
    query = "SELECT first, last, count, sha256, data FROM block WHERE device = ? AND last >= ? AND first < ? ORDER BY first"
    for *head, sha256, data in db.execute(query, (id, wanted.start, wanted.stop)):
        line, cells = json.dumps([name, *head], separators=(",", ":"), ensure_ascii=False) + "\n", {}
        try:
            assert hashlib.sha256(line.encode() + data).digest() == sha256, "its bytes are not what was sealed"
            columns = open_container(io.BytesIO(data))
            times = [*read_times(columns.pop(""))]
            cells = {(times[i], quantity): value for quantity, f in columns.items() for i, value in read_values(f)}
        except Exception as error: damaged.append(f"{name} from {head[0]} to {head[1]}: {error!r}")
        yield from sorted((cells | {one: hot.pop(one) for one in [*hot] if one[0] <= head[1]}).items())
    yield from sorted(hot.items())
path, ask = pathlib.Path(sys.argv[1]), dict(zip(sys.argv[2::2], sys.argv[3::2]))
stamp, wanted = int(ask.get("--stamp-ms", 1)), range(int(ask.get("--from", 0)), int(ask.get("--to", 2**53)))
files = [path.with_name(f"{path.name.removesuffix('.db')}.journal-{i}") for i in (0, 1)]
frames = [frame for file in files if file.exists() for frame in read_frames(file.read_bytes())]  # first: they move on
db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True).execute("BEGIN")
assert db.execute("PRAGMA user_version").fetchone() == (3,), "this is not the store that docs/store.md describes"
sealed = {name: row for name, *row in db.execute("SELECT name, sealed_frame, id FROM device")}
spans = {*db.execute("SELECT name, boot, span.first, span.last FROM span JOIN device ON device.id = span.device")}
hot, taken, damaged = {}, set(), []  # hot: of each device {(at, quantity): value}
for number, code, name, key, at, cells in sorted(frames, key=lambda frame: frame[0]):
    if number <= sealed.get(name, (0,))[0]: continue
    if code > 1: spans, taken = ({one for one in some if one[0] != name} for some in (spans, taken))
    if code == 2: sealed.pop(name, None), hot.pop(name, None)  # forget; 3 forgets the numbers alone
    if key and (key in taken or any((n, b) == key[:2] and f <= key[2] <= l for n, b, f, l in spans)): continue
    if key: taken.add(key)
    for quantity, value in cells.items(): hot.setdefault(name, {})[(at + stamp // 2) // stamp * stamp, quantity] = value
write = csv.writer(sys.stdout, lineterminator="\n").writerow
write(("time", "device", "quantity", "value"))
for name in [ask["--device"]] if "--device" in ask else sorted({*sealed, *hot}):
    for (at, quantity), value in read_device(db, name, sealed.get(name, (0, None))[1], hot.get(name, {}), wanted, damaged):
        if at in wanted and quantity == ask.get("--quantity", quantity): write((at, name, quantity, value))
sys.exit("\n".join(damaged) or 0)
