package bot

import (
	"slices"
	"strings"
	"time"
)

// A Report is what was written down of a threat or of abuse, beside the exact
// words (Context.Verbatim): who reads it may have to decide about safety, or tell
// the police. What was written first is never lost: what replaces it is on the
// timeline, and words that come later are added.
type Report struct {
	WordsBy    PersonID    // who wrote Context.Verbatim
	WordsAt    time.Time   // and when
	Statements []Statement // what was written of the exact words later, oldest first

	What      string    // one of incidents, or ""
	At        time.Time // when it happened, zero if nobody said
	Where     string    // the place, or the number, address or account that it came from
	Against   string    // whom it was against
	Witnesses string
	Danger    string   // whether anybody is in danger now: "yes", "no", ""
	Reported  []string // to whom it was reported: of reportedTo
	ReportRef string   // under which number, and to whom else

	Warned   time.Time // when the customer was warned, zero if they were not
	WarnedBy PersonID
	Ended    time.Time // when the contact was ended for it
	EndedBy  PersonID

	By      PersonID // who wrote it down last
	Written time.Time
}

// A Statement is what somebody wrote of the exact words after the first ones.
type Statement struct {
	By   PersonID
	At   time.Time
	Text string
}

// What happens to a threat, beyond what can happen to any escalation.
type (
	// Warn says that the customer was warned. It is done once, and not to a
	// customer who may hurt themselves: they are in danger and no danger.
	Warn struct{ By PersonID }
	// EndContact says that the contact was ended for what the customer said. The
	// agent's part is over by it. Nobody ends it with a customer who may hurt
	// themselves.
	EndContact struct{ By PersonID }
	// WriteDown keeps what is known of the incident. Of Report only what the form
	// asks for is read: What to ReportRef.
	WriteDown struct {
		By     PersonID
		Report Report
		Words  string // exact words, "" for none
		Warned string // whether the customer was warned: "yes", "no", "" for as before
		Ended  string // whether the contact was ended for it
	}
)

func (Warn) event()       {}
func (EndContact) event() {}
func (WriteDown) event()  {}

// report returns what was written down, an empty one if nothing was.
func (e *Escalation) report() Report {
	if e.Incident == nil {
		return Report{}
	}

	return *e.Incident
}

// incident reports whether an escalation is about a threat or abuse.
func (e *Escalation) incident() bool { return e.Kind == Threat || e.Incident != nil }

// danger reports whether somebody wrote down that there is danger now.
func (e *Escalation) danger() bool { return e.report().Danger == "yes" }

func (r *Report) clone() *Report {
	c := copied(r)
	if c != nil {
		c.Statements, c.Reported = slices.Clone(r.Statements), slices.Clone(r.Reported)
	}

	return c
}

// note returns the report to write into.
func (a *application) note() *Report {
	if a.Incident == nil {
		a.Incident = new(Report)
	}

	return a.Incident
}

func (a *application) warn(ev Warn) error {
	switch {
	case a.Context.Trigger == SelfHarm:
		return a.late()
	case !a.report().Warned.IsZero():
		return &NoChangeError{a.ID}
	}

	r := a.note()
	r.Warned, r.WarnedBy, a.settled = a.Now, ev.By, true
	a.record(Entry{What: WasWarned, By: ev.By}, a.State)

	return nil
}

func (a *application) endContact(ev EndContact) error {
	switch {
	case a.Context.Trigger == SelfHarm:
		return a.late()
	case !a.report().Ended.IsZero():
		return &NoChangeError{a.ID}
	}

	r := a.note()
	r.Ended, r.EndedBy, a.settled = a.Now, ev.By, true
	a.record(Entry{What: WasContactEnded, By: ev.By}, a.State)

	if a.CallEnded.IsZero() {
		a.CallEnded, a.Context.Waiting = a.Now, false
	}

	return nil
}

