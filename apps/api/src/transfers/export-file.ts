import { quantityNames, type ExportQuery, type QuantityName } from '@hearth/contract';
import { InvalidRequestError } from '../http/validation.ts';

/** A list as the query has it; undefined is all there are. */
export function listOf(text: string | undefined): string[] | undefined {
  return text === undefined ? undefined : [...new Set(text.split(','))];
}

/** @throws {InvalidRequestError} for a name that is no quantity */
export function quantitiesOf({ quantities }: Pick<ExportQuery, 'quantities'>): QuantityName[] | undefined {
  const names = listOf(quantities);
  const unknown = names?.find((name) => !quantityNames.includes(name as QuantityName));
  if (unknown !== undefined)
    throw new InvalidRequestError('The query does not fit: see errors.', [
      { pointer: '#/quantities', detail: `${unknown} is not one of ${quantityNames.join(', ')}` },
    ]);
  return names as QuantityName[] | undefined;
}

/**
 * What the file is called: what is in it, and from when till when, both days included, in the home's time zone. One of
 * everything bears the day on which it was made. Only letters, digits and hyphens.
 */
export function exportFileName(
  { format, devices, quantities, from, to }: ExportQuery,
  now: number,
  timeZone: string,
): string {
  // Swedish dates are ISO 8601's.
  const day = (at: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(at);
  const one = (list: string[] | undefined): string | null => (list?.length === 1 ? list[0]! : null);
  const last = to === undefined ? now : Math.min(to - 1, now);
  const days = from === undefined ? ['until', day(last)] : [day(from), 'to', day(Math.max(from, last))];
  const isAll = from === undefined && to === undefined;
  const parts = ['hearth', one(listOf(devices)), one(listOf(quantities)), ...(isAll ? [day(now)] : days)];
  return `${parts.filter((part) => part !== null).join('-')}.${format}`;
}
