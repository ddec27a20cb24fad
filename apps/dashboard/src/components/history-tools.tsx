import { shifted, zoomed, type Edges } from '../history-stretch.ts';
import { Button } from './button.tsx';
import styles from './history-tools.module.css';
import {
  BackIcon,
  CurveIcon,
  DownloadIcon,
  NextIcon,
  PictureIcon,
  TableIcon,
  ZoomInIcon,
  ZoomOutIcon,
} from './icons.tsx';

interface Props {
  edges: Edges;
  /** Whether it ends now: there is nothing later. */
  isNow: boolean;
  isTable: boolean;
  onMove: (edges: Edges) => void;
  onTable: (isTable: boolean) => void;
  onCsv: () => void;
  onPicture: () => void;
}

/** A step to the side keeps half of what was seen. */
const step = 0.5;

const middle = ({ from, to }: Edges): number => (from + to) / 2;

/** What can be done with a history: move and zoom it without a gesture, read it as a table, take it along. */
export function HistoryTools({ edges, isNow, isTable, onMove, onTable, onCsv, onPicture }: Props) {
  return (
    <div className={styles.tools} role="group" aria-label="History">
      <div className={styles.moves}>
        <Button look="quiet" aria-label="Earlier" onClick={() => onMove(shifted(edges, -step))}>
          <BackIcon />
        </Button>
        <Button look="quiet" aria-label="Later" disabled={isNow} onClick={() => onMove(shifted(edges, step))}>
          <NextIcon />
        </Button>
        <Button
          look="quiet"
          aria-label="Show less time"
          onClick={() => onMove(zoomed(edges, isNow ? edges.to : middle(edges), 0.5))}
        >
          <ZoomInIcon />
        </Button>
        <Button
          look="quiet"
          aria-label="Show more time"
          onClick={() => onMove(zoomed(edges, isNow ? edges.to : middle(edges), 2))}
        >
          <ZoomOutIcon />
        </Button>
      </div>
      <div className={styles.moves}>
        <Button look="quiet" aria-pressed={isTable} onClick={() => onTable(!isTable)}>
          {isTable ? <CurveIcon /> : <TableIcon />}
          <span className={styles.word}>{isTable ? 'Show as chart' : 'Show as table'}</span>
        </Button>
        <Button look="quiet" onClick={onCsv}>
          <DownloadIcon />
          <span className={styles.word}>Save as CSV</span>
        </Button>
        {!isTable && (
          <Button look="quiet" onClick={onPicture}>
            <PictureIcon />
            <span className={styles.word}>Save as picture</span>
          </Button>
        )}
      </div>
    </div>
  );
}