// keepWords keeps exact words: the first ones as they are, for good; what comes
// later as a statement, unless it was written before. It reports whether it kept
// any.
func (a *application) keepWords(words string, by PersonID) bool {
	known := func(s Statement) bool { return s.Text == words }

	switch {
	case words == "", words == a.Context.Verbatim, slices.ContainsFunc(a.report().Statements, known):
		return false
	case a.Context.Verbatim == "":
		a.Context.Verbatim = words
		a.attribute(by)

		return true
	}

	r := a.note()
	r.Statements = append(r.Statements, Statement{By: by, At: a.Now, Text: words})
	a.record(Entry{What: WasStated, By: by, Text: words}, a.State)

	return true
}

// attribute notes who wrote the first words, if there are any.
func (a *application) attribute(by PersonID) {
	if a.Context.Verbatim == "" {
		return
	}

	r := a.note()
	r.WordsBy, r.WordsAt = by, a.Now
}

func (a *application) writeDown(ev WriteDown) error {
	before, endangered := a.report(), a.danger()
	kept := a.keepWords(ev.Words, ev.By)
	corrected := a.correct(ev)

	r := a.note()
	lost := before.replaced(ev.Report)

	if !kept && !corrected && before.same(ev.Report) {
		return &NoChangeError{a.ID}
	}

	r.What, r.At, r.Where, r.Against, r.Witnesses = ev.Report.What, ev.Report.At, ev.Report.Where, ev.Report.Against, ev.Report.Witnesses
	r.Danger, r.Reported, r.ReportRef = ev.Report.Danger, ev.Report.Reported, ev.Report.ReportRef
	r.By, r.Written = ev.By, a.Now
	a.settled = true
	a.record(Entry{What: WasWrittenDown, By: ev.By, Text: lost}, a.State)

	if a.danger() && !endangered {
		n := a.record(Entry{What: WasDanger, By: ev.By}, a.State)
		a.hurry()
		a.hear(ThreatChain, n, ev.By)
	}

	return nil
}

// correct brings what was said of the warning and of the end of the contact into
// line with what a form says, and reports whether that was anything else. A button
// is pressed by mistake more easily than a form is filled in.
func (a *application) correct(ev WriteDown) bool {
	changed := false

	for _, c := range []struct {
		says     string
		at       *time.Time
		by       *PersonID
		was, not What
	}{
		{ev.Warned, &a.note().Warned, &a.note().WarnedBy, WasWarned, WasNotWarned},
		{ev.Ended, &a.note().Ended, &a.note().EndedBy, WasContactEnded, WasNotEnded},
	} {
		switch {
		case c.says == "yes" && c.at.IsZero():
			*c.at, *c.by = a.Now, ev.By
			a.record(Entry{What: c.was, By: ev.By}, a.State)
		case c.says == "no" && !c.at.IsZero():
			*c.at, *c.by = time.Time{}, ""
			a.record(Entry{What: c.not, By: ev.By}, a.State)
		default:
			continue
		}

		changed = true
	}

	return changed
}

// same reports whether a form says what is written down already.
func (r *Report) same(form Report) bool {
	return r.What == form.What && r.At.Equal(form.At) && r.Where == form.Where && r.Against == form.Against &&
		r.Witnesses == form.Witnesses && r.Danger == form.Danger && slices.Equal(r.Reported, form.Reported) && r.ReportRef == form.ReportRef
}

// replaced names what was written down and a form says otherwise.
func (r *Report) replaced(form Report) string {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}

		return t.UTC().Format("2006-01-02 15:04 MST")
	}

	return lost([]replacement{
		{"What", r.What, form.What},
		{"When", at(r.At), at(form.At)},
		{"Where", r.Where, form.Where},
		{"Against", r.Against, form.Against},
		{"Witnesses", r.Witnesses, form.Witnesses},
		{"Danger now", r.Danger, form.Danger},
		{"Reported to", strings.Join(r.Reported, ", "), strings.Join(form.Reported, ", ")},
		{"Reference", r.ReportRef, form.ReportRef},
	})
}
