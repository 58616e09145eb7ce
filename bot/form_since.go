package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// A form is sent with all that stands in it, also with what was there when it was
// drawn, and it may be open for long. So it carries marks of that: a field that nobody
// changed undoes nothing of what happened since.

// marks say what stands in a form as it is drawn, by field. They are carried in its
// state and hold no words. What nothing stands in has none.
func marks(form *chat.Form) string {
	var all []string

	for _, field := range form.Fields {
		if mark := markOf(field.Initial); mark != "" {
			all = append(all, field.ID+":"+mark)
		}
	}

	return withMarks + strings.Join(all, ",")
}

// withMarks begins the marks, so that a form in which nothing stood is known from one
// without marks.
const withMarks = "="

// marksIn reads marks, nil for a form that carries none.
func marksIn(detail string) map[string]string {
	list, ok := strings.CutPrefix(detail, withMarks)
	if !ok {
		return nil
	}

	drawn := map[string]string{}

	for mark := range strings.SplitSeq(list, ",") {
		id, of, _ := strings.Cut(mark, ":")
		drawn[id] = of
	}

	return drawn
}

// markOf tells answers apart, "" for none. Platforms write times and blanks each in
// their own way.
func markOf(answers []string) string {
	said := slices.Clone(answers)

	for i, answer := range said {
		if at, err := time.Parse(time.RFC3339, answer); err == nil {
			answer = at.UTC().Truncate(time.Minute).String()
		}

		said[i] = strings.Join(strings.Fields(answer), " ")
	}

	slices.Sort(said)

	if strings.Join(said, "") == "" {
		return ""
	}

	sum := sha256.Sum256([]byte(strings.Join(said, "\n")))

	return hex.EncodeToString(sum[:4])
}

// since returns what a form was filled with, and what stands by now in each field that
// was left as it was drawn. Now is the form as it would be drawn now, nil for not at
// all.
func (f filled) since(now *chat.Form) chat.Values {
	drawn := marksIn(f.detail)
	if drawn == nil || now == nil {
		return f.v
	}

	v, stands := maps.Clone(f.v), chat.Values{}
	for _, field := range now.Fields {
		stands[field.ID] = field.Initial
	}

	for _, id := range slices.Concat(slices.Collect(maps.Keys(f.v)), slices.Collect(maps.Keys(stands))) {
		changed := markOf(f.v[id]) != drawn[id]
		unseen := markOf(stands[id]) != drawn[id]
		stays := unseen && gravest(id, stands[id])

		switch {
		case changed && !stays:
		case len(stands[id]) == 0:
			delete(v, id)
		default:
			v[id] = stands[id]
		}
	}

	return v
}

// gravest reports whether nobody takes an answer back who has not seen it.
func gravest(field string, answers []string) bool {
	return slices.Contains([]string{"kind: " + string(Threat), "trigger: " + string(SelfHarm), "danger: yes"}, field+": "+strings.Join(answers, ""))
}
