package endtoend

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// starvedVariable turns the test binary into a process for which, from the n-th
// write on, a disk is full or a folder read-only: "inventory n famine [run]". It
// rotates, or rolls the run back, and prints where that came to rest. It has to
// be a process of its own, because limits are per process.
const starvedVariable = "ROTADECK_TEST_STARVED"

// famine is what a starved process lacks.
type famine string

const (
	storeFull     famine = "store-full"
	storeReadOnly famine = "store-read-only"
	journalFull   famine = "journal-full"
)

// starve says that what is written while work lasts does not fit on the disk:
// files may not grow, and whoever writes more gets EFBIG: setrlimit(2).
func starve(work func() error) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1, Max: limit.Max}); err != nil {
		return err
	}
	defer func() { _ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit) }() // it was the limit before
	return work()
}

// hungryStore starves from the n-th Save on.
type hungryStore struct {
	engine.Store
	famine   famine
	mount    string
	count, n *int
}

func (s hungryStore) Save(ctx context.Context, key string, h engine.Holding) error {
	if *s.count++; *s.count < *s.n {
		return s.Store.Save(ctx, key, h)
	}
	if s.famine == storeFull {
		return starve(func() error { return s.Store.Save(ctx, key, h) })
	}
	if err := os.Chmod(s.mount, 0o500); err != nil {
		return err
	}
	return s.Store.Save(ctx, key, h)
}

// hungryJournal starves from the n-th Append on.
type hungryJournal struct {
	engine.Journal
	count, n *int
}

func (j hungryJournal) Append(ctx context.Context, fence engine.Fence, events ...engine.Event) error {
	if *j.count++; *j.count < *j.n {
		return j.Journal.Append(ctx, fence, events...)
	}
	return starve(func() error { return j.Journal.Append(ctx, fence, events...) })
}

// beStarved obeys.
func beStarved(order string) error {
	words := strings.Fields(order)
	n, err := strconv.Atoi(words[1])
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ)
	if os.Geteuid() == 0 { // modes mean nothing to root
		if err := syscall.Setuid(nobody); err != nil {
			return err
		}
	}
	var count int
	hungry := func(c *engine.Config) {
		c.Credentials[0].Policy.KeepVersions = 0 // so that cleanup writes
		open := c.Open
		c.Open = func(credential engine.Credential) (engine.Parts, error) {
			parts, err := open(credential)
			parts.Store = hungryStore{parts.Store, famine(words[2]), filepath.Join(filepath.Dir(words[0]), "mounts", id), &count, &n}
			return parts, err
		}
		if famine(words[2]) == journalFull {
			c.Open, c.Journal = open, hungryJournal{c.Journal, &count, &n}
		}
	}
	d, err := openDeck(context.Background(), words[0], hungry)
	if err != nil {
		return err
	}
	var run *engine.Run
	if len(words) > 3 {
		run, err = d.engine.RollBack(context.Background(), words[3], engine.Options{})
	} else {
		run, err = d.engine.Rotate(context.Background(), id, engine.Options{})
	}
	if err != nil {
		fmt.Printf("not begun: %v", err)
		return nil
	}
	answer := accident{verb: resuming}.answer()
	for e := range run.Feed().Follow(context.Background()) {
		if e.Type == engine.EventPhaseFailed {
			fmt.Printf("%s failed: %v; ", e.Phase, e.Problem)
		}
		if e.Request != nil {
			_ = run.Answer(engine.Answer{Request: e.Request.ID, Choice: answer(*e.Request)}) // one of the past is closed
		}
	}
	s := run.Wait()
	fmt.Printf("%s: %v", s.Status, s.Problem)
	return nil
}

const nobody = 65534

// TestFullDisk lets a disk be full, or the store's folder be read-only, from
// each write on that a rotation and a rollback make. The run stops, what is
// mounted goes on to log in, no secret is lost, and nothing was changed that the
// journal does not know of. Once there is room again, the run ends well.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	db := postgresDatabase(sandboxtest.Postgres(t))
	for _, c := range []struct {
		famine      famine
		there, back int    // writes of a rotation and of its rollback
		says        string // of the run that comes to rest
	}{
		{storeFull, 3, 2, "file too large"},
		{storeReadOnly, 3, 2, "permission denied"},
		{journalFull, 12, 10, "the journal cannot be written"},
	} {
		for n := 1; n <= c.there; n++ {
			for _, end := range inTurn(n, resuming, rollingBack) {
				t.Run(fmt.Sprintf("%s from write %d of a rotation, %s", c.famine, n, end), func(t *testing.T) {
					t.Parallel()
					starveAndEnd(t, db, n, c.famine, c.says, false, end)
				})
			}
		}
		for n := 1; n <= c.back; n++ {
			t.Run(fmt.Sprintf("%s from write %d of a rollback", c.famine, n), func(t *testing.T) {
				t.Parallel()
				starveAndEnd(t, db, n, c.famine, c.says, true, rollingBack)
			})
		}
	}
}

func starveAndEnd(t *testing.T, db database, n int, f famine, says string, back bool, end verb) {
	w := newBroken(t, db, fmt.Sprintf("%s%d%t%s", strings.ReplaceAll(string(f), "-", ""), n, back, end))
	d := w.open(t)
	rotate(t, d) // so that there is an archive to trim
	var run []string
	if back {
		rotate(t, d)
		runs, err := d.engine.Runs(t.Context(), engine.RunQuery{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		run = []string{runs[0].Run}
	}
	b := w.remember(t, d)
	d.close(t)
	stop := w.watch(t)
	defer stop()
	told := w.starved(t, n, f, run...)
	if !strings.Contains(told, says) {
		t.Errorf("it came to rest as %q, want it to say %q", told, says)
	}
	d = w.open(t)
	defer d.close(t)
	w.wantNothingLost(t, d, b)
	if !back { // there, everything may be changed back
		w.wantOnlyIntended(t, d, b)
	}
	w.end(t, d, end)
	w.wantNothingLost(t, d, b)
	checkOneWorks(t, d, id)
}

// starved lets a process starve and returns what it says, then feeds it.
func (w broken) starved(t *testing.T, n int, f famine, run ...string) string {
	t.Helper()
	if os.Geteuid() == 0 {
		w.giveAway(t)
	}
	info, err := os.Stat(w.mount())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %s %s", starvedVariable, w.inventory, n, f, strings.Join(run, " ")))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.Chmod(w.mount(), info.Mode()); err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// giveAway gives everything in the world to nobody.
func (w broken) giveAway(t *testing.T) {
	t.Helper()
	if err := os.Chmod(filepath.Dir(w.dir), 0o711); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(w.dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, nobody, nobody)
	})
	if err != nil {
		t.Fatal(err)
	}
}
