package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// adaptiveCards returns Microsoft's library that draws Adaptive Cards in a page:
// adaptivecards.min.js of the npm package adaptivecards. With
// FIREBREAK_ADAPTIVECARDS unset the tests that need it are skipped.
func adaptiveCards(t *testing.T) []byte {
	t.Helper()

	path := os.Getenv("FIREBREAK_ADAPTIVECARDS")
	if path == "" {
		t.Skip("FIREBREAK_ADAPTIVECARDS names no adaptivecards.min.js (of the npm package adaptivecards) to draw cards with")
	}

	library, err := os.ReadFile(path) //nolint:gosec // whoever runs the tests names it
	if err != nil {
		t.Fatalf("FIREBREAK_ADAPTIVECARDS: %v", err)
	}

	return library
}

// cardPage draws cards as Teams does: with Microsoft's library, and with sizes,
// spaces and colours like those of its clients.
const cardPage = `<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>Cards</title>
<style>
	body { margin: 0; padding: 12px; font: 14px/20px "Segoe UI", system-ui, sans-serif; background: #f5f5f5; color: #242424 }
	body.dark { background: #141414; color: #fff }
	#stage { box-sizing: border-box; border-radius: 6px; border: 1px solid #e0e0e0; background: #fff; overflow: hidden }
	body.dark #stage { background: #292929; border-color: #3d3d3d }
	.ac-pushButton { font: 600 14px/20px "Segoe UI", system-ui, sans-serif; padding: 5px 12px; border-radius: 4px; border: 1px solid #d1d1d1; background: #fff; color: #242424;
		max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
	body.dark .ac-pushButton { background: #292929; color: #fff; border-color: #666 }
	.ac-pushButton.style-positive { background: #5b5fc7; color: #fff; border-color: transparent }
	.ac-pushButton.style-destructive { color: #c4314b; border-color: #c4314b }
	body.dark .ac-pushButton.style-destructive { color: #f9526b; border-color: #f9526b }
	.ac-actionSet { flex-wrap: wrap; gap: 8px }
	.ac-input { font: inherit; box-sizing: border-box; width: 100%; padding: 5px 10px; border: 0; border-bottom: 1px solid #616161; border-radius: 4px; background: #f0f0f0; color: inherit }
	body.dark .ac-input { background: #1f1f1f }
	.ac-textRun, .ac-richTextBlock, .ac-textBlock { overflow-wrap: anywhere }
</style>
<body><div id="stage"></div>
<script src="/adaptivecards.js"></script>
<script>
const colours = (dark) => {
	const pair = (c, subtle = c) => ({ default: c, subtle });
	return {
		default: pair(dark ? "#ffffff" : "#242424", dark ? "#adadad" : "#616161"), accent: pair(dark ? "#7f85f5" : "#5b5fc7"),
		attention: pair(dark ? "#f9526b" : "#c4314b"), good: pair(dark ? "#92c353" : "#237b4b"), warning: pair(dark ? "#ffaa44" : "#835c00"),
		dark: pair("#242424"), light: pair("#ffffff"),
	};
};
const boxes = (dark) => {
	const box = (backgroundColor) => ({ backgroundColor, foregroundColors: colours(dark) });
	return {
		default: box("transparent"), emphasis: box(dark ? "#1f1f1f" : "#f0f0f0"), accent: box(dark ? "#2f2f4a" : "#e8ebfa"),
		good: box(dark ? "#1b3a22" : "#e7f2da"), attention: box(dark ? "#3e1f25" : "#fcf4f6"), warning: box(dark ? "#463100" : "#fbf6d9"),
	};
};
const manner = (dark) => new AdaptiveCards.HostConfig({
	fontFamily: "'Segoe UI', system-ui, sans-serif", choiceSetInputValueSeparator: ",", supportsInteractivity: true,
	spacing: { small: 4, default: 8, medium: 12, large: 20, extraLarge: 28, padding: 12 },
	separator: { lineThickness: 1, lineColor: dark ? "#3d3d3d" : "#e0e0e0" },
	fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 }, lineHeights: { small: 16, default: 20, medium: 22, large: 24, extraLarge: 32 },
	fontWeights: { lighter: 300, default: 400, bolder: 600 }, containerStyles: boxes(dark),
	actions: { maxActions: 6, spacing: "default", buttonSpacing: 8, showCard: { actionMode: "inline", inlineTopMargin: 12, style: "emphasis" }, actionsOrientation: "horizontal", actionAlignment: "left" },
	adaptiveCard: { allowCustomStyle: false }, textBlock: { headingLevel: 2 },
	inputs: { label: { inputSpacing: "small", requiredInputs: { weight: "bolder", suffix: " *", suffixColor: "attention" }, optionalInputs: { weight: "bolder" } }, errorMessage: { color: "attention", size: "small" } },
});
// A TextBlock reads its words as Markdown. This is a rough one, in which nothing that could be formatting stays.
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
	const holder = document.createElement("p");
	holder.textContent = text.replace(/[*_~\x60\[\]]|^ *(?:[-+*>#]|\d+[.)]) /gm, "");
	[result.outputHtml, result.didProcess] = [holder.innerHTML, true];
};
const single = (text) => text.replace(/\s+/g, " ").trim();
const within = function* (part) {
	if (Array.isArray(part)) for (const one of part) yield* within(one);
	if (!part || typeof part !== "object" || Array.isArray(part)) return;
	yield part;
	for (const key of ["body", "items", "columns", "inlines", "actions"]) yield* within(part[key]);
};
// The library knows neither that Teams finds people in cards of any version, nor that buttons behind "…" don't count.
const known = [/^Property "choices.data" is supported in version 1.6/, /^An Input.ChoiceSet must have at least one choice/, /^Maximum number of actions exceeded/];
const show = (json, width, dark = false) => {
	document.body.className = dark ? "dark" : "";
	const stage = document.getElementById("stage");
	stage.style.width = width + "px";
	const wrong = [], context = new AdaptiveCards.SerializationContext(AdaptiveCards.Versions.v1_5);
	const card = new AdaptiveCards.AdaptiveCard();
	card.hostConfig = manner(dark);
	card.parse(json, context);
	for (let i = 0; i < context.eventCount; i++) wrong.push(context.getEventAt(i).message);
	for (const failure of card.validateProperties().validationEvents) wrong.push(failure.message);
	wrong.splice(0, wrong.length, ...wrong.filter((message) => !known.some((pattern) => pattern.test(message))));
	stage.replaceChildren(card.render());
	const seen = single(stage.innerText);
	for (const part of within(json)) {
		const text = ["TextRun", "TextBlock"].includes(part.type) ? part.text : part.type?.startsWith("Input.") ? part.label : undefined;
		if (text !== undefined && !text.includes("{{") && !seen.includes(single(text))) wrong.push("the words " + JSON.stringify(text.slice(0, 80)) + " are not there as they are");
	}
	if (/\{\{(DATE|TIME)\(/.test(seen)) wrong.push("a function stands as it is written");
	const edge = stage.getBoundingClientRect().right;
	for (const node of stage.querySelectorAll("*")) {
		const over = node.getBoundingClientRect().right - edge;
		if (over > 0.5 && node.checkVisibility()) wrong.push("<" + node.tagName.toLowerCase() + "> " + JSON.stringify(single(node.innerText || "").slice(0, 60)) + " is " + Math.round(over) + " px too wide");
	}
	return wrong;
};
</script>`

