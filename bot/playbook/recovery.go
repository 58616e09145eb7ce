package playbook

// A Step is something to do in a break: short, concrete, and without a clock to
// look at.
type Step struct {
	Label string // what it is called
	Text  string
}

// Breathe is a breathing step. It counts breaths and not seconds, and can be left
// at any point.
func Breathe(language Language) Step { return language.speech().Breathe }

// Walk is a short walk.
func Walk(language Language) Step { return language.speech().Walk }
