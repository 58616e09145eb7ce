package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// An ErasingID numbers an erasing.
type ErasingID uint64

// An Erasing is the removal of one customer's data as it goes on, so that it comes
// to its end whatever happens meanwhile. It holds nothing of the customer, not even
// a hash by which somebody could find out who it was: a customer who comes again
// with the same reference is a new one.
type Erasing struct {
	ID     ErasingID
	By     PersonID
	Begun  time.Time
	Done   time.Time      // zero while any are left
	Left   []EscalationID // still to be erased
	Erased []EscalationID
	Named  []EscalationID // by their numbers: what else is known of their customers stays
	Unread []EscalationID // of the erased: what can't be read of them is still there
	Notes  []NoteID       // about the customer and no escalation, that were taken away
}

// An Erasure is an order to erase what is known of a customer.
type Erasure struct {
	Reference   string         // "" for none
	Escalations []EscalationID // by their numbers, whatever reference they have
	Team        TeamID         // "" for all teams
	By          PersonID
	Open        bool // what is open too
}

// ErasureFindings are what there is of a customer.
type ErasureFindings struct {
	Escalations []EscalationID
	Open        []EscalationID // of these: somebody still has to do something
	Named       []EscalationID // of these: found by their numbers alone
	Referenced  []EscalationID // of the named: with a reference, under which more may be known
	Records     []TeamID       // teams that keep a record of the customer
	Restricted  int            // restrictions in force, which end with the records
	Notes       []NoteID       // that tell of the customer
	Messages    int            // that were posted and show something of them
	// Unread is what can't be read, so that it can't be erased either. Nobody may know
	// whose it was.
	Unread []string
	// Words are what is to be erased, each as it was written. They are nobody's
	// business but of a search for them.
	Words []string
	// Names are how the customer is found: the reference, and what they were called.
	Names []string

	teams []TeamID // where to look for what people said of the customer
}

// None reports whether there is nothing of the customer.
func (f *ErasureFindings) None() bool { return len(f.Escalations)+len(f.Records)+len(f.Notes) == 0 }

// FindForErasure returns what there is of a customer, and changes nothing.
func (d *Desk) FindForErasure(ctx context.Context, order Erasure) (found *ErasureFindings, err error) {
	err = d.view(ctx, func(s *session) error {
		if err := s.mayErase(order); err != nil {
			return err
		}

		found, err = s.findOrdered(order)

		return err
	})

	return found, err
}

// mayErase returns why somebody can't erase, nil if they can.
func (s *session) mayErase(order Erasure) error {
	unknown := strings.HasPrefix(string(order.By), operatorAt) && len(s.desk.settings.operators()) > 0

	switch {
	case unknown || !s.desk.settings.may(order.By, eraseCustomer, order.Team):
		return &RefusedError{"Only an operator can erase what is kept of a customer" + s.namely(s.desk.settings.operators()) + "." + s.byWhom(order.By)}
	case strings.TrimSpace(order.Reference) == "" && len(order.Escalations) == 0:
		return &RefusedError{"Say whose data: a customer is found by their reference, an escalation by its number."}
	default:
		return nil
	}
}

// byWhom says how to name oneself to whoever the configuration does not know.
func (s *session) byWhom(who PersonID) string {
	operators := s.desk.settings.operators()
	if len(operators) == 0 || !strings.HasPrefix(string(who), operatorAt) {
		return ""
	}

	return fmt.Sprintf(" Say who orders it as the configuration does: --by %v.", operators[0])
}

// operators are those of the configuration who run the bot.
func (s *Settings) operators() []PersonID {
	var people []PersonID

	for who, colleague := range s.People {
		if colleague.Operator {
			people = append(people, who)
		}
	}

	slices.Sort(people)

	return people
}

// mostOfCustomer is how many escalations a customer can have in a team.
const mostOfCustomer = 100_000

// teamsIn are where to look for a customer.
func (s *session) teamsIn(order Erasure) []TeamID {
	if order.Team != "" {
		return []TeamID{order.Team}
	}

	teams := make([]TeamID, len(s.desk.settings.Teams))
	for i := range s.desk.settings.Teams {
		teams[i] = s.desk.settings.Teams[i].ID
	}

	return teams
}

