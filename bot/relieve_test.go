package bot

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// notWaiting is a call for help of a kind about a customer who is not on the line.
func notWaiting(kind Kind) Open {
	ev := ofKind(kind)
	ev.Context.Waiting = false

	return ev
}

// What a shift leaves goes to who comes after it, but no customer on the line
// loses whoever is with them.
func TestRelieved(t *testing.T) {
	taken := happening{0, Take{By: "dana"}}
	relieve := Relieve{By: "kim", From: []PersonID{"dana", "lee"}}

	callback := notWaiting(CallBack)
	callback.Context.CallAt = noon.Add(time.Hour)

	play(t, usual(), []chapter{
		{
			name: "a callback that was taken, and again, by the agent, from nobody", open: callback, until: 63 * time.Minute,
			happenings: []happening{
				taken,
				{9 * time.Minute, Relieve{By: "maria", From: []PersonID{"dana"}}},
				{10 * time.Minute, relieve},
				{11 * time.Minute, relieve},
				{12 * time.Minute, Relieve{By: "kim", From: []PersonID{"kim"}}},
				{13 * time.Minute, Relieve{By: "lee"}},
				{14 * time.Minute, Join{By: "dana"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				9:00 maria Relieve: done already
				10:00 kim shift handed over dana ! maria
				11:00 kim Relieve: done already
				12:00 kim Relieve: done already
				13:00 lee Relieve: done already
				14:00 dana Join: too late, taken kim
				61:30 asked whether the customer is with them kim ! kim
				62:30 did not join in time kim → paging ! maria kim
				62:30 paged lee (duty)`,
		},
		{
			name: "advice that was joined: nobody joins again, and reminders go on", open: notWaiting(Advise), until: 95 * time.Minute,
			happenings: []happening{taken, {time.Minute, Join{By: "dana"}}, {40 * time.Minute, relieve}, {41 * time.Minute, Join{By: "kim"}}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				1:00 dana joined → joined
				31:00 reminded dana ! dana
				40:00 kim shift handed over dana ! maria
				41:00 kim Join: done already
				91:00 reminded kim ! kim`,
		},
		{
			name: "a customer who is taken over, or joined, within the hour", open: live, until: 2 * time.Minute,
			happenings: []happening{taken, {time.Second, relieve}, {time.Minute, Join{By: "dana"}}, {119 * time.Second, relieve}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 kim Relieve: done already
				1:00 dana joined → joined
				1:59 kim Relieve: done already`,
		},
		{
			name: "advice while the customer waits on the line", open: ofKind(Advise), until: 62 * time.Minute,
			happenings: []happening{taken, {time.Second, relieve}, {time.Minute, Join{By: "dana"}}, {2 * time.Minute, relieve}, {61 * time.Minute, relieve}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 kim Relieve: done already
				1:00 dana joined → joined
				2:00 kim Relieve: done already
				31:00 reminded dana ! dana
				61:00 kim shift handed over dana ! maria`,
		},
		{
			name: "an approval for which the customer waits, until the call ends", open: ofKind(Approve), until: 2 * time.Minute,
			happenings: []happening{taken, {time.Second, relieve}, {time.Minute, EndCall{By: "maria"}}, {61 * time.Second, relieve}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 kim Relieve: done already
				1:00 maria call ended
				1:01 kim shift handed over dana ! maria`,
		},
		{
			name: "a customer of an hour ago is on the line no more", open: live, until: 61 * time.Minute,
			happenings: []happening{taken, {time.Minute, Join{By: "dana"}}, {59 * time.Minute, relieve}, {61 * time.Minute, relieve}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				1:00 dana joined → joined
				31:00 reminded dana ! dana
				59:00 kim Relieve: done already
				61:00 kim shift handed over dana ! maria`,
		},
		{
			name: "what is owed goes with the case, and the case without what others owe", open: notWaiting(Advise), until: 20 * time.Minute,
			happenings: []happening{
				{time.Second, PromiseCallback{By: "maria", Owner: "dana", At: noon.Add(12 * time.Minute)}},
				{2 * time.Second, PromiseCallback{By: "maria", Owner: "priya", At: noon.Add(13 * time.Minute)}},
				{3 * time.Second, Take{By: "dana"}},
				{4 * time.Second, Join{By: "dana"}},
				{10 * time.Minute, relieve},
				{11 * time.Minute, relieve},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 maria promised a callback dana ! dana
				0:02 maria promised a callback priya ! priya
				0:03 dana taken → taken ! maria
				0:04 dana joined → joined
				10:00 kim shift handed over dana ! maria
				11:00 kim Relieve: done already
				12:00 reminded kim (Call the customer back) ! kim
				13:00 reminded priya (Call the customer back) ! priya`,
		},
		{
			name: "only something is owed", open: live, until: 3000 * time.Minute,
			happenings: []happening{
				taken, {time.Second, Join{By: "dana"}}, {time.Minute, callFriday},
				{10 * time.Minute, relieve},
				{1441 * time.Minute, Finish{By: "kim", N: 1}},
				{2901 * time.Minute, Relieve{By: "priya", From: []PersonID{"kim"}}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 dana joined → joined
				1:00 dana resolved (Replacement sent) → resolved ! maria
				1:00 dana promised the customer lee (A new one by Friday) ! lee
				1:00 dana planned a follow-up (Ask whether it came)
				10:00 kim shift handed over dana
				10:00 kim shift handed over lee
				1320:00 reminded kim (A new one by Friday) ! kim
				1440:00 reminded kim (A new one by Friday) ! kim
				1441:00 kim done (A new one by Friday)
				2760:00 reminded kim (Ask whether it came) ! kim
				2880:00 reminded kim (Ask whether it came) ! kim
				2901:00 priya shift handed over kim
				2961:00 reminded priya (Ask whether it came) ! priya`,
		},
		{
			name: "while somebody is asked to take over", open: notWaiting(Advise), until: time.Minute,
			happenings: []happening{
				taken, {time.Second, HandTo{By: "dana", To: "lee"}},
				{2 * time.Second, Relieve{By: "kim", From: []PersonID{"dana"}}},
				{3 * time.Second, Take{By: "lee"}},
			},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:00 dana taken → taken ! maria
				0:01 dana asked to take over lee
				0:02 kim shift handed over dana ! maria
				0:03 lee Take: too late, taken kim`,
		},
		{
			name: "while it is paged nobody has it", open: live, until: 10 * time.Second,
			happenings: []happening{{time.Second, relieve}},
			want: `
				0:00 maria opened (Charged twice.) → paging
				0:00 paged dana (duty)
				0:01 kim Relieve: done already`,
		},
	})
}

// Who takes over at the change of shift gets a card to go on with, which the
// timeline names, and the one before them has it no more.
func TestRelievedHasACard(t *testing.T) {
	s := tell(t, usual(), notWaiting(Advise), 0, happening{0, Take{By: "dana"}})

	effects, err := s.e.Apply(Relieve{By: "kim", From: []PersonID{"dana"}}, s.m)
	if err != nil {
		t.Fatal(err)
	}

	pages := map[PersonID]PageState{}
	for _, page := range s.e.Pages {
		pages[page.Who] = page.State
	}

	if diff := cmp.Diff(map[PersonID]PageState{"dana": PageMoot, "kim": PageTaken}, pages); diff != "" {
		t.Errorf("pages after Relieve (-want +got):\n%v", diff)
	}

	for entry := range entries(effects) {
		if want := s.e.page("kim").Attempt; entry.Attempt != want {
			t.Errorf("%v names page %v, want %v", entry.What, entry.Attempt, want)
		}
	}
}
