package bolt

import "github.com/firebreakhq/firebreak/bot"

// Feed returns the last good copy of a team's calendar, ErrNotFound if there is
// none.
func (tx *Tx) Feed(team bot.TeamID) (*bot.Feed, error) {
	var record feedRecord
	if err := tx.table(feeds).read(text(string(team)), &record); err != nil {
		return nil, err
	}

	feed := bot.Feed(record)

	return &feed, nil
}

// PutFeed keeps f.
func (tx *Tx) PutFeed(f *bot.Feed) error {
	return tx.table(feeds).write(text(string(f.Team)), feedRecord(*f))
}
