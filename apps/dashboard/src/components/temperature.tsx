import { classNames } from '../class-names.ts';
import { useFormat } from '../format-context.ts';
import styles from './temperature.module.css';

interface Props {
  celsius: number;
  /** Setpoints are as short as they are exact: 21, 21.5. */
  isSetpoint?: boolean;
  /** The unit's letter too, for the one large figure of a page. */
  hasUnit?: boolean;
  /** A stale value: hatched and dimmed. A silent one is no figure at all. */
  isOld?: boolean;
}

/** A temperature in the home's unit: the figures large, the degree sign lighter and smaller. */
export function Temperature({ celsius, isSetpoint = false, hasUnit = false, isOld = false }: Props) {
  const format = useFormat();
  return (
    <span className={classNames(styles.temperature, isOld && styles.old)}>
      {isSetpoint ? format.setpoint(celsius) : format.temperature(celsius)}
      <span className={isSetpoint ? styles.plain : hasUnit ? styles.unit : styles.degree}>
        {hasUnit ? format.unit : '°'}
      </span>
    </span>
  );
}
