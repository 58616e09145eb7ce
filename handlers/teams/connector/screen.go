package connector

// screen is what somebody's client shows besides conversations.
type screen struct {
	notes    []Notification
	troubles []string
	toasts   []string
	dialog   *dialog
}
