// The workspace's clock. It can be ahead of the browser's, since the demo moves
// it, so everything on the page that says "today" or "2 minutes ago" asks here.

let zone; // in which times are shown; undefined is the browser's
let reading = { at: Date.now(), heard: performance.now() };

/** sync takes the workspace's time as it was told just now (RFC 3339). */
export function sync(time) {
  const at = Date.parse(time);
  if (Number.isFinite(at)) reading = { at, heard: performance.now() };
}

/** now returns the workspace's present time in milliseconds since 1970. */
export function now() {
  return reading.at + (performance.now() - reading.heard);
}

/** showIn has times shown in a zone (an IANA name), in the browser's if it is "". */
export function showIn(name) {
  zone = name || undefined;
}

/** write formats an instant as it reads in the zone. */
export const write = (ms, options) => new Intl.DateTimeFormat(undefined, { ...options, timeZone: zone }).format(ms);

/** wall returns what the clock on the wall shows at an instant, as the milliseconds of that time in UTC. */
export function wall(ms) {
  const shown = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
  const of = Object.fromEntries(shown.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(of.year, of.month - 1, of.day, of.hour, of.minute, of.second);
}

/** instant returns when the clock on the wall shows a time, given in the milliseconds of that time in UTC. */
export function instant(shown) {
  const near = shown - (wall(shown) - shown);
  return near - (wall(near) - shown);
}

/** midnight returns the beginning of the day on the wall's calendar, as wall does. */
export const midnight = (ms) => new Date(wall(ms)).setUTCHours(0, 0, 0, 0);
