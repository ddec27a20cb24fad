/** A page made anew this recently is not made anew again. */
const reloadPauseMs = 60_000;
const longestWaitMs = 5000;
const reloadedKey = 'hearth/reloaded-at';

/**
 * A part of the page that is fetched when it is needed, tried again until it is there: a server that is away
 * comes back. One that answers without it is newer than this page, which is then made anew.
 */
export async function insist<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await load();
    } catch {
      await new Promise((done) => setTimeout(done, Math.min(longestWaitMs, 500 * 2 ** attempt)));
      if (attempt > 0 && (await isServerThere())) reload();
    }
  }
}

async function isServerThere(): Promise<boolean> {
  try {
    return (await fetch('/', { method: 'HEAD', cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

function reload(): void {
  const reloadedAt = Number(sessionStorage.getItem(reloadedKey) ?? 0);
  if (Date.now() - reloadedAt < reloadPauseMs) return;
  sessionStorage.setItem(reloadedKey, String(Date.now()));
  location.reload();
}
