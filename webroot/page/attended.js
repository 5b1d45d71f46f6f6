// Whether somebody is there. What the page asks by itself must not keep a session alive for nobody.

const AWAY_MILLIS = 5 * 60_000;

let last = Date.now();

for (const type of ['pointerdown', 'pointermove', 'keydown', 'focus']) {
  addEventListener(type, () => { last = Date.now(); }, { passive: true, capture: true });
}

export const attended = () => !document.hidden && Date.now() - last < AWAY_MILLIS;

/** Runs something again and again while somebody is there; gives what ends that. */
export function every(millis, work) {
  const timer = setInterval(() => attended() && work(), millis);
  return () => clearInterval(timer);
}
