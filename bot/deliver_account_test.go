package bot

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/bot/chat"
)

// lonely is a painter that knows no account of one person.
type lonely struct {
	*painter
	stranger PersonID
}

func (l lonely) Draw(tx Tx, id CardID) (Drawing, error) {
	if id.Person == l.stranger {
		return Drawing{}, &chat.Failure{Kind: chat.Unreachable, Code: "no_account"}
	}

	return l.painter.Draw(tx, id)
}

// Whoever is configured by an e-mail that nobody has can't be paged: the page
// goes to the next person at once, and isn't tried until its tier is over.
func TestPageToSomebodyWithoutAnAccountGoesToTheNextPersonAtOnce(t *testing.T) {
	onStage(t, func(s *stage) {
		dana, lee := page(1, "dana"), page(1, "lee")
		s.deliver.Artist = lonely{s.artist, "dana"}
		s.artist.nobody[dana] = lee

		s.want(dana)
		synctest.Wait()
		s.sees("slack:lee", "E-1/page/lee/1: ")
		s.alarmed(AlarmUndelivered)
		s.idle()

		if card := s.card(dana); !card.Dead || card.Failure != "no_account" {
			t.Errorf("card = %+v, want it dead of no_account", card)
		}

		s.want(dana)
		rest(time.Hour)
		synctest.Wait()
		s.alarmed()
	})
}
