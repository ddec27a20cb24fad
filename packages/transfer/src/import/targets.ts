import type { ImportMapping, ImportSource, QuantityName, SkipReason } from '@hearth/contract';
import { limits } from './limits.ts';
import { deviceIdOf, quantityNamed } from './names.ts';
import type { Tally } from './tally.ts';
import { conversionOf, unitsOf, type Conversion } from './units.ts';

/** Where the readings of a source go. */
export interface Target {
  device: string;
  quantity: QuantityName;
  conversion: Conversion;
  /** In our unit: more than this is not believed. */
  max: number;
  source: ImportSource;
}

/** Why the readings of a source go nowhere. */
interface Refusal {
  reason: SkipReason;
  got: string;
  expected: string;
}

/** What a file says of a source; `name` is what a mapping calls it. */
export interface Said {
  name: string;
  device: string | null;
  quantity: string | null;
  unit: string | null;
  /** What the device is called when another source has the series already. */
  otherwise?: string;
  /** More than this, in our unit, is of another unit than was guessed; the mapping says which. */
  max?: number;
}

/** Decides where sources go: as the mapping says, and where it says nothing, by what the file calls them. */
export interface Targets {
  of(said: Said): Target | Refusal;
}

/** Decisions kept: more than a file of ours has series, and bounded when a file has a new name in each line. */
const keptMax = 20_000;

/** `mapping` is by the names of sources. */
export function createTargets(mapping: ImportMapping, tally: Tally): Targets {
  const kept = new Map<string, Target | Refusal>();
  const devices = new Set<string>();
  /** The source that has each series, also from before a break. */
  const owners = new Map(tally.report().sources.map((one) => [`${one.device} ${one.quantity}`, one.source]));

  function decide({ name, device, quantity, unit, otherwise, max }: Said): Target | Refusal {
    const chosen = Object.hasOwn(mapping, name) ? mapping[name] : undefined;
    if (chosen === null)
      return refuse(name, { reason: 'not-wanted', got: name, expected: 'what the mapping takes' });
    const wantedQuantity = chosen?.quantity ?? (quantity === null ? null : quantityNamed(quantity));
    const guess = (other: string | null): string | null => (other === null ? null : deviceIdOf(other));
    const fromUnit = chosen?.unit ?? unit;
    if (wantedQuantity === null)
      return quantity === null || quantity === ''
        ? refuse(name, { reason: 'not-mapped', got: name, expected: 'what Hearth has a quantity for' })
        : refuse(name, {
            reason: 'quantity',
            got: quantity,
            expected: 'a quantity of Hearth, such as temperature',
          });
    const isTaken = (owners.get(`${guess(device)} ${wantedQuantity}`) ?? name) !== name;
    const wantedDevice = chosen?.device ?? guess(isTaken && otherwise !== undefined ? otherwise : device);
    if (wantedDevice === null)
      return refuse(name, {
        reason: 'device',
        got: device ?? name,
        expected: 'a name with a letter or a digit',
      });
    const conversion = conversionOf(wantedQuantity, fromUnit);
    if (conversion === null)
      return refuse(name, { reason: 'unit', got: fromUnit ?? '', expected: unitsOf(wantedQuantity) });
    if (!devices.has(wantedDevice) && devices.size >= limits.devicesMax)
      return {
        reason: 'too-many-devices',
        got: wantedDevice,
        expected: `at most ${limits.devicesMax} devices`,
      };
    devices.add(wantedDevice);
    owners.set(`${wantedDevice} ${wantedQuantity}`, name);
    const source = tally.source(name, wantedDevice, wantedQuantity);
    const believedMax = chosen?.unit === undefined ? (max ?? Infinity) : Infinity;
    return { device: wantedDevice, quantity: wantedQuantity, conversion, max: believedMax, source };
  }

  function refuse(name: string, refusal: Refusal): Refusal {
    // Of what no quantity fits, the list of sources is the place to choose one.
    if (refusal.reason === 'not-mapped' || refusal.reason === 'not-wanted') tally.source(name, null, null);
    return refusal;
  }

  return {
    of(said) {
      const key = `${said.name}\n${said.device}\n${said.quantity}\n${said.unit}`;
      let target = kept.get(key);
      if (target === undefined) {
        if (kept.size >= keptMax) kept.clear();
        target = decide(said);
        kept.set(key, target);
      }
      return target;
    },
  };
}
