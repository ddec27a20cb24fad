import type { Message } from './data-set.ts';

/**
 * Messages in InfluxDB's line protocol with stamps in ms, which VictoriaMetrics takes too: one line a message.
 * Switches are numbers, so that they have an average.
 */
export function encodeLines(messages: readonly Message[]): string {
  let text = '';
  for (const { part, row } of messages) {
    const { device, at, values } = part;
    text += `reading,device=${device.name} `;
    for (const [i, quantity] of device.quantities.entries())
      text += `${i === 0 ? '' : ','}${quantity}=${values[i]![row]}`;
    text += ` ${at[row]}\n`;
  }
  return text;
}

/** Hands out what is sent in one request while the data set is loaded, a few of them on the way. */
export async function sendInBatches(
  messages: Iterable<Message>,
  send: (batch: readonly Message[]) => Promise<unknown>,
): Promise<void> {
  const batchLength = 5000;
  const inFlight = 3;
  const waiting: Promise<unknown>[] = [];
  let batch: Message[] = [];
  const flush = async (): Promise<void> => {
    waiting.push(send(batch));
    batch = [];
    if (waiting.length >= inFlight) await waiting.shift();
  };
  for (const message of messages) {
    batch.push(message);
    if (batch.length >= batchLength) await flush();
  }
  await flush();
  await Promise.all(waiting);
}
