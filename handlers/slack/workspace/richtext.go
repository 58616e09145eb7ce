package workspace

// The parts of a rich_text block.

var richStyle = objectOf(spec{fields: map[string]check{
	"bold": boolean, "italic": boolean, "strike": boolean, "code": boolean, "underline": boolean,
	"highlight": boolean, "client_highlight": boolean, "unlink": boolean,
}})

var richElements = map[string]spec{
	"text":      {required: []string{"text"}, fields: map[string]check{"type": anything, "text": richRun, "style": richStyle}},
	"link":      {required: []string{"url"}, fields: map[string]check{"type": anything, "url": stringOf(1, 3000), "text": richRun, "unsafe": boolean, "style": richStyle}},
	"user":      {required: []string{"user_id"}, fields: map[string]check{"type": anything, "user_id": stringOf(1, idLength), "style": richStyle}},
	"usergroup": {required: []string{"usergroup_id"}, fields: map[string]check{"type": anything, "usergroup_id": stringOf(1, idLength), "style": richStyle}},
	"channel":   {required: []string{"channel_id"}, fields: map[string]check{"type": anything, "channel_id": stringOf(1, idLength), "style": richStyle}},
	"broadcast": {required: []string{"range"}, fields: map[string]check{"type": anything, "range": oneOf("here", "channel", "everyone"), "style": richStyle}},
	"emoji":     {required: []string{"name"}, fields: map[string]check{"type": anything, "name": stringOf(1, idLength), "unicode": stringOf(0, idLength), "style": richStyle}},
	"color":     {required: []string{"value"}, fields: map[string]check{"type": anything, "value": stringOf(1, 16), "style": richStyle}},
	"date": {required: []string{"timestamp", "format"}, fields: map[string]check{
		"type": anything, "timestamp": integerOf(0, 9_999_999_999), "format": stringOf(1, 255), "url": stringOf(0, 3000), "fallback": stringOf(0, 3000), "style": richStyle,
	}},
}

// richRun is a run of text, which may be a space but not nothing.
func richRun(c *checker, path string, v any) {
	stringOf(1, maxMessageSum)(c, path, v)
	s, _ := v.(string)
	c.sum += len([]rune(s))
}

func richElement(c *checker, path string, v any) {
	n, ok := v.(node)
	s, known := richElements[str(n, "type")]
	if !ok || !known {
		c.fail(path+"/type", "unsupported type: %s", str(n, "type"))
		return
	}
	c.object(path, n, s)
}

var richRuns = listOf(0, 3000, richElement)

var richSection = spec{required: []string{"elements"}, fields: map[string]check{"type": anything, "elements": richRuns}}

var richBlocks = map[string]spec{
	"rich_text_section": richSection,
	"rich_text_quote": {required: []string{"elements"}, fields: map[string]check{
		"type": anything, "elements": richRuns, "border": integerOf(0, 1),
	}},
	"rich_text_preformatted": {required: []string{"elements"}, fields: map[string]check{
		"type": anything, "elements": listOf(0, 3000, preformatted), "border": integerOf(0, 1), "language": stringOf(0, 64),
	}},
	"rich_text_list": {required: []string{"elements", "style"}, fields: map[string]check{
		"type": anything, "elements": listOf(0, 1000, objectOf(richSection)), "style": oneOf("bullet", "ordered"),
		"indent": integerOf(0, 8), "offset": integerOf(0, 100_000), "border": integerOf(0, 1),
	}},
}

// preformatted text has no mentions in it.
func preformatted(c *checker, path string, v any) {
	n, ok := v.(node)
	if kind := str(n, "type"); !ok || kind != "text" && kind != "link" {
		c.fail(path+"/type", "unsupported type: %s", kind)
		return
	}
	richElement(c, path, v)
}

func richBlock(c *checker, path string, v any) {
	n, ok := v.(node)
	s, known := richBlocks[str(n, "type")]
	if !ok || !known {
		c.fail(path+"/type", "unsupported type: %s", str(n, "type"))
		return
	}
	c.object(path, n, s)
}
