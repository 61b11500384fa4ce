package localca

import "github.com/rotadeck/rotadeck/engine"

// SetClock lets tests say what time it is.
func (t *Target) SetClock(clock engine.Clock) { t.clock = clock }

// LockFile is what keeps writers of one list apart.
var LockFile = lockFile
