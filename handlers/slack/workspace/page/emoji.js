// The emoji shortcodes that service teams and apps use most. Others are left as they are written.

const emoji = {
  "+1": "👍", "-1": "👎", alarm_clock: "⏰", arrow_right: "➡️", arrows_counterclockwise: "🔄", ballot_box_with_check: "☑️", bell: "🔔", bulb: "💡", busts_in_silhouette: "👥",
  calendar: "📅", clipboard: "📋", clock1: "🕐", coffee: "☕", exclamation: "❗", eyes: "👀", fire: "🔥", firefighter: "🧑‍🚒", green_heart: "💚", handshake: "🤝", headphones: "🎧",
  heart: "❤️", heavy_check_mark: "✔️", hourglass: "⌛", hourglass_flowing_sand: "⏳", information_source: "ℹ️", inbox_tray: "📥", large_blue_circle: "🔵", large_green_circle: "🟢",
  large_orange_circle: "🟠", large_red_circle: "🔴", large_yellow_circle: "🟡", leaves: "🍃", link: "🔗", lock: "🔒", loudspeaker: "📢", mag: "🔍", mega: "📣", memo: "📝",
  money_with_wings: "💸", no_entry: "⛔", ok_hand: "👌", package: "📦", pencil: "📝", pencil2: "✏️", phone: "☎️", point_right: "👉", pray: "🙏", pushpin: "📌", question: "❓",
  raised_hands: "🙌", raising_hand: "🙋", red_circle: "🔴", rotating_light: "🚨", runner: "🏃", seedling: "🌱", shield: "🛡️", slightly_smiling_face: "🙂", smile: "😄", sos: "🆘",
  sparkles: "✨", speech_balloon: "💬", star: "⭐", stopwatch: "⏱️", tada: "🎉", telephone_receiver: "📞", thumbsup: "👍", thumbsdown: "👎", timer_clock: "⏲️", triangular_flag_on_post: "🚩",
  warning: "⚠️", wave: "👋", white_check_mark: "✅", woman_in_lotus_position: "🧘", x: "❌", zap: "⚡",
};

/** emojiFor returns the character of a shortcode's name, or undefined. */
export function emojiFor(name) {
  return Object.hasOwn(emoji, name) ? emoji[name] : undefined;
}

/** withEmoji replaces the known :shortcodes: in plain text. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (code, name) => emojiFor(name) ?? code);
}
