package reload_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rotadeck/rotadeck/providers/reload"
	"github.com/rotadeck/rotadeck/providers/reload/reloadtest"
)

func TestMain(m *testing.M) { reloadtest.Main(m, "/providers/reload") }

// within bounds what a test waits for: generous, for slow machines.
const within = time.Minute

// service remembers what it took up, and refuses what it is told to.
type service struct {
	mu      sync.Mutex
	taken   []reload.Credential
	tried   int
	refuses error
}

func (s *service) take(_ context.Context, c reload.Credential) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried++
	if s.refuses != nil {
		return s.refuses
	}
	s.taken = append(s.taken, c)
	return nil
}

func (s *service) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses = err
}

// versions lists what was taken up.
func (s *service) versions() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, c := range s.taken {
		all = append(all, c.Version()+c.Text("password"))
	}
	return strings.Join(all, " ")
}

func (s *service) tries() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tried
}

// deaf lets nothing be found by polling in the time of a test.
var deaf = reload.Options{Poll: time.Hour, Settle: 20 * time.Millisecond}

func watch(t *testing.T, s *service, dir string, options reload.Options) *reload.Watcher {
	t.Helper()
	w, err := reload.Watch(t.Context(), dir, s.take, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	return w
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(within); !holds(); {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func version(v string) map[string]string {
	return map[string]string{"version": v, "username": "orders_" + v, "password": "p"}
}

func TestWatchHears(t *testing.T) {
	t.Parallel()
	mount := reloadtest.NewMount(t, version("1"))
	var s service
	w := watch(t, &s, mount.Dir, deaf)
	for _, v := range []string{"2", "3"} {
		mount.Turn(version(v))
		eventually(t, "it is taken up", func() bool { return w.Status().Version == v })
	}
	if got := s.versions(); got != "1p 2p 3p" {
		t.Errorf("took up %s", got)
	}
}

func TestWatchPolls(t *testing.T) {
	t.Parallel()
	for name, disguise := range map[string]func(time.Time) time.Time{
		"as it is":        func(now time.Time) time.Time { return now },
		"from the past":   func(time.Time) time.Time { return time.Unix(1, 0) },
		"from the future": func(now time.Time) time.Time { return now.AddDate(50, 0, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write := func(v string) {
				reloadtest.WriteFiles(t, dir, map[string]string{"version": v, "password": "p"})
				at := disguise(time.Now())
				for _, file := range []string{"version", "password"} {
					if err := os.Chtimes(filepath.Join(dir, file), at, at); err != nil {
						t.Fatal(err)
					}
				}
			}
			write("1")
			var s service
			w := watch(t, &s, dir, reload.Options{Poll: 10 * time.Millisecond, Settle: 5 * time.Millisecond})
			write("2")
			eventually(t, "it is taken up", func() bool { return w.Status().Version == "2" })
		})
	}
}

func TestWatchFollowsAFolderThatIsReplaced(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir, link := filepath.Join(parent, "mount"), filepath.Join(parent, "link")
	reloadtest.WriteFiles(t, dir, version("1"))
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	var s, linked service
	w, byLink := watch(t, &s, dir, deaf), watch(t, &linked, link, deaf)
	for i := range 3 {
		v := fmt.Sprint(i + 2)
		next := filepath.Join(parent, "next"+v)
		reloadtest.WriteFiles(t, next, version(v))
		if err := errors.Join(os.Rename(dir, dir+".old"+v), os.Rename(next, dir)); err != nil {
			t.Fatal(err)
		}
		eventually(t, "it is taken up", func() bool { return w.Status().Version == v })
		// The link was not touched; it is told.
		if err := byLink.Reload(t.Context()); err != nil || byLink.Status().Version != v {
			t.Errorf("by a link: %+v, %v", byLink.Status(), err)
		}
	}
}

func TestWatchWaitsForTheVersionOfAPlainFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	reloadtest.WriteFiles(t, dir, map[string]string{"version": "1", "username": "orders_a", "password": "p"})
	var s service
	w := watch(t, &s, dir, deaf)
	reloadtest.WriteFiles(t, dir, map[string]string{"password": "q"})
	eventually(t, "it is heard", func() bool { return w.Status().Problem != "" })
	if err := w.Reload(t.Context()); err == nil || !strings.Contains(err.Error(), "version has not") {
		t.Errorf("the reload says %v", err)
	}
	reloadtest.WriteFiles(t, dir, map[string]string{"username": "orders_b"})
	reloadtest.WriteFiles(t, dir, map[string]string{"version": "2"})
	eventually(t, "it is taken up", func() bool { return w.Status().Version == "2" })
	if got, status := s.versions(), w.Status(); got != "1p 2q" || status.Problem != "" || status.Identity != "orders_b" {
		t.Errorf("took up %s, status %+v", got, status)
	}
}

func TestWatchDoesWithoutAVersion(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	reloadtest.WriteFiles(t, dir, map[string]string{"password": "p"})
	mount := reloadtest.NewMount(t, map[string]string{"password": "p"})
	var plain, turned service
	w, z := watch(t, &plain, dir, deaf), watch(t, &turned, mount.Dir, deaf)
	reloadtest.WriteFiles(t, dir, map[string]string{"password": "q"})
	mount.Turn(map[string]string{"password": "q"})
	eventually(t, "both are taken up", func() bool { return plain.versions() == "p q" && turned.versions() == "p q" })
	if w.Status().Version != "" || z.Status().Version != "" {
		t.Error("a version was invented")
	}
}

func TestWatchNeedsAMountAtTheStart(t *testing.T) {
	t.Parallel()
	var s service
	missing := filepath.Join(t.TempDir(), "mount")
	if _, err := reload.Watch(t.Context(), missing, s.take, deaf); err == nil || !strings.Contains(err.Error(), "there is no mount at "+missing) {
		t.Errorf("without a mount: %v", err)
	}
	s.refuse(errors.New("no login"))
	if _, err := reload.Watch(t.Context(), reloadtest.NewMount(t, version("1")).Dir, s.take, deaf); err == nil || !strings.Contains(err.Error(), "no login") {
		t.Errorf("refused at the start: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reload.Watch(cancelled, t.TempDir(), s.take, deaf); err == nil {
		t.Error("started though it was cancelled")
	}
}

func TestWatchOutlivesTheMount(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := filepath.Join(parent, "mount")
	reloadtest.WriteFiles(t, dir, version("1"))
	var s service
	w := watch(t, &s, dir, reload.Options{Poll: 10 * time.Millisecond, Settle: 5 * time.Millisecond})
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is missed", func() bool { return w.Status().Problem != "" })
	if got := w.Status(); got.Version != "1" {
		t.Errorf("status %+v", got)
	}
	reloadtest.WriteFiles(t, dir, version("2"))
	eventually(t, "it is taken up", func() bool { return w.Status().Version == "2" && w.Status().Problem == "" })
}

func TestRefusedIsTriedAgain(t *testing.T) {
	t.Parallel()
	mount := reloadtest.NewMount(t, version("1"))
	var s service
	var log lockedBuffer
	w := watch(t, &s, mount.Dir, reload.Options{
		Poll: 5 * time.Millisecond, RetryAfter: 40 * time.Millisecond, RetryAtMost: 80 * time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	s.refuse(fmt.Errorf("dial postgres://orders_2:%s@db: %w", "p%2Fss%20"+canary, context.DeadlineExceeded))
	secret := version("2")
	secret["password"] = "p/ss " + canary
	mount.Turn(secret)
	eventually(t, "it is refused four times", func() bool { return s.tries() >= 5 })
	err := w.Reload(t.Context())
	if !errors.Is(err, context.DeadlineExceeded) || strings.Contains(fmt.Sprintf("%v %+v %#v %s", err, err, err, errors.Unwrap(err)), canary) {
		t.Errorf("the reload says %v", err)
	}
	status := w.Status()
	if status.Version != "1" || !strings.Contains(status.Problem, "orders_2, version 2 cannot be used") || strings.Contains(status.Problem, canary) {
		t.Errorf("status %+v", status)
	}
	if n := strings.Count(log.String(), "not taken up"); n != 1 || strings.Contains(log.String(), canary) {
		t.Errorf("logged %d times:\n%s", n, log.String())
	}
	s.refuse(nil)
	eventually(t, "it is taken up", func() bool { return w.Status().Version == "2" && w.Status().Problem == "" })
}

// TestRefusedIsNotTriedAtEachLook counts the tries while the mount is looked at
// all the time: logins that fail may lock an account.
func TestRefusedIsNotTriedAtEachLook(t *testing.T) {
	t.Parallel()
	mount := reloadtest.NewMount(t, version("1"))
	var s service
	w := watch(t, &s, mount.Dir, reload.Options{Poll: time.Millisecond, RetryAfter: time.Hour})
	s.refuse(errors.New("no login"))
	mount.Turn(version("2"))
	eventually(t, "it is refused", func() bool { return w.Status().Problem != "" })
	for i := range 20 { // each is heard, and looked at
		reloadtest.WriteFiles(t, mount.Dir, map[string]string{fmt.Sprint("beside", i): ""})
	}
	if err := w.Reload(t.Context()); err == nil {
		t.Error("the reload says nothing")
	}
	if n := s.tries(); n != 3 {
		t.Errorf("tried %d times, want one for each version and one for the reload", n)
	}
	mount.Turn(version("1")) // rolled back: there is nothing to take up
	eventually(t, "all is well", func() bool { return w.Status().Problem == "" })
	if got := s.versions(); got != "1p" {
		t.Errorf("took up %s", got)
	}
}

func TestReloadAnswersOnceTaken(t *testing.T) {
	t.Parallel()
	mount := reloadtest.NewMount(t, version("1"))
	var s service
	w := watch(t, &s, mount.Dir, deaf)
	for i := range 50 {
		v := fmt.Sprint(i + 2)
		mount.Turn(version(v))
		if err := w.Reload(t.Context()); err != nil || w.Status().Version != v {
			t.Fatalf("status %+v, %v, want version %s", w.Status(), err, v)
		}
	}
}

func TestReloadsAtOnce(t *testing.T) {
	t.Parallel()
	mount := reloadtest.NewMount(t, version("1"))
	var s service
	w := watch(t, &s, mount.Dir, deaf)
	mount.Turn(version("2"))
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			if err := w.Reload(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if got := s.versions(); got != "1p 2p" {
		t.Errorf("took up %s", got)
	}
}

func TestAttemptOutlivesWhoAsked(t *testing.T) {
	t.Parallel()
	mount := reloadtest.NewMount(t, version("1"))
	entered, proceed := make(chan struct{}, 1), make(chan struct{})
	first := true
	w, err := reload.Watch(t.Context(), mount.Dir, func(ctx context.Context, _ reload.Credential) error {
		if first {
			first = false
			return nil
		}
		entered <- struct{}{}
		select {
		case <-proceed:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}, deaf)
	if err != nil {
		t.Fatal(err)
	}
	mount.Turn(version("2"))
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan error, 1)
	go func() { asked <- w.Reload(ctx) }()
	<-entered
	cancel()
	if err := <-asked; !errors.Is(err, context.Canceled) {
		t.Errorf("who left was told %v", err)
	}
	close(proceed)
	eventually(t, "it is taken up", func() bool { return w.Status().Version == "2" })

	w.Close()
	w.Close()
	if err := w.Reload(t.Context()); !errors.Is(err, reload.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestCloseEndsAnAttempt(t *testing.T) {
	t.Parallel()
	mount := reloadtest.NewMount(t, version("1"))
	entered, first := make(chan struct{}), true
	w, err := reload.Watch(t.Context(), mount.Dir, func(ctx context.Context, _ reload.Credential) error {
		if first {
			first = false
			return nil
		}
		close(entered)
		<-ctx.Done()
		return ctx.Err()
	}, deaf)
	if err != nil {
		t.Fatal(err)
	}
	mount.Turn(version("2"))
	<-entered
	w.Close()
	if got := w.Status(); got.Version != "1" {
		t.Errorf("status %+v", got)
	}
}

// lockedBuffer is written by one goroutine and read by another.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