// findOrdered returns what there is of what an order names.
func (s *session) findOrdered(order Erasure) (*ErasureFindings, error) {
	found := &ErasureFindings{}

	if strings.TrimSpace(order.Reference) != "" {
		if err := s.findCustomer(order, found); err != nil {
			return nil, err
		}
	}

	for _, id := range order.Escalations {
		if slices.Contains(found.Escalations, id) {
			continue
		}

		if err := s.findNamed(id, order.Team, found); err != nil {
			return nil, err
		}
	}

	return found, s.knowsTeam(order.Team, found)
}

func (s *session) findCustomer(order Erasure, found *ErasureFindings) error {
	found.name(order.Reference)
	found.teams = s.teamsIn(order)

	for _, team := range found.teams {
		ids, err := s.ByCustomer(team, order.Reference, mostOfCustomer)
		if err != nil {
			return err
		}

		slices.Reverse(ids) // oldest first

		for _, id := range ids {
			if err := s.findIn(id, found); err != nil {
				return err
			}
		}

		customer, err := s.Customer(team, order.Reference)

		switch {
		case err == nil:
			found.Records = append(found.Records, team)
			found.name(customer.Name)
			found.Restricted += len(restrictionLines(customer, s.now, false))
		case errors.Is(err, ErrDamaged):
			found.unread("what is known of a customer in %v", s.teamName(team))
		case !errors.Is(err, ErrNotFound):
			return err
		}
	}

	return s.findNotes(order, found)
}

// findNamed notes what there is of an escalation that was named by its number,
// nothing of one that was forgotten or erased before.
func (s *session) findNamed(id EscalationID, team TeamID, found *ErasureFindings) error {
	e, err := s.Escalation(id)

	switch {
	case errors.Is(err, ErrNotFound):
		last, err := s.LastEscalation()
		if err == nil && (id == 0 || id > last) {
			err = &RefusedError{fmt.Sprintf("There is no %v: the last one is %v.", id, last)}
		}

		return err
	case err != nil: // what can be read of it is erased
		found.Named = append(found.Named, id)

		return s.findIn(id, found)
	case team != "" && e.Team != team:
		return &RefusedError{fmt.Sprintf("%v belongs to another team, %q: leave --team out, or name that one.", id, e.Team)}
	case e.blank() && !e.tells():
		entries, err := s.wholeTimeline(id, e) // what was noted since stands there alone
		if err == nil && !slices.ContainsFunc(entries, func(entry Entry) bool { return entry.tellsOfCustomer() }) {
			return nil
		}
	}

	found.Named = append(found.Named, id)

	if strings.TrimSpace(e.Context.Reference) != "" {
		found.Referenced = append(found.Referenced, id)
	}

	if !slices.Contains(found.teams, e.Team) {
		found.teams = append(found.teams, e.Team)
	}

	return s.findIn(id, found)
}

// unread notes what can't be read, once.
func (f *ErasureFindings) unread(format string, args ...any) {
	if what := fmt.Sprintf(format, args...); !slices.Contains(f.Unread, what) {
		f.Unread = append(f.Unread, what)
	}
}

// knowsTeam returns a *RefusedError for a team that neither the configuration nor any
// record knows: a mistyped one must not pass for one without this customer.
func (s *session) knowsTeam(id TeamID, found *ErasureFindings) error {
	if id == "" || s.desk.settings.team(id) != nil || !found.None() {
		return nil
	}

	var ever time.Time // to the end of times

	opened, err := s.OpenedIn(id, ever, s.now.AddDate(1, 0, 0))
	if err != nil || len(opened) > 0 {
		return err
	}

	tallied, err := s.TalliedIn(id, ever, s.now.AddDate(1, 0, 0))
	if errors.Is(err, ErrDamaged) || len(tallied) > 0 {
		return nil
	}

	if err != nil {
		return err
	}

	keys := make([]string, len(s.desk.settings.Teams))
	for i := range s.desk.settings.Teams {
		keys[i] = string(s.desk.settings.Teams[i].ID)
	}

	return &RefusedError{fmt.Sprintf("There is no team %q, and no record of one. The teams are %v; leave --team out for all of them.", id, enumerated(keys))}
}

