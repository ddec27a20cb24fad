import type { Adapter, Outgoing, Said } from './adapter.ts';

/** When the messages of tests come. */
export const receivedAt = Date.UTC(2026, 10, 22, 17, 55, 1, 345);

/** An adapter that is told messages one by one, as a test writes them. */
export function openTest(adapter: Adapter) {
  const session = adapter.open();
  const hear = (
    topic: string,
    payload: unknown,
    {
      isRetained = false,
      at = receivedAt,
      ...rest
    }: { isRetained?: boolean; at?: number; mayName?: (topic: string) => boolean } = {},
  ): readonly Said[] => {
    const bytes =
      payload instanceof Uint8Array
        ? payload
        : new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload));
    return session.read({ topic, payload: bytes, receivedAt: at, isRetained, ...rest });
  };
  return {
    session,
    hear,
    /** The messages that ask a device, null where it cannot be. */
    ask: (...question: Parameters<NonNullable<typeof session.ask>>): readonly Outgoing[] | null =>
      session.ask?.(...question)?.messages ?? null,
    /** What the message says was measured, by device. */
    values(...message: Parameters<typeof hear>): Record<string, object> {
      const said = hear(...message);
      return Object.fromEntries(
        said.flatMap((each) =>
          each.kind === 'heard' && each.arrival ? [[each.device.id, each.arrival.values]] : [],
        ),
      );
    },
  };
}
