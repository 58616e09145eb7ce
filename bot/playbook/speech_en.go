package playbook

var english = speech{
	Quote: [2]string{"“", "”"},
	Or:    " or ",

	Approved: "Good news[, {customer}]: what you asked for is approved[, {amount}]. I am arranging it now, and I will tell you what happens next before we finish.",
	Denied:   "Thank you for waiting. Let me start with what I can do for you, and then I will be open about the part that I can't.",
	Settled:  "Let me sum up what we agreed, so that we both have the same in mind.",

	WaitingThreat:   "I want to help you, and I can do that when we talk calmly. If the threats go on, I will have to end this conversation.",
	WaitingAdvice:   "I want to get this right for you, so I am checking it with a colleague now. I am still here.",
	WaitingApproval: "I am asking the person who can decide this for you, right now. I am still here with you.",
	WaitingCallback: "I am passing this to a supervisor with everything you told me, so that you need not tell it again. Which number and what time suit you best?",
	WaitingLater:    "I have passed this to a supervisor with everything you told me. I will let you know as soon as somebody has it.",
	WaitingJoin:     "You are right to expect an answer. I am asking a supervisor to join us, and I am staying with you. May I read back what I have understood so far?",
	Waiting:         "You are right to expect an answer. I am getting a supervisor for you now, and I am staying with you. May I read back what I have understood so far?",

	AloneThreat: "I have to end this conversation now. We will come back to you about your request.",
	AloneLater:  "I have not reached anybody yet who can decide. I go on trying, and somebody will come back to you[ {when}].",
	Alone:       "I want somebody with the authority to decide to speak with you, and I have not reached them yet. Would you rather hold on with me, or may I have you called back at a time that suits you?",

	ComingAdvice:   "I have [{supervisor}|a supervisor] here to help me with this. One moment, and I can tell you more.",
	ComingApproval: "[{supervisor}|a supervisor] is looking at your request right now. I am still here with you.",
	ComingCallback: "[{supervisor}, who is responsible here,|a supervisor] has your case and will call you[ {when}]. You need not tell it all again.",
	ComingThreat:   "[{supervisor}, who is responsible here,|a supervisor] is taking over this conversation.",
	ComingJoin:     "[{supervisor}, who is responsible here,|a supervisor] is joining us. I have told them what you told me, so you need not say it all again.",
	Coming:         "[{supervisor}, who is responsible here,|a supervisor] is coming to speak with you. I have told them what happened, so you need not say it all again.",

	WithAdvice: "I am talking with [{supervisor}|a supervisor] about it right now. I have not forgotten you.",
	WithJoin:   "[{supervisor}|the supervisor] is with us now. Let me say in short what we are talking about, and please correct me if I get it wrong.",
	With:       "You are with [{supervisor}|the supervisor] now, who can decide this. Thank you for your patience with me.",

	BackAlone: "Thank you for your patience. Let me tell you what I can do now.",
	Back:      "Thank you for your patience. I have spoken with {supervisor}, and this is what I can do for you now.",

	IntroduceCallback: "[{supervisor}, who is responsible here,|the person responsible here] will call you. [{first} knows|They know] what happened and can decide.",
	IntroduceAdvice:   "I have asked [{supervisor}|the person responsible here]. One moment, please.",
	Introduce:         "[{customer}, |Thank you for waiting: ]this is [{supervisor}, who is responsible here|the person responsible here]. [{first} knows|They know] what happened and can decide.",

	Opener: "[{customer}|Good day], I am [{supervisor}|the supervisor]. [{agent}|My colleague] has told me what happened: {happened}. " +
		"[And what you would like is this: {wants}. ]Have I got that right?",
	OpenerUnheard: "[{customer}|Good day], I am [{supervisor}|the supervisor]. [{agent}|My colleague] has told me that something went wrong. " +
		"Before I do anything, I would like to hear it from you in your own words.",

	TakeBack: "I have checked what I told you about[, {customer}]. I can't do it the way I said, and I am sorry that I raised your hopes. " +
		"Let me tell you what I can do for you now, and you choose which of it helps you more.",

	Greeting: "[{customer}|Good day], this is [{writer}|your contact here].",
	Matter:   "It is about [your case {reference}|your request][: {about}].",

	News:   "There is news: {news}.",
	Wish:   "You would like this: {wants}.",
	NoNews: "I have nothing new yet, and I am telling you so that you need not ask.",

	NextPromised: "What comes next, as promised: {next}.",
	NextLead:     "I have taken this over myself. What comes next is a clear answer from me on what we can do.",
	NextAnswer:   "What comes next is a clear answer on what we can do, and you will have it from me.",
	NextYourTurn: "What comes next: tell me whether that suits you, and I see to the rest.",

	Again:      "You hear from me again {again}, and sooner if there is more to tell.",
	AgainOpen:  "You hear from me as soon as there is more.",
	AgainHour:  "within an hour of our working time",
	AgainHours: "within %d hours of our working time",
	AgainDay:   "on our next working day",
	AgainDays:  "within %d working days",
	AgainWeek:  "within a week",

	Agreed:    "We agreed on this: {agreed}.",
	HowItWent: "I would like to know how it turned out for you. Is everything as we said, and is there anything left that I can do?",

	ThankYou:       "Thank you for your patience, and for telling me openly what went wrong. It helped me to put it right.",
	ThankYouAgreed: "What we agreed stands: {agreed}.",
	ThankYouOpen:   "If anything is left, write to me and I see to it.",

	Breathe: Step{
		Label: "Breathe",
		Text: "Put both feet on the floor and let your shoulders drop. Breathe in through your nose while you count to four, " +
			"and out through your mouth while you count to six. Five times is enough; more is fine.",
	},
	Walk: Step{
		Label: "A short walk",
		Text: "Leave the phone and the headset where they are. Walk to a window or outside, look at something far away, " +
			"and bring a glass of water back.",
	},
}
