package connector

import (
	"math"
	"slices"
	"time"
)

// window is how many calls may be made within a time.
type window struct {
	most int
	in   time.Duration
}

// The limits of Teams for one bot in one conversation, and for one bot in one
// organisation. What changes a message counts as what sends one, since nothing
// says that it is free.
var (
	sendWindows    = []window{{7, time.Second}, {8, 2 * time.Second}, {60, 30 * time.Second}, {1800, time.Hour}}
	membersWindows = []window{{14, time.Second}, {3600, time.Hour}}
	tenantWindows  = []window{{50, time.Second}}
)

// limiter holds the app to them.
type limiter struct {
	off  bool
	used map[string][]time.Time // of the last hour
}

// check counts a call and returns the whole seconds to wait before it may be
// made; 0 means that it may be made now.
func (l *limiter) check(k *call, now time.Time) int {
	if l.off || k.login() {
		return 0
	}
	windows, about := sendWindows, "send "
	if k.name == callMembers {
		windows, about = membersWindows, "members "
	}
	conversation, _ := splitThread(k.about())

	wait := max(l.wait(about+conversation, windows, now), l.wait("all", tenantWindows, now))
	if wait > 0 {
		return int(math.Ceil(wait.Seconds()))
	}
	l.used[about+conversation] = append(l.used[about+conversation], now)
	l.used["all"] = append(l.used["all"], now)
	return 0
}

// wait is how long it takes until each of the windows has room.
func (l *limiter) wait(name string, windows []window, now time.Time) time.Duration {
	longest := windows[len(windows)-1].in
	used := slices.DeleteFunc(l.used[name], func(t time.Time) bool { return now.Sub(t) >= longest })
	l.used[name] = used

	var wait time.Duration
	for _, w := range windows {
		if len(used) >= w.most {
			wait = max(wait, w.in-now.Sub(used[len(used)-w.most]))
		}
	}
	return wait
}
