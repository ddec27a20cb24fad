import { type Figure, median } from '../figure.ts';
import { interleave, ratioOf, type Rounds } from './compare.ts';
import type { Effort } from './effort.ts';
import type { Load } from './load.ts';
import type { QoS } from './publisher.ts';
import { startMosquitto, type Subject } from './subjects.ts';

const shapes = {
  '10to1': { publishers: 10, subscribers: 1 },
  '1to100': { publishers: 1, subscribers: 100 },
} as const;
type Shape = keyof typeof shapes;

/** Our least share of Mosquitto's rate; where there is none, the figure has no bar. */
const bars: Record<Shape, Partial<Record<QoS, number>>> = {
  '10to1': { 0: 0.9, 1: 1, 2: 0.8 },
  '1to100': { 1: 1 },
};

/** Messages of one publisher on the way. Mosquitto as shipped ends a connection with more than 20 of QoS 2. */
const windows = { 0: 100, 1: 100, 2: 20 } as const;

/** Deliveries a second from ten publishers to one subscriber, and from one to a hundred. */
export async function measureFlows(
  load: Load,
  { rounds, warmMs, measureMs }: Effort,
  ours: Subject,
  theirs: Subject,
): Promise<Figure[]> {
  const busy = { ours: 0, theirs: 0 };
  const compare = (shape: Shape, qos: QoS, peer: Subject): Promise<Rounds> => {
    const rate = async (subject: Subject): Promise<number> => {
      const job = { ...shapes[shape], place: subject.place, qos, window: windows[qos], warmMs, measureMs };
      const outcome = await load.run({ kind: 'flow', ...job });
      const side = subject === ours ? 'ours' : 'theirs';
      busy[side] = Math.max(busy[side], outcome.busy);
      return outcome.values[0]!;
    };
    return interleave(
      rounds,
      () => rate(ours),
      () => rate(peer),
    );
  };
  const unit = 'deliveries/s';
  const figures: Figure[] = [];
  for (const shape of ['10to1', '1to100'] as const)
    for (const qos of [0, 1, 2] as const) {
      const found = await compare(shape, qos, theirs);
      const bar = bars[shape][qos];
      figures.push({
        figure: `broker.${shape}.qos${qos}`,
        value: median(found.ours),
        unit,
        peer: 'mosquitto',
        ratio: ratioOf(found),
        ...(bar !== undefined && { bar, isBarLeast: true, isBarOfRatio: true }),
      });
    }
  // As shipped, its small packets wait for each other in TCP, which costs most where most of them are exchanged.
  await using noDelay = await startMosquitto('noDelay');
  const found = await compare('10to1', 2, noDelay);
  figures.push({
    figure: 'broker.10to1.qos2.noDelay',
    value: median(found.ours),
    unit,
    peer: 'mosquitto, set_tcp_nodelay',
    ratio: ratioOf(found),
  });
  // A full core would mean that the load was measured, and not the broker.
  const ofCore = { unit: '% of a core' };
  return [
    ...figures,
    { figure: 'broker.load.atMost', value: busy.ours * 100, ...ofCore },
    { figure: 'broker.load.atMost.mosquitto', value: busy.theirs * 100, ...ofCore },
  ];
}
