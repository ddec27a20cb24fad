/** What spreadsheets run as a formula, quoted or not; the wide forms are taken for the narrow ones in some languages. */
const formulaStart = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * Text as one field of CSV. What begins like a formula gets an apostrophe in front, by which spreadsheets know text.
 * @see RFC 4180 section 2; OWASP, CSV Injection
 */
export function csvField(text: string): string {
  const harmless = formulaStart.test(text) ? `'${text}` : text;
  return /[",;'\t\r\n]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The text that {@link csvField} was given, from the field's text without its quotes. */
export function fromCsvField(field: string): string {
  return field.startsWith("'") && formulaStart.test(field.slice(1)) ? field.slice(1) : field;
}
