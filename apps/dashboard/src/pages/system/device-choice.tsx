import type { Device } from '@hearth/contract';
import content from '../../components/content.module.css';
import styles from './system-page.module.css';

interface Props {
  devices: readonly Device[];
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

/** The devices, of which any number is chosen. */
export function DeviceChoice({ devices, chosen, onChange }: Props) {
  function toggle(id: string): void {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  }
  return (
    <fieldset className={styles.checks}>
      <legend className="sr-only">Devices to take out</legend>
      {devices
        .toSorted((a, b) => a.name.localeCompare(b.name))
        .map(({ id, name }) => (
          <label key={id} className={content.check}>
            <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
            {name}
          </label>
        ))}
    </fieldset>
  );
}
