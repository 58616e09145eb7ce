// The workspace's clock. It can be ahead of the browser's, since the demo moves
// it, so everything on the page that says "today" or "2 minutes ago" asks here.

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
