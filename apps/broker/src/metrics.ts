import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Connections } from './gate/connections.ts';
import type { Decisions } from './gate/hooks.ts';
import type { JournalState } from './sessions/journal.ts';
import type { Refusals } from './telling/refusals.ts';

/** What is counted of the broker, for Prometheus; nothing of it names a client. */
export interface Metrics {
  /** The same decisions, messages counted as they pass. */
  counted(decisions: Decisions): Decisions;
  /** The same refusals, counted by rule, also those that are told of only once a second. */
  counting(refusals: Refusals): Refusals;
  /** One commit of the journal took this long. */
  noteCommit(ms: number): void;
  /** Figures that are looked up when somebody asks. */
  follow(parts: {
    connections: Pick<Connections, 'count'>;
    sessions: {
      queued(): number;
      names(): readonly string[];
      queueLength(name: string): number;
      readonly retained: { readonly count: number };
      readonly journal: { readonly state: Readonly<JournalState> };
    };
  }): void;
  /** All of it in Prometheus' text format. */
  text(): Promise<string>;
}

/** Seconds: an SSD's fsync is the first, a tired SD card's the last. */
const commitBucketsS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** A registry of its own for each broker, so that several can run in one process. */
export function createMetrics(): Metrics {
  const register = new Registry();
  const registers = [register];
  let isProcessMeasured = false;
  // Plain numbers, put into the counter when somebody asks: this is done for each message.
  const passed = { in: [0, 0, 0], out: [0, 0, 0] };
  register.registerMetric(
    new Counter({
      name: 'hearth_broker_messages_total',
      help: 'PUBLISH packets let through, by direction as the broker sees it; a repeated delivery counts again.',
      labelNames: ['direction', 'qos'] as const,
      registers: [],
      collect() {
        this.reset();
        for (const direction of ['in', 'out'] as const)
          for (const [qos, count] of passed[direction].entries()) this.inc({ direction, qos }, count);
      },
    }),
  );
  const refused = new Counter({
    name: 'hearth_broker_refused_total',
    help: 'What was turned away, by the rule that it broke.',
    labelNames: ['rule'] as const,
    registers,
  });
  const commits = new Histogram({
    name: 'hearth_broker_commit_seconds',
    help: 'What a commit of the journal takes, to the disk.',
    buckets: commitBucketsS,
    registers,
  });

  return {
    counted: (decisions) => ({
      ...decisions,
      authorizePublish(client, packet, ...rest) {
        passed.in[packet.qos]!++;
        return decisions.authorizePublish(client, packet, ...rest);
      },
      authorizeForward(client, packet) {
        const isLetThrough = decisions.authorizeForward(client, packet);
        if (isLetThrough) passed.out[packet.qos]!++;
        return isLetThrough;
      },
    }),
    counting: (refusals) => ({
      note(client, breach, ...rest) {
        refused.inc({ rule: breach.rule });
        refusals.note(client, breach, ...rest);
      },
      [Symbol.dispose]: () => refusals[Symbol.dispose](),
    }),
    noteCommit: (ms) => commits.observe(ms / 1000),
    follow({ connections, sessions }) {
      const gauge = (name: string, help: string, look: () => number): void =>
        register.registerMetric(
          new Gauge({
            name: `hearth_broker_${name}`,
            help,
            registers: [],
            collect() {
              this.set(look());
            },
          }),
        );
      gauge('connections', 'Connections that have shown a credential.', () => connections.count);
      gauge('sessions', 'Sessions that are kept for their clients.', () => sessions.names().length);
      gauge('queued_messages', 'Messages kept for clients that have not acknowledged them.', () =>
        sessions.queued(),
      );
      gauge('longest_queue_messages', 'Messages kept for the client that has the most.', () =>
        sessions.names().reduce((most, name) => Math.max(most, sessions.queueLength(name)), 0),
      );
      gauge('retained_messages', 'Retained messages.', () => sessions.retained.count);
      gauge('journal_ok', '1 while the disk takes what the broker has to keep.', () =>
        Number(sessions.journal.state.state === 'ok'),
      );
    },
    text() {
      // It wakes the process a hundred times a second, which is for nothing while nobody looks.
      if (!isProcessMeasured) collectDefaultMetrics({ register, prefix: 'hearth_broker_' });
      isProcessMeasured = true;
      return register.metrics();
    },
  };
}
