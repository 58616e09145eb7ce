package playbook

// A speech is every sentence of a language but those of the cards. fill.go says
// how they are written.
type speech struct {
	Quote [2]string // the marks around words to copy
	Or    string    // between the last two things of a choice

	Approved, Denied, Settled string

	WaitingThreat, WaitingAdvice, WaitingApproval, WaitingCallback, WaitingLater, WaitingJoin, Waiting string

	AloneThreat, AloneLater, Alone string

	ComingAdvice, ComingApproval, ComingCallback, ComingThreat, ComingJoin, Coming string

	WithAdvice, WithJoin, With string

	BackAlone, Back string

	IntroduceCallback, IntroduceAdvice, Introduce string

	Opener, OpenerUnheard string

	TakeBack string

	Greeting, Matter                                 string
	News, Wish, NoNews                               string
	NextPromised, NextLead, NextAnswer, NextYourTurn string
	Again, AgainOpen                                 string
	AgainHour, AgainHours, AgainDay, AgainDays       string
	AgainWeek                                        string
	Agreed, HowItWent                                string
	ThankYou, ThankYouAgreed, ThankYouOpen           string

	Breathe, Walk Step
}
