// Without schemas: `hearth-probe` is one file, and has no use for them.

/**
 * The legs to a broker and back, any broker, in the order in which they are gone. The figure is the QoS: `publish` is
 * until the broker acknowledged, `receive` until the message was back.
 */
export const echoLegs = [
  'tcp',
  'tls',
  'connect',
  'subscribe-0',
  'receive-0',
  'subscribe-1',
  'publish-1',
  'receive-1',
  'subscribe-2',
  'publish-2',
  'receive-2',
] as const;
/**
 * All legs of the way of a reading. Behind those to the broker, `bridge` is from publishing until it is handed to the
 * store, `commit` until it is on disk, `receipt` until the device knows, `query` until HTTP has answered with it.
 */
export const probeLegs = [...echoLegs, 'bridge', 'commit', 'receipt', 'query'] as const;

/** The most runs that one report brings; a reporter keeps as many for a Hearth that is away. */
export const reportedRunsMax = 60;
