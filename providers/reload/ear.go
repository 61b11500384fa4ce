package reload

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// ear hears of changes in a folder, and of another folder in its place. Where
// the system notifies of nothing, it is deaf, and polling has to do.
type ear struct {
	dir     string
	watcher *fsnotify.Watcher // nil: deaf
	folder  fs.FileInfo       // that is listened to; nil when there is none
}

func newEar(dir string, logger *slog.Logger, open func() (*fsnotify.Watcher, error)) *ear {
	e := &ear{dir: dir}
	watcher, err := open()
	if err == nil {
		e.watcher = watcher
		err = watcher.Add(filepath.Dir(dir))
		e.listen()
	}
	if err != nil {
		logger.Warn("no notifications: changes are found by polling", "mount", dir, "cause", err)
	}
	return e
}

// listen follows to the folder that is at the path now.
func (e *ear) listen() {
	if e.watcher == nil {
		return
	}
	folder, err := os.Stat(e.dir)
	if err == nil && e.folder != nil && os.SameFile(folder, e.folder) {
		return
	}
	_ = e.watcher.Remove(e.dir) // the folder of before may be gone, and its watch with it
	e.folder = nil
	if err == nil && e.watcher.Add(e.dir) == nil {
		e.folder = folder
	}
}

// events is nil, on which nothing ever comes, without notifications.
func (e *ear) events() <-chan fsnotify.Event {
	if e.watcher == nil {
		return nil
	}
	return e.watcher.Events
}

// errors is of notifications that were lost; nil without any.
func (e *ear) errors() <-chan error {
	if e.watcher == nil {
		return nil
	}
	return e.watcher.Errors
}

// heard says whether an event is about the mount: the parent folder, too, is
// listened to.
func (e *ear) heard(event fsnotify.Event, open bool) bool {
	if !open {
		e.watcher = nil
		return false
	}
	if event.Name == e.dir {
		e.listen()
		return true
	}
	return filepath.Dir(event.Name) == e.dir
}

func (e *ear) close() {
	if e.watcher != nil {
		_ = e.watcher.Close() // nothing is lost with it
	}
}
