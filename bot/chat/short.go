package chat

// Lines are the words of a part one below the other, for where it can't be drawn:
// what stands beside the words, and what matters least, is left out.
func Lines(part Part) []Text {
	switch p := part.(type) {
	case Paragraph:
		return []Text{p.Text}
	case Facts:
		all := make([]Text, len(p))
		for i, fact := range p {
			all[i] = labelled(fact.Label, fact.Value)
		}

		return all
	case Quote:
		return []Text{labelled(p.Label, Plain(p.Text))}
	case Advice:
		return []Text{labelled(p.Label, p.Text)}
	case Small, Rule, Buttons:
		return nil
	default:
		return nil
	}
}

func labelled(name string, text Text) Text {
	if name == "" {
		return text
	}

	return append(Plain(name+": "), text...)
}

// Shortened is a message that is too large with what matters most of it: the title,
// the first paragraph, a few facts, and the choices. What is left of its texts is
// plain, as words writes them.
func Shortened(m Message, words func(Text) string) Message {
	short := Message{Title: m.Title, Summary: m.Summary, Choices: m.Choices}

	var paragraph, facts bool

	for _, part := range m.Parts {
		switch p := part.(type) {
		case Paragraph:
			if !paragraph {
				short.Parts, paragraph = append(short.Parts, Paragraph{Plain(Several(words(p.Text), 300))}), true
			}
		case Facts:
			if !facts {
				short.Parts, facts = append(short.Parts, fewFacts(p, words)), true
			}
		case Quote, Advice, Small, Rule, Buttons:
		}
	}

	return short
}

func fewFacts(facts Facts, words func(Text) string) Facts {
	few := make(Facts, 0, 8)
	for _, fact := range facts[:min(len(facts), cap(few))] {
		few = append(few, Fact{Label: fact.Label, Value: Plain(Several(words(fact.Value), 100))})
	}

	return few
}
