package chat

// A Posting is a message on its way to a room.
type Posting struct {
	To Room
	// Under is the message whose thread this one belongs to, zero for none.
	Under Ref
	// Key names the posting for ever: the platform keeps it with the message,
	// unseen, so that a message in doubt can be found again. At most 100 bytes.
	Key     string
	Message Message
}
