import { controlTopics } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Aedes } from 'aedes';
import { publishOwn } from '../telling/publish-own.ts';
import { control, type ControlParts } from './control.ts';

/** Answers requests about credentials, one after another, in the order they came. */
export function takeControl(aedes: Aedes, parts: ControlParts, log: Log): void {
  let last = Promise.resolve();
  const answer = async (payload: string | Uint8Array): Promise<void> => {
    const response = await control(payload, parts);
    if (!response) log.warn('a control request that names no id');
    else publishOwn(aedes, controlTopics.response, response, 1, log);
    if (response?.error) log.warn({ error: response.error }, 'a control request was refused');
  };
  aedes.subscribe(
    controlTopics.request,
    ({ payload }, done) => {
      done();
      last = last
        .then(() => answer(payload))
        .catch((error: unknown) => log.error({ err: error }, 'a control request failed'));
    },
    () => {},
  );
}
