import { publish, types } from '../../conformance/packets.ts';
import { openLink, type Place } from './link.ts';
import { answers } from './publisher.ts';

/** One client publishes to itself at QoS 1, one message at a time. */
export interface RoundTripJob {
  kind: 'roundTrip';
  place: Place;
  samples: number;
}

/** Milliseconds from PUBLISH to its delivery, one a sample. */
export async function measureRoundTrip({ place, samples }: RoundTripJob): Promise<number[]> {
  const link = await openLink(place, `${place.username}-round-trip`);
  const topic = 'bench/round-trip';
  const message = publish(topic, '{"boot":7,"seq":3041,"values":{"temperature":20.6}}', { qos: 1 });
  const tookMs: number[] = [];
  try {
    await link.subscribe(topic, 1);
    for (let n = 0; n < samples; n++) {
      // Both have to be there before the next: packet id 1 is used again.
      const { promise, resolve } = Promise.withResolvers<void>();
      let missing = 2;
      const startedAt = performance.now();
      link.hear(
        (type, _qos, id) => {
          if (type === types.publish) {
            tookMs.push(performance.now() - startedAt);
            link.write(answers(types.puback << 4, [id]));
          }
          missing--;
        },
        () => missing === 0 && resolve(),
      );
      link.write(message);
      await promise;
    }
    return tookMs;
  } finally {
    await link.end();
  }
}
