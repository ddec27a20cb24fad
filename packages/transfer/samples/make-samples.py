"""Writes Parquet files as other programs do: python3 make-samples.py, with pyarrow 25 (PyPI)."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

here = Path(__file__).parent
start = datetime(2026, 11, 22, 16, 0, 0, 123000, tzinfo=timezone.utc)
times = [start + timedelta(seconds=10 * i) for i in range(6)]
columns = {
    "time": pa.array(times, pa.timestamp("us", tz="UTC")),
    "device": pa.array(["hall"] * 6),
    "quantity": pa.array(["temperature"] * 5 + ["pressure"]),
    "value": pa.array([20.5, 20.6, None, 20.7, 200.0, 1013.0]),
    "unit": pa.array(["°C"] * 5 + ["hPa"]),
    "note": pa.array([{"by": "x"}] * 6),
}


def write(name, options=None, **changed):
    pq.write_table(pa.table(columns | changed), here / f"{name}.parquet", **(options or {}))


for codec in ["snappy", "gzip", "zstd", "brotli", "lz4", "none"]:
    write(codec, {"compression": codec})
write("pages-v2", {"data_page_version": "2.0", "compression": "zstd"})
write("small-groups", {"row_group_size": 2, "use_dictionary": False})
write("dictionaries", device=pa.array(["hall"] * 6).dictionary_encode())
write("nanoseconds", time=pa.array(times, pa.timestamp("ns", tz="Europe/Berlin")))
write("milliseconds", time=pa.array([int(t.timestamp() * 1000) for t in times]))
write("text", time=pa.array([t.isoformat() for t in times]), value=pa.array(["20.5", "20.6", "", "20.7", "200", "1013"]))
write("no-zone", time=pa.array([t.replace(tzinfo=None) for t in times], pa.timestamp("us")))
pq.write_table(
    pa.table({k: v for k, v in columns.items() if k != "device"}), here / "no-device.parquet"
)
