package tui

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/tui/uitest"
)

// stillClock stands at uitest.Now.
type stillClock struct{}

func (stillClock) Now() time.Time                         { return uitest.Now() }
func (stillClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// serial is a source of randomness that counts, so that runs and versions get
// the same ids each time.
type serial struct {
	mu   sync.Mutex
	next byte
}

func (s *serial) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	clear(b)
	b[len(b)-1] = s.next
	return len(b), nil
}

// deck is a root over a world in memory, with a loop as Bubble Tea has one: a
// command runs on a goroutine of its own, and its message waits in the inbox.
type deck struct {
	*Model
	t     testing.TB
	world *enginetest.World
	inbox chan tea.Msg
	ended chan struct{} // closes with the test
	begun sync.WaitGroup
	quit  bool // the root wants to end
}

func newDeck(t testing.TB, change ...func(o *Options)) *deck {
	t.Helper()
	return newDeckOf(t, func(*enginetest.World) {}, change...)
}

// newDeckOf is newDeck with a say in what its world is.
func newDeckOf(t testing.TB, prepare func(w *enginetest.World), change ...func(o *Options)) *deck {
	t.Helper()
	world := enginetest.NewWorld(t)
	world.Clock, world.Random = stillClock{}, &serial{}
	world.Credential.Environment = engine.Environment{Name: "production", Word: "PROD", Protected: true}
	rotate(t, world, uitest.Now().Add(-34*24*time.Hour))
	prepare(world)
	o := Options{Engine: world.Engine(), Title: "payments", Animation: true}
	for _, c := range change {
		c(&o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	d := &deck{Model: New(ctx, cancel, o), t: t, world: world, inbox: make(chan tea.Msg), ended: make(chan struct{})}
	t.Cleanup(func() {
		close(d.ended)
		cancel()
		d.launcher.wait()
	})
	d.deliver(tea.WindowSizeMsg{Width: 80, Height: 24})
	return d
}

// rotate makes the store of a world say when its credential was rotated.
func rotate(t testing.TB, world *enginetest.World, at time.Time) {
	t.Helper()
	holding, err := world.Store.Load(context.Background(), enginetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	version := holding.Slots[holding.Active]
	version.Created = at
	holding.Slots[holding.Active] = version
	if err := world.Store.Save(context.Background(), enginetest.ID, holding); err != nil {
		t.Fatal(err)
	}
}

// deliver gives messages to the root and starts the commands that it returns.
func (d *deck) deliver(messages ...tea.Msg) {
	for _, msg := range messages {
		switch msg := msg.(type) {
		case nil:
		case tea.QuitMsg:
			d.quit = true
		case tea.BatchMsg:
			for _, cmd := range msg {
				d.begin(cmd)
			}
		default:
			_, cmd := d.Update(msg)
			d.begin(cmd)
		}
	}
}

func (d *deck) begin(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	d.begun.Go(func() {
		msg := cmd()
		select {
		case d.inbox <- msg:
		case <-d.ended:
		}
	})
}

// until runs the loop until a condition holds.
func (d *deck) until(what string, condition func() bool) {
	d.t.Helper()
	deadline := time.After(20 * time.Second)
	for !condition() {
		select {
		case msg := <-d.inbox:
			d.deliver(msg)
		case <-deadline:
			d.t.Fatalf("waited in vain until %s; the console shows\n%s", what, uitest.Text(d.Frame(80, 24)))
		}
	}
}

// settle runs the loop until nothing is left to do but to let time pass, and lets
// so much of it pass that what a run has told is on its screen. It works in a
// bubble of synctest alone.
func (d *deck) settle() {
	d.drain()
	for moment := time.After(150 * time.Millisecond); moment != nil; {
		select {
		case msg := <-d.inbox:
			d.deliver(msg)
		case <-moment:
			moment = nil
		}
	}
	d.drain()
}

func (d *deck) drain() {
	for {
		synctest.Wait()
		select {
		case msg := <-d.inbox:
			d.deliver(msg)
		default:
			return
		}
	}
}

// shows runs the loop until a text is on the screen.
func (d *deck) shows(text string) {
	d.t.Helper()
	d.until("it shows "+text, func() bool { return strings.Contains(uitest.Text(d.Frame(140, 60)), text) })
}

// sees says whether a text is on the screen now.
func (d *deck) sees(text string) bool { return strings.Contains(uitest.Text(d.Frame(140, 60)), text) }

func (d *deck) press(keys ...string) {
	for _, key := range keys {
		d.deliver(uitest.Key(key))
	}
}

// rotate begins a rotation and waits for its first question.
func (d *deck) rotate() *engine.Run {
	d.t.Helper()
	d.begin(d.context.Start(func(ctx context.Context) (*engine.Run, error) {
		return d.options.Engine.Rotate(ctx, enginetest.ID, engine.Options{})
	}))
	d.until("a question is open", func() bool { return d.front().run != nil && d.dialog() != nil })
	return d.front().run
}

// many is an inventory of n credentials.
func many(n int) []engine.Credential {
	credentials := make([]engine.Credential, n)
	for i := range credentials {
		kind := engine.Kinds()[i%len(engine.Kinds())]
		credentials[i] = engine.Credential{
			ID: fmt.Sprintf("credential-%05d", i), StoreKey: enginetest.ID, Kind: kind, Policy: engine.DefaultPolicy(kind),
			Environment: engine.Environment{Name: "production", Word: "PROD", Protected: true},
		}
	}
	return credentials
}