// newCardPage opens the page that draws cards.
func newCardPage(t *testing.T) *tab {
	t.Helper()

	library := adaptiveCards(t)
	browser := &theatre{t: t}
	browser.startBrowser(browserPath(t))

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(cardPage)) })
	mux.HandleFunc("GET /adaptivecards.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(library)
	})

	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	ctx, closeTab := chromedp.NewContext(browser.browser)
	t.Cleanup(closeTab)

	page := &tab{t: t, ctx: ctx}
	go page.listen(chromedp.Console(ctx))

	page.do("open the page", chromedp.EmulateViewport(700, 900, chromedp.EmulateScale(2)), chromedp.Navigate(server.URL))

	page.until("the library is there", `typeof show === "function"`)

	return page
}

// TestCardsRendered draws every card of the gallery, and some of hostile words, with Microsoft's own library
// in a browser, as wide as on a small phone. The library must have nothing to
// complain of, all words must be there as they are written, and nothing may
// stand out at the side.
func TestCardsRendered(t *testing.T) {
	x := exhibit(t)
	page := newCardPage(t)

	if len(x.teams.cards) == 0 {
		t.Fatal("the gallery has no cards")
	}

	hostile := newExhibition()

	for name, words := range hostileWords {
		if name == "stacked" {
			continue // a letter with 600 accents is one letter, which this machine's font makes as wide as 70
		}

		hostile.teams.message(hostile, "hostile-"+name, chat.Message{Title: words, Parts: []chat.Part{
			chat.Paragraph{Text: chat.Plain(words)}, chat.Facts{{Label: words, Value: chat.Plain(words)}}, chat.Quote{Label: words, Text: words}, chat.Small{Text: chat.Plain(words)},
		}})
	}

	cards := maps.Clone(x.teams.cards)
	maps.Copy(cards, hostile.teams.cards)

	for names := range slices.Chunk(slices.Sorted(maps.Keys(cards)), 100) {
		batch := make(map[string]json.RawMessage, len(names))
		for _, name := range names {
			batch[name] = cards[name]
		}

		encoded, err := json.Marshal(batch)
		if err != nil {
			t.Fatal(err)
		}

		wrong := eval[map[string][]string](page, fmt.Sprintf(
			`Object.fromEntries(Object.entries(%s).map(([name, card]) => [name, show(card, 320)]))`, encoded))

		for name, mistakes := range wrong {
			for _, mistake := range mistakes {
				t.Errorf("%v: %v", name, mistake)
			}
		}
	}

	page.photograph(cards)
}

