package teams

import (
	"errors"
	"net/http"

	"github.com/firebreakhq/firebreak/handlers/link"
)

// newWire returns a wire that sends on nothing but what everybody may read.
func newWire(client *http.Client) link.Wire {
	w := link.NewWire(client)
	w.Client.CheckRedirect = staying

	return w
}

// staying follows no answer that sends a request elsewhere, but one for what
// everybody may read: secrets and messages are for whom they were sent to. A
// message that was sent on would also be counted as posted.
func staying(_ *http.Request, before []*http.Request) error {
	first := before[0]
	if first.Method != http.MethodGet || first.Header.Get("Authorization") != "" || len(before) > maxRedirects {
		return http.ErrUseLastResponse
	}

	return nil
}

// maxRedirects is how often one may be sent on.
const maxRedirects = 3

// errStopped is why nothing is sent any more.
var errStopped = errors.New("the bot is stopping")
