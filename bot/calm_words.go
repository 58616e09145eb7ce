package bot

import "github.com/firebreakhq/firebreak/bot/playbook"

// A calmHelpWord is what /calm says of itself.
type calmHelpWord struct {
	title    string
	ways     []calmWay
	language string // what naming a language does
	yours    string
}

// A calmWay is what can follow /calm, and what comes of it.
type calmWay struct{ typed, gives string }

var calmHelps = map[Language]calmHelpWord{
	playbook.English: {
		title: "What to say, and what to avoid",
		ways: []calmWay{
			{"", "what fits the case that you have open, or helps with everybody"},
			{"she keeps shouting", "what helps with what you notice, in your own words"},
			{"breathe", "one breathing step"},
			{"check we can't do that", "a thought on words for a customer, before you say or send them"},
		},
		language: "in which language you read what to say, from now on",
		yours:    "What you ask here is your own: I don't keep it, and nobody else sees it.",
	},
	playbook.Spanish: {
		title: "Qué decir y qué evitar",
		ways: []calmWay{
			{"", "lo que sirve para el caso que tienes abierto, o con cualquier cliente"},
			{"no deja de gritar", "lo que ayuda con lo que notas, en tus palabras"},
			{"respirar", "un paso de respiración"},
			{"revisar eso no se puede", "una idea sobre las palabras para un cliente, antes de decirlas o enviarlas"},
		},
		language: "en qué idioma lees lo que puedes decir, desde ahora",
		yours:    "Lo que preguntas aquí es tuyo: no lo guardo y nadie más lo ve.",
	},
}

// A checkWord is what is said around thoughts on words for a customer.
type checkWord struct {
	title, better, nothing, yours string
	empty                         string // where there are no words; %v is the command
}

var checkWords = map[Language]checkWord{
	playbook.English: {
		title: "A thought on the wording", better: "This may work better:", yours: onlyYours,
		nothing: "I have nothing to remark on that. I know phrases and no more: whether it fits is for you to say.",
		empty:   "Write the words for the customer after it, such as /%v check we can't do that.",
	},
	playbook.Spanish: {
		title: "Una idea sobre las palabras", better: "Esto puede funcionar mejor:", yours: "Solo tú ves esto. Conoces al cliente, así que decides tú.",
		nothing: "No tengo nada que comentar. Conozco frases y nada más: si encaja, lo dices tú.",
		empty:   "Escribe detrás las palabras para el cliente, por ejemplo /%v revisar eso no se puede.",
	},
}

// emergencyWords say whom to call where somebody is in danger and the team has not
// said; %v is whom.
var emergencyWords = map[Language]struct{ call, anywhere string }{
	playbook.English: {"Emergency: %v", "112, 911, or the number where the person is"},
	playbook.Spanish: {"Emergencias: %v", "112, 911 o el número del lugar donde está la persona"},
}