// findNotes finds what was said of the customer and belongs to no escalation.
func (s *session) findNotes(order Erasure, found *ErasureFindings) error {
	kept, err := s.Notes()
	if err != nil {
		return err
	}

	for _, id := range kept {
		n, err := s.Note(id)
		if errors.Is(err, ErrDamaged) {
			found.unread("a message that belongs to no escalation")
		}

		if err != nil || n.Customer == "" || order.Team != "" && n.Team != order.Team {
			continue
		}

		if !(CustomerKey{n.Team, n.Customer}).same(CustomerKey{n.Team, order.Reference}) {
			continue
		}

		found.Notes = append(found.Notes, id)

		card, err := s.Card(n.card())

		switch {
		case errors.Is(err, ErrDamaged):
			found.unread("where a message is that tells of a restriction")
		case err == nil && !card.Ref.IsZero():
			found.Messages++
		}
	}

	return nil
}

// findIn notes what an escalation has of the customer, and what of it can't be read.
func (s *session) findIn(id EscalationID, found *ErasureFindings) error {
	e, err := s.Escalation(id)
	if err != nil && !errors.Is(err, ErrDamaged) {
		return fmt.Errorf("%v: %w", id, err)
	}

	found.Escalations = append(found.Escalations, id)

	if err != nil {
		found.unread("the record of %v", id)
	} else {
		found.look(e)
	}

	entries, err := s.wholeTimeline(id, e)
	if err != nil && !errors.Is(err, ErrDamaged) {
		return fmt.Errorf("the timeline of %v: %w", id, err)
	}

	if err != nil {
		found.unread("a part of the timeline of %v", id)
	}

	cards, err := s.CardsOf(id)
	if err != nil && !errors.Is(err, ErrDamaged) {
		return fmt.Errorf("the messages of %v: %w", id, err)
	}

	if err != nil {
		found.unread("where a message of %v is", id)
	}

	for _, entry := range entries {
		if entry.tellsOfCustomer() {
			found.word(entry.Text)
		}
	}

	for _, card := range cards {
		if !card.Ref.IsZero() {
			found.Messages++
		}
	}

	return nil
}

// look notes what a record has of the customer.
func (f *ErasureFindings) look(e *Escalation) {
	f.name(e.Context.Customer)

	if e.alive() {
		f.Open = append(f.Open, e.ID)
	}

	for _, words := range append(e.words(), e.amounts()...) {
		f.word(*words)
	}
}

// wholeTimeline returns a timeline, and an error only where something of it can't be
// read: what is damaged may be of another one. The record is nil if that can't be.
func (s *session) wholeTimeline(id EscalationID, e *Escalation) ([]Entry, error) {
	entries, err := s.Timeline(id)
	if errors.Is(err, ErrDamaged) && e != nil && len(faults(e, entries, err)) == 0 {
		err = nil
	}

	return entries, err
}

// shortestWord is how long what people wrote must be to be searched for afterwards:
// what is shorter stands anywhere.
const shortestWord = 12

func (f *ErasureFindings) word(text string) {
	if text = strings.TrimSpace(text); len([]rune(text)) >= shortestWord && text != forgotten && !slices.Contains(f.Words, text) {
		f.Words = append(f.Words, text)
	}
}

func (f *ErasureFindings) name(name string) {
	if name = strings.TrimSpace(name); name != "" && !slices.Contains(f.Names, name) {
		f.Names = append(f.Names, name)
	}
}

// An OpenError says that an erasure would take the words from what is open.
type OpenError struct{ Escalations []EscalationID }

// Error names them.
func (e *OpenError) Error() string {
	ids := make([]string, len(e.Escalations))
	for i, id := range e.Escalations {
		ids[i] = id.String()
	}

	return fmt.Sprintf("something is still to be done for this customer in %v: end that first, or add --open to erase it all the same; it then stays open without a word of what it is about", enumerated(ids))
}

// erasedAtOnce is how many escalations are erased in one transaction: a page must
// not wait for many.
const erasedAtOnce = 5

