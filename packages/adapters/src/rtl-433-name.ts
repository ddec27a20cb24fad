import { deviceId } from './device-id.ts';

const nameMaxLength = 60;

/**
 * What to call the sender of a frame. The id is the same for every frame of one sender and whichever
 * gateway heard it: `rtl433-{model}-{channel}-{id}`, for example `rtl433-nexus-th-2-181`. Many sensors draw
 * a new id when their battery is changed, and are a new device then.
 */
export function nameFrame(
  model: string,
  id: unknown,
  channel: unknown,
): { id: string; name: string; maker: string; product: string } {
  const clean = printable(model) || 'unknown';
  const ids = [label(channel), label(id)];
  const split = /^([^-]+)-(.+)$/.exec(clean);
  const on = ids[0] && `, channel ${ids[0]}`;
  return {
    id: deviceId(['rtl433', clean, ...ids]),
    name: `${clean.slice(0, 24)} ${ids[1] ?? ''}`
      .trim()
      .concat(on ?? '')
      .slice(0, nameMaxLength),
    maker: (split?.[1] ?? clean).slice(0, 64).trim(),
    product: (split?.[2] ?? clean).slice(0, 64).trim(),
  };
}

/** Numbers and short words are labels; anything else is as good as absent. */
function label(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') return null;
  return printable(value).slice(0, 16).trim() || null;
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').trim();
}
