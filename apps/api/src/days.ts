const dayMs = 86_400_000;

/** The day of an instant in a time zone of the IANA database, YYYY-MM-DD. */
export function createDayOf(timeZone: () => string): (at: number) => string {
  let format = new Intl.DateTimeFormat('sv-SE', { timeZone: timeZone(), dateStyle: 'short' });
  let known = timeZone();
  return (at) => {
    if (timeZone() !== known) {
      known = timeZone();
      format = new Intl.DateTimeFormat('sv-SE', { timeZone: known, dateStyle: 'short' });
    }
    return format.format(at);
  };
}

/** The last `count` days up to this one, oldest first: calendar days, whatever their length. */
export function daysUpTo(day: string, count: number): string[] {
  const last = Date.parse(`${day}T00:00:00Z`);
  return Array.from({ length: count }, (_, i) =>
    new Date(last - (count - 1 - i) * dayMs).toISOString().slice(0, 10),
  );
}
