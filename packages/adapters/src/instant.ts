/** How far another clock may run ahead of ours before it counts as not set. */
const aheadMaxMs = 60_000;
/** A clock that was never set starts in 1970, or when its software was built. */
const earliestAt = Date.UTC(2020, 0, 1);

/**
 * An instant as other software writes it: Unix seconds or ms, or ISO 8601 with a zone. Null for what is none, is of a
 * clock that is not set, or has no zone and may be any of 26 hours. Unix ms.
 */
export function saidAt(said: unknown, receivedAt: number): number | null {
  const at = typeof said === 'number' ? (said < 1e11 ? said * 1000 : said) : parseIso(said);
  return at >= earliestAt && at <= receivedAt + aheadMaxMs ? Math.round(at) : null;
}

function parseIso(said: unknown): number {
  if (typeof said !== 'string' || said.length > 40) return Number.NaN;
  return /T.*(Z|[+-]\d\d:?\d\d)$/.test(said) ? Date.parse(said) : Number.NaN;
}