// photographed are the cards of which pictures are kept: each kind of thing that
// people get to see.
var photographed = []string{
	"updates-02-page-dana-1", "handed-04-page-dana-1", "updates-08-agent-maria-0", "updates-08-channel-0", "all-off-06-form-escalate", "outcome-07-form-resolve",
	"owed-authority-05-form-add-owed", "owed-listed-22-answer-maria", "home-13-home-dana-0", "duty-15-home-dana-0", "digest-private-05-note-priya-4", "recovery-01-break-maria-1",
	"shift-confirmed-16-note-dana-2", "unreachable-02-alarm-9",
	"calm-02-answer-maria", "calm-10-agent-maria-0", "playbook-es-03-agent-maria-0",
}

// photograph keeps pictures of cards with the test's artifacts, on a phone and
// on a desktop, for whoever wants to see them (go test -artifacts).
func (b *tab) photograph(cards map[string]json.RawMessage) {
	b.t.Helper()

	for _, name := range photographed {
		if cards[name] == nil {
			b.t.Errorf("there is no card %v to take a picture of", name)

			continue
		}

		for look, how := range map[string]string{"phone": "375", "phone-dark": "375, true", "desktop": "640"} {
			eval[[]string](b, fmt.Sprintf(`show(%s, %s)`, cards[name], how))

			if err := os.WriteFile(filepath.Join(b.t.ArtifactDir(), name+"-"+look+".png"), b.picturePage(), 0o600); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

// picturePage is a picture of what the page shows, to its end.
func (b *tab) picturePage() []byte {
	b.t.Helper()

	size := eval[struct{ Width, Height int64 }](b, `(({ right, bottom }) => ({ Width: Math.ceil(right) + 12, Height: Math.ceil(bottom) + 12 }))(document.getElementById("stage").getBoundingClientRect())`)
	b.do("fit the page", chromedp.EmulateViewport(size.Width, size.Height, chromedp.EmulateScale(2)))

	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()

	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatalf("a picture of the page: %v", err)
	}

	return picture
}
