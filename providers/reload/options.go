package reload

import (
	"cmp"
	"log/slog"
	"time"
)

// Options say how a mount is watched. The zero value is a good choice.
type Options struct {
	// Poll is the time between looks at the mount, which are made beside
	// notifications of the file system because these do not come on every mount.
	// 0 means 2 seconds.
	Poll time.Duration
	// Settle is how long the files of a plain folder, which are written one by
	// one, must have stayed the same. 0 means 200 milliseconds.
	Settle time.Duration
	// Within bounds each attempt to take up a credential. 0 means 8 seconds, which
	// is less than rotadeck waits for the answer to a reload.
	Within time.Duration
	// RetryAfter is the time to the second attempt with a credential that failed.
	// It doubles up to RetryAtMost. 0 means 1 second and 1 minute.
	RetryAfter, RetryAtMost time.Duration
	// Counter holds the requests that Status reports.
	Counter *Counter
	// Logger is told of each change and failure; nil means that nobody is.
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	o.Poll = cmp.Or(o.Poll, 2*time.Second)
	o.Settle = cmp.Or(o.Settle, 200*time.Millisecond)
	o.Within = cmp.Or(o.Within, 8*time.Second)
	o.RetryAfter = cmp.Or(o.RetryAfter, time.Second)
	o.RetryAtMost = max(cmp.Or(o.RetryAtMost, time.Minute), o.RetryAfter)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}