// Erase erases what is known of a customer: from the records at once, and from what
// was posted by way of delivery. It returns what it found, and how it went. What it
// has begun goes on at the next start if it is interrupted, or with the next order.
// What can't be read stays, is among what it found, and keeps nothing else from being
// erased. Its error is a *RefusedError, or an *OpenError with what was found.
func (d *Desk) Erase(ctx context.Context, order Erasure) (*ErasureFindings, *Erasing, error) {
	unread := d.ResumeErasings(ctx)
	if unread != nil && !errors.Is(unread, ErrDamaged) {
		return nil, nil, unread
	}

	found, begun, err := d.beginErasing(ctx, order)
	if err != nil {
		return found, nil, err
	}

	if unread != nil {
		found.unread("what was erased before")
	}

	if begun == 0 {
		before, err := d.againTakenAway(ctx, order.By)

		return found, before, err
	}

	done, err := d.goOnErasing(ctx, begun)

	return found, done, err
}

// againTakenAway returns all that was erased before, as one: whose it was nobody knows
// any more, so that who asks again for a customer is told of all. What a platform did
// not let us change then is tried once more.
func (d *Desk) againTakenAway(ctx context.Context, by PersonID) (all *Erasing, err error) {
	err = d.update(ctx, func(s *session) error {
		all = &Erasing{By: by}

		before, err := s.Erasings()
		if err != nil && !errors.Is(err, ErrDamaged) {
			return err
		}

		for _, erasing := range before {
			all.Erased, all.Notes = append(all.Erased, erasing.Erased...), append(all.Notes, erasing.Notes...)
			all.Unread = append(all.Unread, erasing.Unread...)
		}

		return s.eachTakenAway(all, func(card *Card) error {
			if !card.stays() {
				return nil
			}

			return s.takeCardAway(card)
		})
	})

	return all, err
}

// beginErasing notes what is to be erased, and forgets what belongs to no escalation.
// It returns 0 if there is nothing.
func (d *Desk) beginErasing(ctx context.Context, order Erasure) (found *ErasureFindings, id ErasingID, err error) {
	err = d.update(ctx, func(s *session) error {
		if err := s.mayErase(order); err != nil {
			return err
		}

		if found, err = s.findOrdered(order); err != nil {
			return err
		}

		if len(found.Open) > 0 && !order.Open {
			return &OpenError{found.Open}
		}

		answers := 0

		for _, team := range found.teams {
			if err := s.ForgetCustomer(team, order.Reference); err != nil {
				return err
			}

			n, err := s.EraseFeedback(team, found.named)
			if err != nil {
				return err
			}

			answers += n
		}

		if err := s.eraseNotes(found.Notes); err != nil {
			return err
		}

		if found.None() && answers == 0 {
			id = 0

			return nil
		}

		if id, err = s.NextErasing(); err != nil {
			return err
		}

		return s.PutErasing(&Erasing{ID: id, By: order.By, Begun: s.now, Left: found.Escalations, Named: found.Named, Notes: found.Notes})
	})

	return found, id, err
}

// named reports whether words say who the customer is.
func (f *ErasureFindings) named(words string) bool {
	words = " " + strings.Join(strings.FieldsFunc(strings.ToLower(words), notInName), " ") + " "

	return slices.ContainsFunc(f.Names, func(name string) bool {
		name = strings.Join(strings.FieldsFunc(CalledBy(name), notInName), " ")

		return len(name) >= 3 && strings.Contains(words, " "+name+" ")
	})
}

// notInName reports whether a rune only stands between the words of a name.
func notInName(r rune) bool { return strings.ContainsRune(" \t\n\r.,;:!?()[]\"'“”‘’-–/#", r) }

// ResumeErasings brings to its end what was interrupted. What can't be read of what
// was begun is an error that wraps ErrDamaged, and keeps nothing else from its end.
func (d *Desk) ResumeErasings(ctx context.Context) error {
	var unfinished []ErasingID

	unread := d.view(ctx, func(s *session) error {
		all, err := s.Erasings()
		for _, erasing := range all {
			if erasing.Done.IsZero() {
				unfinished = append(unfinished, erasing.ID)
			}
		}

		return err
	})
	if unread != nil && !errors.Is(unread, ErrDamaged) {
		return unread
	}

	for _, id := range unfinished {
		if _, err := d.goOnErasing(ctx, id); err != nil {
			return err
		}
	}

	return unread
}

