package playbook

// Spanish addresses the customer as usted and the agent as tú. A supervisor has a
// name but no gender here, so the sentences choose words that need none.
var spanish = speech{
	Quote: [2]string{"«", "»"},
	Or:    " o ",

	Approved: "Buenas noticias[, {customer}]: lo que ha pedido está aprobado[, {amount}]. Lo estoy tramitando y, antes de despedirnos, le digo cuál es el siguiente paso.",
	Denied:   "Gracias por esperar. Empiezo por lo que sí puedo hacer por usted y después le hablo con franqueza de la parte que no puedo.",
	Settled:  "Repaso en voz alta lo que hemos acordado, para que los dos tengamos lo mismo en mente.",

	WaitingThreat:   "Quiero ayudarle, y puedo hacerlo si hablamos con calma. Si siguen las amenazas, tendré que terminar esta conversación.",
	WaitingAdvice:   "Quiero darle una respuesta correcta, así que lo estoy consultando ahora con mi equipo. Sigo aquí con usted.",
	WaitingApproval: "Estoy preguntando ahora mismo a la persona que puede decidirlo. Sigo aquí con usted.",
	WaitingCallback: "Paso su caso a la persona responsable con todo lo que me ha contado, para que no tenga que repetirlo. ¿A qué número y a qué hora le viene mejor la llamada?",
	WaitingLater:    "He pasado su caso a la persona responsable con todo lo que me ha contado. Le aviso en cuanto alguien lo tenga en sus manos.",
	WaitingJoin:     "Tiene razón en esperar una respuesta. Estoy pidiendo a la persona responsable que se una a nosotros, y yo sigo con usted. ¿Puedo resumirle lo que he entendido hasta ahora?",
	Waiting:         "Tiene razón en esperar una respuesta. Estoy buscando a la persona responsable para que hable con usted, y yo sigo aquí. ¿Puedo resumirle lo que he entendido hasta ahora?",

	AloneThreat: "Tengo que terminar aquí esta conversación. Nos pondremos en contacto con usted sobre su petición.",
	AloneLater:  "Todavía no he localizado a quien puede decidirlo. Sigo intentándolo y alguien se pondrá en contacto con usted[ {when}].",
	Alone:       "Quiero que hable con usted alguien que pueda decidir, y todavía no he localizado a nadie. ¿Prefiere esperar conmigo, o le llamamos a la hora que mejor le venga?",

	ComingAdvice:   "Tengo aquí a [{supervisor}|alguien de mi equipo] para ayudarme con esto. Un momento y le cuento más.",
	ComingApproval: "[{supervisor} está|están] viendo su petición ahora mismo. Sigo aquí con usted.",
	ComingCallback: "[{supervisor}, responsable del equipo,|la persona responsable] tiene su caso y le llamará[ {when}]. No hace falta que lo cuente todo otra vez.",
	ComingThreat:   "[{supervisor}, responsable del equipo,|la persona responsable] se hace cargo de esta conversación.",
	ComingJoin:     "[{supervisor}, responsable del equipo,|la persona responsable] se une a nosotros. Ya sabe lo que usted me ha contado, así que no hace falta que lo repita.",
	Coming:         "[{supervisor}, responsable del equipo,|la persona responsable] viene a hablar con usted. Ya sabe lo que ha pasado, así que no hace falta que lo repita.",

	WithAdvice: "Lo estoy hablando ahora mismo con [{supervisor}|la persona responsable]. No me olvido de usted.",
	WithJoin:   "[{supervisor}|la persona responsable] ya está con nosotros. Resumo en pocas palabras de qué se trata y, si algo no es exacto, corríjame, por favor.",
	With:       "Le atiende ahora [{supervisor}|la persona responsable], que puede decidir sobre esto. Gracias por su paciencia conmigo.",

	BackAlone: "Gracias por su paciencia. Le digo lo que puedo hacer ahora.",
	Back:      "Gracias por su paciencia. He hablado con {supervisor}, y esto es lo que puedo hacer por usted ahora.",

	IntroduceCallback: "Le llamará [{supervisor}|la persona responsable del equipo]. [{first} sabe|Sabe] lo que ha pasado y puede decidir.",
	IntroduceAdvice:   "He pedido ayuda a [{supervisor}|la persona responsable del equipo]. Un momento, por favor.",
	Introduce:         "[{customer}, |Gracias por esperar: ]le presento a [{supervisor}, responsable del equipo|la persona responsable del equipo]. [{first} sabe|Sabe] lo que ha pasado y puede decidir.",

	Opener: "[{customer}, soy|buenos días, soy] [{supervisor}|responsable del equipo]. [{agent} me ha contado|Me han contado] lo que ha pasado: {happened}. " +
		"[Y lo que usted desea es esto: {wants}. ]¿Lo he entendido bien?",
	OpenerUnheard: "[{customer}, soy|buenos días, soy] [{supervisor}|responsable del equipo]. [{agent} me ha dicho|Me han dicho] que algo ha salido mal. " +
		"Antes de hacer nada, me gustaría que me lo contara usted con sus propias palabras.",

	TakeBack: "He comprobado lo que le dije[, {customer}]. No puedo hacerlo de esa manera, y lamento haberle dado esperanzas. " +
		"Le cuento lo que sí puedo hacer por usted ahora, y usted elige lo que más le ayude.",

	Greeting: "[{customer}, le|buenos días, le] escribe [{writer}|su persona de contacto].",
	Matter:   "Se trata de [su caso {reference}|su petición][: {about}].",

	News:   "Hay novedades: {news}.",
	Wish:   "Lo que usted desea es esto: {wants}.",
	NoNews: "Todavía no hay novedades, y se lo digo para que no tenga que preguntar.",

	NextPromised: "El siguiente paso, como le prometimos: {next}.",
	NextLead:     "Me he hecho cargo personalmente. El siguiente paso es que yo le dé una respuesta clara sobre lo que podemos hacer.",
	NextAnswer:   "El siguiente paso es una respuesta clara sobre lo que podemos hacer, y se la daré yo.",
	NextYourTurn: "El siguiente paso: dígame si le parece bien, y yo me ocupo del resto.",

	Again:      "Volverá a tener noticias mías {again}, y antes si hay algo más que contar.",
	AgainOpen:  "Tendrá noticias mías en cuanto haya algo más.",
	AgainHour:  "en menos de una hora de nuestro horario de atención",
	AgainHours: "en menos de %d horas de nuestro horario de atención",
	AgainDay:   "nuestro próximo día laborable",
	AgainDays:  "en un plazo de %d días laborables",
	AgainWeek:  "en el plazo de una semana",

	Agreed:    "Acordamos lo siguiente: {agreed}.",
	HowItWent: "Me gustaría saber cómo le ha ido. ¿Está todo como lo hablamos? ¿Queda algo que yo pueda hacer?",

	ThankYou:       "Gracias por su paciencia y por decirme con franqueza lo que había salido mal. Me ayudó a corregirlo.",
	ThankYouAgreed: "Lo que acordamos sigue en pie: {agreed}.",
	ThankYouOpen:   "Si queda algo pendiente, escríbame y me ocupo.",

	Breathe: Step{
		Label: "Respira",
		Text: "Apoya los dos pies en el suelo y deja caer los hombros. Toma aire por la nariz contando hasta cuatro " +
			"y suéltalo por la boca contando hasta seis. Con cinco veces basta; más también está bien.",
	},
	Walk: Step{
		Label: "Un paseo corto",
		Text: "Deja el teléfono y los auriculares donde están. Camina hasta una ventana o sal afuera, mira algo que esté lejos " +
			"y vuelve con un vaso de agua.",
	},
}
