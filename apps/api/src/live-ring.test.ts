import { describe, expect, it } from 'vitest';
import { createLive } from './live-ring.ts';
import type { LiveMessage } from './live.ts';

const now = (): number => 1_795_363_200_000;
const publish = (live: ReturnType<typeof createLive>, ids: string[]): void => {
  for (const id of ids) live.publish('removed', { deviceIds: [id] });
};
/** What a subscriber got: event names, or the device of a `removed`. */
const shown = (got: LiveMessage[]): string[] =>
  got.map(({ event, data }) => (event === 'removed' ? JSON.parse(data).deviceIds[0] : event));

function listen(live: ReturnType<typeof createLive>, lastEventId: string | null) {
  const got: LiveMessage[] = [];
  const stop = live.subscribe(lastEventId, (message) => got.push(message));
  return { got, stop };
}

describe('the live stream', () => {
  it('greets, then sends what is published until it is stopped', () => {
    const live = createLive(now);
    const { got, stop } = listen(live, null);
    publish(live, ['aaa', 'bbb']);
    stop();
    publish(live, ['ccc']);
    expect(shown(got)).toEqual(['hello', 'aaa', 'bbb']);
    expect(JSON.parse(got[0]!.data)).toEqual({ now: now() });
  });

  it('replays exactly what came after the last event id', () => {
    const live = createLive(now, 5);
    const { got } = listen(live, null);
    publish(live, ['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7']);
    for (const [i, missed] of [
      [3, ['e4', 'e5', 'e6', 'e7']],
      [6, ['e7']],
      [7, []],
    ] as const)
      expect(shown(listen(live, got[i]!.id).got)).toEqual(['hello', ...missed]);
  });

  it('resumes a stream that broke before its first event', () => {
    const live = createLive(now);
    publish(live, ['old']);
    const { got, stop } = listen(live, null);
    stop();
    publish(live, ['new']);
    expect(shown(listen(live, got[0]!.id).got)).toEqual(['hello', 'new']);
  });

  it('says reset when the gap is too long, with the position from which it goes on', () => {
    const live = createLive(now, 5);
    const { got } = listen(live, null);
    publish(live, ['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7']);
    const late = listen(live, got[1]!.id);
    expect(shown(late.got)).toEqual(['hello', 'reset']);
    publish(live, ['e8']);
    expect(shown(listen(live, late.got[1]!.id).got)).toEqual(['hello', 'e8']);
  });

  it.each(['', 'x', '-', 'another-3', 'a-b-c', '0-NaN', '-1', '../../1'])(
    'says reset for the foreign id "%s"',
    (id) => expect(shown(listen(createLive(now), id).got)).toEqual(['hello', 'reset']),
  );

  it('says reset for a number of this stream that is yet to come', () => {
    const live = createLive(now);
    const { got } = listen(live, null);
    const stream = got[0]!.id!.split('-')[0];
    expect(shown(listen(live, `${stream}-9`).got)).toEqual(['hello', 'reset']);
  });
});