// goOnErasing erases what is left, some at a time. Where the file is so damaged that
// nothing comes of several at once, each is tried alone, and one of which nothing can
// be erased is passed over.
func (d *Desk) goOnErasing(ctx context.Context, id ErasingID) (erasing *Erasing, _ error) {
	for most := erasedAtOnce; erasing == nil || erasing.Done.IsZero(); {
		err := d.update(ctx, func(s *session) error {
			one, err := s.erasing(id)
			erasing = one

			switch {
			case err != nil || !one.Done.IsZero():
				return err
			case most == 0:
				return s.passOver(one)
			default:
				return s.eraseSome(one, most)
			}
		})

		switch {
		case err == nil:
			most = erasedAtOnce
		case errors.Is(err, ErrDamaged) && most > 0:
			erasing, most = nil, most/erasedAtOnce // one alone, and then none
		default:
			return nil, err
		}
	}

	d.told.forget()

	return erasing, nil
}

// erasing returns one of the erasings. That others can't be read does not matter.
func (s *session) erasing(id ErasingID) (*Erasing, error) {
	all, err := s.Erasings()

	i := slices.IndexFunc(all, func(e *Erasing) bool { return e.ID == id })
	if i < 0 {
		return nil, cmp.Or(err, ErrNotFound)
	}

	return all[i], nil
}

func (s *session) eraseSome(erasing *Erasing, most int) error {
	now := erasing.Left[:min(len(erasing.Left), most)]

	for _, id := range now {
		err := s.eraseOne(id, erasing)

		switch {
		case errors.Is(err, ErrDamaged):
			erasing.Unread = append(erasing.Unread, id)
		case err != nil:
			return fmt.Errorf("erasing %v: %w", id, err)
		}
	}

	return s.erased(erasing, len(now))
}

// passOver leaves alone the next one, of which nothing can be erased.
func (s *session) passOver(erasing *Erasing) error {
	if len(erasing.Left) > 0 {
		erasing.Unread = append(erasing.Unread, erasing.Left[0])
	}

	return s.erased(erasing, min(len(erasing.Left), 1))
}

// erased notes that so many were erased.
func (s *session) erased(erasing *Erasing, n int) error {
	erasing.Left, erasing.Erased = erasing.Left[n:], append(erasing.Erased, erasing.Left[:n]...)

	if len(erasing.Left) == 0 {
		erasing.Done = s.now

		if err := s.redrawNotesAbout(erasing.Erased); err != nil {
			return err
		}
	}

	return s.PutErasing(erasing)
}

// eraseOne takes the customer's data out of an escalation, its timeline and what is
// known of the customer by it, and has everything that was posted taken away. Where
// some of it can't be read it does so with the rest, and returns why.
func (s *session) eraseOne(id EscalationID, erasing *Erasing) error {
	e, unread := s.Escalation(id)
	if errors.Is(unread, ErrNotFound) {
		return nil // it was forgotten meanwhile
	}

	_, lost := s.CardsOf(id) // of which new ones take the place
	texts, untold := s.eraseTexts(id, e)
	unread = errors.Join(unread, lost, untold)

	if e != nil {
		unread = errors.Join(unread, s.eraseRecord(e, Erase{By: erasing.By, Texts: texts}, erasing))
	}

	return errors.Join(unread, s.takeAway(id))
}

// eraseTexts takes people's words out of a timeline, and reports whether there were
// any. The record is nil if it can't be read.
func (s *session) eraseTexts(id EscalationID, e *Escalation) (some bool, _ error) {
	entries, unread := s.wholeTimeline(id, e)

	for _, entry := range entries {
		if !entry.tellsOfCustomer() {
			continue
		}

		if err := s.EraseText(id, entry.N); err != nil {
			return some, err
		}

		some = true
	}

	return some, unread
}

// eraseRecord takes the customer's data out of an escalation's record. What is known
// of the customer goes too, unless the escalation was named by its number.
func (s *session) eraseRecord(e *Escalation, ev Erase, erasing *Erasing) error {
	team, reference := e.Team, e.Context.Reference

	if err := s.apply(e, ev); err != nil && !harmless(err) {
		return err
	}

	if slices.Contains(erasing.Named, e.ID) {
		return nil
	}

	return s.ForgetCustomer(team, reference)
}

