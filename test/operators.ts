import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

const folder = fileURLToPath(new URL('../docs/operators/', import.meta.url));

/** What {@link operatorQueries} reads of the two files. */
interface Rules {
  groups: { rules: { expr: string }[] }[];
}
interface Dashboard {
  panels: { targets: { expr: string }[] }[];
}

/** All PromQL that we hand to operators: the alert rules' and the dashboard's, with a range in place of Grafana's own. */
export function operatorQueries(): string[] {
  const rules = parse(readFileSync(`${folder}hearth-alerts.yaml`, 'utf8')) as Rules;
  const dashboard = JSON.parse(readFileSync(`${folder}hearth-dashboard.json`, 'utf8')) as Dashboard;
  return [
    ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
    ...dashboard.panels.flatMap(({ targets }) =>
      targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')),
    ),
  ];
}

/** The figures that a query asks for, as their `# TYPE` line has them; null where it is not PromQL. */
export function figuresOf(query: string): string[] | null {
  const figures: string[] = [];
  let isSound = true;
  parser.parse(query).iterate({
    enter({ name, type, from, to }) {
      if (type.isError) isSound = false;
      if (name === 'Identifier') figures.push(query.slice(from, to).replace(/_(bucket|count|sum)$/u, ''));
    },
  });
  return isSound ? figures : null;
}
