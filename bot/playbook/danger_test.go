package playbook

import (
	"slices"
	"testing"
)

// What warns somebody, or ends a contact, must never be shown for a customer who may
// take their own life: not first, and not as a button either.
func TestNobodyInDangerIsWarned(t *testing.T) {
	for _, noticed := range []string{
		"he says he cannot go on living", "customer says they will kill themselves", "she wants to kill herself", "threatens to kill himself",
		"threatens me and wants to kill himself", "he’s going to hang himself", "she can't go on living like this", "doesn't want to live any more",
		"says she'd rather be dead", "will take all her pills", "says he will jump from a bridge", "he wants to end it all", "I wish I was dead, he says",
		"he'll end his life", "she insults me and says she is suicidal", "hints that she might hurt herself", "says goodbye forever",
		"dice que se quiere matar", "no quiere vivir", "ya no quiere seguir viviendo", "se va a matar", "quiere morir", "dice que no puede más y que quiere quitarse la vida",
		"me amenaza con suicidarse", "dice que se va a tirar por la ventana", "quiere hacerse daño", "quiere acabar con su vida", "dice que la vida no vale la pena",
	} {
		for _, language := range languages {
			cards, found := Embedded().Search(language, noticed, 6)
			if !found || len(cards) != 1 || cards[0].ID != "hard-stop-self-harm" {
				t.Errorf("Search(%v, %v) = %v, %v, want hard-stop-self-harm alone", language, noticed, idsOf(cards), found)
			}
		}
	}
}

// Somebody who is threatened, and who notices something else, is not told of a
// customer in danger, at least not beside the warning.
func TestThreatsAreNoDangerToThemselves(t *testing.T) {
	for _, tt := range []struct {
		language      Language
		noticed, want string
	}{
		{English, "threatened to kill me", "threat-warn"},
		{English, "he says he knows where I live", "threat-warn"},
		{English, "can I hang up on him?", "threat-end"},
		{English, "he will come to the office with a gun", "safe-place"},
		{English, "he called me a bitch", "insults"},
		{English, "I can't cope any more", "breathing"},
		{English, "he wants to cancel, he has had it", "leaving"},
		{English, "me va a matar", "threat-warn"},
		{English, "no deja de gritar", "letting-finish"},
		{Spanish, "dice que me va a matar", "threat-warn"},
		{Spanish, "viene a la oficina con una pistola", "safe-place"},
		{Spanish, "me ha llamado puta", "insults"},
		{Spanish, "ya no aguanto más", "breathing"},
		{Spanish, "she keeps shouting", "steady-voice"},
	} {
		cards, _ := Embedded().Search(tt.language, tt.noticed, 6)
		if got := idsOf(cards); got[0] != tt.want || slices.Contains(got, "hard-stop-self-harm") && slices.Contains(got, "threat-warn") {
			t.Errorf("Search(%v, %v) = %v, want %v first, and no danger beside a warning", tt.language, tt.noticed, got, tt.want)
		}
	}
}
