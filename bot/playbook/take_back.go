package playbook

import "fmt"

// TakeBack returns what to say to a customer to whom something was promised that
// turned out not to be possible.
func TakeBack(customer string) string {
	return fmt.Sprintf("I have checked what I told you about%v. I can't do it the way I said, and I am sorry that I raised your hopes. "+
		"Let me tell you what I can do for you now, and you choose which of it helps you more.", comma(customer))
}
