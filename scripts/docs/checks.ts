import { checks } from '@hearth/kit';

/** Every check of the conformance kit as a table in Markdown, with what `--quick` makes of it. */
export function checksDocument(): string {
  const rows = checks.map(({ id, level, says, clause, span, needs = [] }) => {
    const unit = (value: number): string => (span?.unit === 'ms' ? `${value / 1000} s` : String(value));
    const full = span ? `${span.what}: ${unit(span.full)}, quick ${unit(span.quick)}` : '';
    const anchor = clause
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-');
    const hands = needs.filter((need) => need === 'power' || need === 'hand').join(', ');
    return `| \`${id}\` | ${level} | ${says} | [${clause}](../device-makers.md#${anchor}) | ${full} | ${hands} |`;
  });
  return `# Checks of the conformance kit

Generated from \`devices/kit\` by \`pnpm docs\`. How to run them: [conformance.md](../conformance.md).

| check | level | the device … | clause | takes | needs |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}