// takeAway has all that was posted of an escalation drawn anew, or removed. What was
// given up before is tried once more.
func (s *session) takeAway(id EscalationID) error {
	cards, unread := s.CardsOf(id)

	for _, card := range cards {
		if err := s.takeCardAway(card); err != nil {
			return err
		}
	}

	return unread
}

func (s *session) takeCardAway(card *Card) error {
	if card.Dead && !card.Ref.IsZero() {
		card.Dead = false
	}

	card.Drawn, card.Erased, card.Failure = "", "", ""

	if err := s.PutCard(card); err != nil {
		return err
	}

	return s.want(card.ID)
}

// eraseNotes takes out of notes whom they are about, and has what was posted of them
// removed.
func (s *session) eraseNotes(ids []NoteID) error {
	for _, id := range ids {
		n, err := s.Note(id)
		if err != nil {
			return err
		}

		n.Customer = ""
		if err := s.PutNote(n); err != nil {
			return err
		}

		card, err := s.Card(n.card())
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) {
			continue
		}

		if err != nil {
			return err
		}

		if err := s.takeCardAway(card); err != nil {
			return err
		}
	}

	return nil
}

// erased reports whether a note told of a customer whose data was erased.
func (n *Note) erased() bool {
	return (n.What == RestrictionReview || n.What == RestrictionOver) && n.Customer == ""
}

// drawErasedNote has what was posted of a note removed.
func (s *session) drawErasedNote(id CardID) (Drawing, error) {
	card, err := s.Card(id)
	if err != nil {
		return Drawing{}, err
	}

	const title = "The customer's data was erased"

	return Drawing{To: card.Ref.Room, Erased: true, Remove: true, Message: chat.Message{
		Title: title, Summary: title, Parts: []chat.Part{chat.Paragraph{Text: chat.Plain("A restriction on them ended with it.")}},
	}}, s.worth(id, false)
}

// redrawNotesAbout draws anew what tells of some escalations, and every digest: it
// may tell what people wrote in them.
func (s *session) redrawNotesAbout(ids []EscalationID) error {
	kept, err := s.Notes()
	if err != nil {
		return err
	}

	for _, id := range kept {
		n, err := s.Note(id)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) {
			continue
		}

		if err != nil {
			return err
		}

		if n.What == WeeklyDigest || slices.ContainsFunc(n.Escalations, func(id EscalationID) bool { return slices.Contains(ids, id) }) {
			if err := s.want(n.card()); err != nil {
				return err
			}
		}
	}

	return nil
}

// forget has every week counted anew.
func (t *toldWeeks) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()

	clear(t.of)
}

// A CardEnd says what became of a message whose customer's data was erased.
type CardEnd string

// What became of a message.
const (
	CardEdited  CardEnd = "edited"
	CardDeleted CardEnd = "deleted"
	CardStays   CardEnd = "stays" // the platform changes it no more
)

// ErasedCards are how far the messages of an erasing are.
type ErasedCards struct {
	Edited, Deleted int
	Pending         int // on their way
	Stay            []CardThatStays
}

// A CardThatStays is a message that still shows what was erased. It says all that
// there is to find it by.
type CardThatStays struct {
	ID     CardID
	For    string // by name, "" for the team's channel
	Ref    chat.Ref
	Posted time.Time // zero if that is not known
	Code   string    // why
}

// Unconnected reports whether the message stays since the bot is not on its platform,
// so that the same order helps once it is there again.
func (c *CardThatStays) Unconnected() bool { return c.Code == notConnected }

// stays reports whether a message still shows what was erased, and nothing is on its
// way to change that. What was posted since shows none of it.
func (c *Card) stays() bool {
	switch {
	case c.Ref.IsZero() || wanted(c):
		return false
	case c.Erased != "":
		return c.Erased == CardStays
	default: // a live one of what is open, which was drawn anew if it could be
		return c.ID.live() && (c.Dead || c.Failure != "")
	}
}

