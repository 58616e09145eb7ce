package playbook

// A Step is something to do in a break: short, concrete, and without a clock to
// look at.
type Step struct {
	Label string // what it is called
	Text  string
}

// Breathe is a breathing step. It counts breaths and not seconds, and can be left
// at any point.
func Breathe() Step {
	return Step{
		Label: "Breathe",
		Text: "Put both feet on the floor and let your shoulders drop. Breathe in through your nose while you count to four, " +
			"and out through your mouth while you count to six. Five times is enough; more is fine.",
	}
}

// Walk is a short walk.
func Walk() Step {
	return Step{
		Label: "A short walk",
		Text: "Leave the phone and the headset where they are. Walk to a window or outside, look at something far away, " +
			"and bring a glass of water back.",
	}
}
