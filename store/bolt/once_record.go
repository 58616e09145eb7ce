package bolt

import "time"

type onceRecord struct {
	Result string    `json:"result,omitzero"`
	At     time.Time `json:"at,omitzero"`
}