// CardsErased returns how far the messages of an erasing are.
func (d *Desk) CardsErased(ctx context.Context, erasing *Erasing) (sum ErasedCards, err error) {
	err = d.view(ctx, func(s *session) error {
		sum = ErasedCards{}

		return s.eachTakenAway(erasing, func(card *Card) error {
			s.count(card, &sum)

			return nil
		})
	})

	return sum, err
}

// eachTakenAway sees the cards of what was erased. What was forgotten since has none,
// and what can't be read is left out.
func (s *session) eachTakenAway(erasing *Erasing, see func(*Card) error) error {
	for _, id := range erasing.Erased {
		cards, err := s.CardsOf(id)
		if err != nil && !errors.Is(err, ErrDamaged) {
			return err
		}

		for _, card := range cards {
			if err := see(card); err != nil {
				return err
			}
		}
	}

	for _, id := range erasing.Notes {
		n, err := s.Note(id)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) {
			continue
		}

		if err != nil {
			return err
		}

		card, err := s.Card(n.card())
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrDamaged) {
			continue
		}

		if err != nil {
			return err
		}

		if err := see(card); err != nil {
			return err
		}
	}

	return nil
}

func (s *session) count(card *Card, sum *ErasedCards) {
	switch {
	case wanted(card):
		sum.Pending++
	case card.stays():
		sum.Stay = append(sum.Stay, CardThatStays{ID: card.ID, For: s.shown(card.ID.Person), Ref: card.Ref, Posted: card.Posted, Code: card.Failure})
	case card.Erased == CardDeleted:
		sum.Deleted++
	case card.Erased == CardEdited, card.Erased == "" && !card.Ref.IsZero() && card.ID.Role != ThreadCard: // a live one of what is open
		sum.Edited++
	}
}

func (s *session) shown(who PersonID) string {
	if who == "" {
		return ""
	}

	return s.name(who)
}

// takenAway reports whether a card shows what was erased: all cards of an escalation
// in which nothing is to be done, and messages about what was before where something
// is.
func (e *Escalation) takenAway(id CardID) bool {
	before := id.N < e.Erased.N

	switch id.Role {
	case AgentCard, PageCard, ChannelCard:
		return e.blank()
	case NoticeCard, AskCard, AlarmCard, ThreadCard:
		return before
	case HomeCard, NoteCard, BreakCard:
		return false
	default:
		return false
	}
}

// drawErased is what is left of a card: live ones say what happened, all others are
// removed.
func (s *session) drawErased(e *Escalation, id CardID) (Drawing, error) {
	line := chat.Line("That was %v. What is left are figures: when it was, how it ended, who helped.", chat.Day(e.Erased.At))
	title := e.ID.String() + " · The customer's data was erased"

	drawing := Drawing{Erased: true, Remove: true, Message: chat.Message{Title: title, Summary: title, Parts: []chat.Part{chat.Paragraph{Text: line}}}}
	if id.live() {
		drawing.Remove = false
	}

	card, err := s.Card(id)
	if err != nil {
		return Drawing{}, err
	}

	switch team := s.desk.settings.team(e.Team); {
	case !card.Ref.IsZero():
		drawing.To = card.Ref.Room
	case id.Role == ThreadCard: // below a message that is not there any more
		return Drawing{}, errMoot
	case id.Person != "":
		account, _ := s.account(id.Person)
		drawing.To = account.Private()
	case team != nil:
		drawing.To = team.Channel
	}

	return drawing, s.worth(id, false)
}

// erasedUnread returns what stands for an escalation whose record can't be read if its
// customer's data was erased as far as it could be, else nil.
func (s *session) erasedUnread(id EscalationID) *Escalation {
	all, _ := s.Erasings() // those that can be read

	for _, erasing := range all {
		if slices.Contains(erasing.Unread, id) {
			return &Escalation{ID: id, Erased: Erased{At: erasing.Begun}}
		}
	}

	return nil
}

// untouchable returns why nothing can be done with an escalation, nil if something
// can: its customer's data was erased.
func (e *Escalation) untouchable() error {
	if !e.blank() {
		return nil
	}

	return &spokenError{chat.Line("The customer's data of %v was erased %v, so nothing can be done with it any more. If they need something, open a new one.", e.ID, chat.Day(e.Erased.At))}
}
