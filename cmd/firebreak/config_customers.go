package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/firebreakhq/firebreak/bot"
)

// Customers says where more is found about a customer than the bot knows.
type Customers struct {
	Link string // to their record, with bot.ReferencePlace where the reference stands; "" for none
}

func (d *decoder) customers(n node, c *Customers) {
	d.fields(n, fields{"link": one(d, &c.Link, parseCustomerLink)})
}

// maxLink leaves room for a reference within what the platforms take as an address.
const maxLink = 1000

// parseCustomerLink reads the address of a customer's record. The reference may
// stand anywhere behind the host, once.
func parseCustomerLink(s string) (string, error) {
	const example = "https://crm.example.com/customers/" + bot.ReferencePlace

	u, err := url.Parse(strings.Replace(s, bot.ReferencePlace, "reference", 1))

	switch {
	case strings.Count(s, bot.ReferencePlace) != 1:
		return "", fmt.Errorf("%s must stand in it once, where the customer's reference goes; write it like %s", bot.ReferencePlace, example)
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return "", fmt.Errorf("it is no web address; write one like %s", example)
	case u.User != nil:
		return "", fmt.Errorf("it has a user or a password in it, which everybody would see; remove it")
	case !strings.Contains(s, "://"+u.Host):
		return "", fmt.Errorf("%s can't be part of the host; write it like %s", bot.ReferencePlace, example)
	case len(s) > maxLink:
		return "", fmt.Errorf("it is too long; write at most %d characters", maxLink)
	}

	return s, nil
}
