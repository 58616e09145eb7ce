// Dates as Slack writes them: the formats of <!date^…>
// and of rich text's date element, and the times beside messages.
//
// A date is a <time> that remembers its format, and refresh rewrites the ones
// on the page, so that "today" and "2 minutes ago" stay true as the clock moves.

import { el, setText } from "./dom.js";
import { midnight, now, write } from "./clock.js";

const formats = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
};

const prettyOf = { date_pretty: "date", date_short_pretty: "date_short", date_long_pretty: "date_long", day_divider_pretty: "date_long" };

/** daysFromToday returns how many calendar days ms lies from the workspace's today: -1 is yesterday. */
export function daysFromToday(ms) {
  return Math.round((midnight(ms) - midnight(now())) / 86_400_000);
}

function pretty(ms, format) {
  const day = { "-1": "yesterday", 0: "today", 1: "tomorrow" }[daysFromToday(ms)];
  return day ?? write(ms, formats[format]);
}

function ago(ms) {
  const seconds = Math.round((ms - now()) / 1000);
  const units = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];
  const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

/** format fills the {tokens} of a Slack date format; a token it does not know stays as written. */
export function format(ms, template) {
  const filled = template.replace(/\{(\w+)\}/g, (token, name) => {
    if (name === "ago") return ago(ms);
    if (name in prettyOf) return pretty(ms, prettyOf[name]);
    return name in formats ? write(ms, formats[name]) : token;
  });
  return template.startsWith("{day_divider") ? filled.charAt(0).toUpperCase() + filled.slice(1) : filled;
}

/** dateNode returns a <time> that shows ms by template and stays true while the clock moves. */
export function dateNode(ms, template) {
  const title = write(ms, { dateStyle: "full", timeStyle: "medium" });
  return el("time", { datetime: new Date(ms).toISOString(), title, data: { epoch: String(ms), format: template } }, format(ms, template));
}

/** refresh rewrites every date on the page whose words depend on the present. */
export function refresh() {
  for (const node of document.querySelectorAll("time[data-format*='ago'], time[data-format*='pretty']")) {
    setText(node, format(Number(node.dataset.epoch), node.dataset.format));
  }
}
