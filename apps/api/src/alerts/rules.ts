import {
  alertKinds,
  type AlertKind,
  type AlertRule,
  type AlertRulePatch,
  type AlertSettings,
} from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { RequestError } from '../http/problems.ts';
import { openSetting } from '../settings.ts';
import { conditions } from './conditions.ts';

const defaults: AlertSettings = { quiet: { from: '22:00', to: '07:00' }, escalateMin: 30 };

/** What is watched for and when it is told, as the owner chose; in hearth.db, and as we propose until then. */
export function openRules(db: Database) {
  const changed = openSetting(db, 'alert-rules');
  const chosen = openSetting(db, 'alert-settings');
  const patches = (): { [K in AlertKind]?: AlertRulePatch } =>
    JSON.parse(changed.get() ?? '{}') as { [K in AlertKind]?: AlertRulePatch };

  const ruleOf = (kind: AlertKind, patch: AlertRulePatch = {}): AlertRule => {
    const { severity, words, threshold, unit, holdMin } = conditions[kind];
    return { kind, severity, words, isOn: true, threshold, unit, holdMin, ...patch };
  };
  return {
    list(): AlertRule[] {
      const own = patches();
      return alertKinds.map((kind) => ruleOf(kind, own[kind]));
    },
    /** @throws {RequestError} where a threshold is given to a rule that has none. */
    change(kind: AlertKind, patch: AlertRulePatch): AlertRule {
      if (patch.threshold !== undefined && conditions[kind].threshold === null)
        throw new RequestError('out-of-range', `"${kind}" has no threshold.`);
      const own = patches();
      const merged = { ...own[kind], ...patch };
      changed.set(JSON.stringify({ ...own, [kind]: merged }));
      return ruleOf(kind, merged);
    },
    settings: (): AlertSettings => {
      const own = chosen.get();
      return own === undefined ? defaults : (JSON.parse(own) as AlertSettings);
    },
    changeSettings(settings: AlertSettings): AlertSettings {
      chosen.set(JSON.stringify(settings));
      return settings;
    },
  };
}
export type Rules = ReturnType<typeof openRules>;
