import { classNames } from '../class-names.ts';
import cards from './room-card.module.css';
import styles from './skeletons.module.css';

/** A grey bar where text will be; `width` and `height` as CSS lengths. */
export function Bar({ width, height = '1em' }: { width: string; height?: string }) {
  return <span className={styles.bar} style={{ width, height }} />;
}

/** As many room cards as are likely, in their final size. */
export function CardSkeletons({ count }: { count: number }) {
  return Array.from({ length: count }, (_, i) => (
    <div key={i} className={classNames(cards.card, styles.card)}>
      <div className={cards.top}>
        <Bar width="45%" height="1.1rem" />
      </div>
      <div className={cards.figures}>
        <Bar width="7rem" height="2.6rem" />
      </div>
    </div>
  ));
}

/** A block where a panel will be; `height` as a CSS length. */
export function PanelSkeleton({ height }: { height: string }) {
  return <div className={styles.panel} style={{ height }} />;
}

/** Says to a screen reader what the grey shapes say to the eye; `heading` where the page has no other yet. */
export function LoadingWord({ heading }: { heading?: string }) {
  return (
    <>
      {heading && <h1 className="sr-only">{heading}</h1>}
      <output className="sr-only">Loading…</output>
    </>
  );
}
