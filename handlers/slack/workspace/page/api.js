// What a person does, told to the workspace. Every call returns {ok: true, …} or
// {ok: false, error or errors}; a request that got no sensible answer is an error of the same shape, so that callers have one path.

const noAnswer = { ok: false, error: "We had some trouble connecting. Try again?" };

async function post(path, body) {
  try {
    const response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const answer = await response.json();
    return typeof answer?.ok === "boolean" ? answer : noAnswer;
  } catch {
    return noAnswer;
  }
}

/** state returns the whole State of one person, or null when there is none to be had. */
export async function state(as) {
  try {
    const query = as ? `?as=${encodeURIComponent(as)}` : "";
    const response = await fetch(`ui/state${query}`, { cache: "no-store" });
    if (!response.ok) return null;
    const answer = await response.json();
    return Array.isArray(answer?.people) ? answer : null;
  } catch {
    return null;
  }
}

/** streamAddress returns where one person's States are streamed. */
export const streamAddress = (as) => `ui/stream?as=${encodeURIComponent(as)}`;

export const command = (as, conversation, text) => post("ui/command", { as, conversation, text });
export const message = (as, conversation, text, thread) => post("ui/message", { as, conversation, text, ...(thread && { thread_ts: thread }) });
export const shortcut = (as, conversation, ts, callback) => post("ui/shortcut", { as, conversation, ts, callback_id: callback });
export const click = (as, where, action) => post("ui/click", { as, ...where, ...action });
export const submit = (as, view, values) => post("ui/submit", { as, view_id: view, values });
export const close = (as, view) => post("ui/close", { as, view_id: view });
export const read = (as, conversation) => post("ui/read", { as, conversation });
export const home = (as) => post("ui/home", { as });
export const dismiss = (as, conversation, ts) => post("ui/dismiss", { as, conversation, ts });
export const forward = (ms) => post("ui/clock", { forward_ms: ms });
