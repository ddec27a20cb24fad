import type { ProbeRun } from '@hearth/contract';
import type { Store } from '@hearth/store';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Devices } from './devices/devices.ts';
import { isOfTheHouse } from './probe/probe-store.ts';

/** What is counted of the api, for Prometheus; nothing of it names a person or a device. */
export interface Metrics {
  /** The same store, its commits and readings counted. */
  counted(store: Store): Store;
  /** The same devices, what is quarantined counted by rule. */
  watched(devices: Devices): Devices;
  /** A run of the probe that has ended. */
  noteProbe(run: ProbeRun): void;
  noteResponse(response: { method: string; route: string; status: number }): void;
  /** Figures that are looked up when somebody asks. */
  follow(figures: {
    liveClients: () => number;
    isBrokerConnected: () => boolean;
    /** Unix ms. */
    lastGoodBackupAt: () => number | null;
  }): void;
  /** All of it in Prometheus' text format. */
  text(): Promise<string>;
}

/** What {@link Metrics.text} and the broker's own figures are written in. @see https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const metricsContentType = Registry.PROMETHEUS_CONTENT_TYPE;

/** Seconds: an SSD's fsync is the first, a tired SD card's the last. */
const commitBucketsS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Seconds: a leg on one machine is the first, one that is given up the last. */
const legBucketsS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A registry of its own for each api, so that several can run in one process. */
export function createMetrics(): Metrics {
  const register = new Registry();
  const registers = [register];
  let isProcessMeasured = false;
  const values = new Counter({
    name: 'hearth_api_values_stored_total',
    help: 'Values on disk since the start; a reading has one for each quantity.',
    registers,
  });
  const readings = new Counter({
    name: 'hearth_api_readings_total',
    help: 'Readings given to the store, by what became of them.',
    labelNames: ['fate'] as const,
    registers,
  });
  const commits = new Histogram({
    name: 'hearth_api_store_commit_seconds',
    help: 'From handing a batch to the store until it is on disk; the count is that of the batches.',
    buckets: commitBucketsS,
    registers,
  });
  const failures = new Counter({
    name: 'hearth_api_store_failures_total',
    help: 'Batches that the disk refused; they are tried again.',
    registers,
  });
  const quarantined = new Counter({
    name: 'hearth_api_quarantined_total',
    help: 'Messages that were acknowledged and not taken, by the rule that they broke.',
    labelNames: ['rule'] as const,
    registers,
  });
  const responses = new Counter({
    name: 'hearth_api_http_responses_total',
    help: 'Answers over HTTP.',
    labelNames: ['method', 'route', 'status'] as const,
    registers,
  });
  const legs = new Histogram({
    name: 'hearth_api_probe_leg_seconds',
    help: 'How long the probe took for each leg of the way of a reading.',
    buckets: legBucketsS,
    labelNames: ['leg'] as const,
    registers,
  });
  const legFailures = new Counter({
    name: 'hearth_api_probe_failures_total',
    help: 'Runs of the probe that ended at this leg.',
    labelNames: ['leg'] as const,
    registers,
  });
  const probeOk = new Gauge({
    name: 'hearth_api_probe_ok',
    help: '1 when the last run of the probe went the whole way, 0 when it did not; -1 where nothing can be probed.',
    registers,
  });
  const probed = new Gauge({
    name: 'hearth_api_probe_timestamp_seconds',
    help: 'When the last run of the probe began; 0 before the first.',
    registers,
  });

  return {
    noteProbe({ state, startedAt, legs: gone, failed }) {
      for (const { leg, ms } of gone) legs.observe({ leg }, ms / 1000);
      if (failed) legFailures.inc({ leg: failed.leg });
      probeOk.set(state === 'cannot' ? -1 : Number(state === 'whole'));
      probed.set(startedAt / 1000);
    },
    counted: (store) => ({
      ...store,
      async append(arrivals, ...rest) {
        const startedMs = performance.now();
        try {
          const fates = await store.append(arrivals, ...rest);
          // The probe's readings are nobody's, and a commit of them alone is a leg of its own.
          if (arrivals.some(isOfTheHouse)) commits.observe((performance.now() - startedMs) / 1000);
          for (const [i, fate] of fates.entries()) {
            const arrival = arrivals[i]!;
            if (!isOfTheHouse(arrival)) continue;
            readings.inc({ fate });
            if (fate === 'stored') values.inc(Object.keys(arrival.values).length);
          }
          return fates;
        } catch (error) {
          failures.inc();
          throw error;
        }
      },
      async appendPacked(packed) {
        const fates = await store.appendPacked(packed);
        // An import has one value an arrival.
        for (const fate of fates) readings.inc({ fate });
        values.inc(fates.filter((fate) => fate === 'stored').length);
        return fates;
      },
    }),
    watched: (devices) => ({
      ...devices,
      note(notes) {
        devices.note(notes);
        for (const note of notes)
          if (note.kind === 'rejected' && devices.get(note.device))
            quarantined.inc({ rule: note.message.rule }, note.message.count);
      },
    }),
    noteResponse({ method, route, status }) {
      responses.inc({ method, route, status });
    },
    follow({ liveClients, isBrokerConnected, lastGoodBackupAt }) {
      const gauge = (name: string, help: string, look: () => number): void =>
        register.registerMetric(
          new Gauge({
            name,
            help,
            registers: [],
            collect() {
              this.set(look());
            },
          }),
        );
      gauge('hearth_api_live_clients', 'Open live streams (SSE).', liveClients);
      gauge('hearth_api_broker_connected', '1 while the bridge is connected to the broker.', () =>
        Number(isBrokerConnected()),
      );
      gauge(
        'hearth_api_last_good_backup_timestamp_seconds',
        'When the newest backup that was proven was begun; 0 while there is none.',
        () => (lastGoodBackupAt() ?? 0) / 1000,
      );
    },
    text() {
      // It wakes the process a hundred times a second, which is for nothing while nobody looks.
      if (!isProcessMeasured) collectDefaultMetrics({ register, prefix: 'hearth_api_' });
      isProcessMeasured = true;
      return register.metrics();
    },
  };
}
