package postgres_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/engine/enginetest"
	"github.com/rotadeck/rotadeck/engine/secret"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// Rotations from end to end by the engine, while clients of the pooler and of
// the replica work without a pause: not one of their queries may fail, and after
// each rotation nobody of the old user may be left anywhere.
func TestRotationsUnderLoad(t *testing.T) {
	t.Parallel()
	const rotations, clients = 3, 4
	for name, start := range poolings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := sandboxtest.Postgres(t)
			replica := sandboxtest.Replica(t, server)
			pooler, settings := start(t, server)
			settings["replicas"] = []string{address(replica.Host, replica.Port)}
			d := newDatabase(t, server, settings)
			w := d.world(t)
			wait(t, "the first login arrives at the replica", func() bool {
				return d.target.Prove(t.Context(), w.material(t))[1].Standing == engine.Accepted
			})

			load := &load{}
			stop := load.start(t, w, clients, pooler.Connect, replica.Connect)
			for range rotations {
				summary := w.rotate(t)
				if summary.Status != engine.StatusDone {
					t.Fatalf("the run ended as %+v", summary)
				}
				if d.slots(t) != 1 {
					t.Errorf("sessions of both users after a rotation")
				}
			}
			stop()
			if load.failed.Load() > 0 || load.queries.Load() < clients*rotations {
				t.Errorf("%d of %d queries failed, the first with: %v", load.failed.Load(), load.queries.Load(), load.first.Load())
			}
			t.Logf("%d rotations under %d queries of %d clients; none failed", rotations, load.queries.Load(), 2*clients)
		})
	}
}

// slots is how many of the two users have a session at the server.
func (d *database) slots(t testing.TB) (n int) {
	t.Helper()
	err := d.admin.QueryRow(t.Context(), "SELECT count(DISTINCT usename) FROM pg_stat_activity WHERE usename = ANY ($1) AND application_name <> 'rotadeck'", d.users).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// world is an engine over a database, with the rest in memory.
type world struct{ *enginetest.World }

func (d *database) world(t testing.TB) world {
	t.Helper()
	w := world{enginetest.NewWorld(t)}
	w.Credential.Policy.ProbeTimeout, w.Credential.Policy.VerifyWithin = 20*time.Second, 40*time.Second
	w.Adapt = func(parts *engine.Parts) { parts.Target, parts.Consumers = d.target, nil }
	h, err := w.Store.Load(t.Context(), enginetest.ID)
	if err != nil {
		t.Fatal(err)
	}
	h.Slots[engine.SlotA] = engine.Version{ID: "first", State: engine.VersionCurrent, Material: d.give(t, engine.SlotA, nil)}
	if err := w.Store.Save(t.Context(), enginetest.ID, h); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w world) rotate(t testing.TB) engine.Summary {
	t.Helper()
	run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return enginetest.Drive(t, run, enginetest.Yes)
}

// current is what the store publishes.
func (w world) current(ctx context.Context) (engine.Version, error) {
	h, err := w.Store.Load(ctx, enginetest.ID)
	return h.Current(), err
}

func (w world) material(t testing.TB) engine.Material {
	t.Helper()
	v, err := w.current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return v.Material
}

// load is services at work.
type load struct {
	queries, failed atomic.Int64
	first           atomic.Value // the first error
}

type connector func(ctx context.Context, user string, password *secret.Secret, database string) (*pgx.Conn, error)

// start starts clients over each way, which change over as soon as the store
// publishes another version. The function returned ends them.
func (l *load) start(t *testing.T, w world, clients int, ways ...connector) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	for _, connect := range ways {
		for range clients {
			group.Go(func() { l.work(ctx, w, connect) })
		}
	}
	stop = func() { cancel(); group.Wait() }
	t.Cleanup(stop)
	return stop
}

func (l *load) work(ctx context.Context, w world, connect connector) {
	var conn *pgx.Conn
	var version string
	const pace = 5 * time.Millisecond
	for ctx.Err() == nil {
		v, err := w.current(ctx)
		if err == nil && v.ID != version {
			if conn != nil {
				_ = conn.Close(ctx) // its work is done
			}
			m := v.Material
			conn, err = connect(ctx, m.Text(engine.FieldUsername), m[engine.FieldPassword], m.Text(engine.FieldDatabase))
			version = v.ID
		}
		var items int
		if err == nil {
			err = conn.QueryRow(ctx, "SELECT count(*) FROM items").Scan(&items)
		}
		if ctx.Err() != nil {
			break
		}
		l.queries.Add(1)
		if err != nil {
			l.failed.Add(1)
			l.first.CompareAndSwap(nil, err.Error())
			return
		}
		time.Sleep(pace)
	}
	if conn != nil {
		_ = conn.Close(context.WithoutCancel(ctx)) // the test is over
	}
}

// A rollback under load, from where services have switched already.
func TestRollbackUnderLoad(t *testing.T) {
	t.Parallel()
	const clients = 4
	for name, start := range poolings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := sandboxtest.Postgres(t)
			pooler, settings := start(t, server)
			d := newDatabase(t, server, settings)
			w := d.world(t)
			first := w.material(t)
			load := &load{}
			stop := load.start(t, w, clients, pooler.Connect)
			run, err := w.Engine().Rotate(t.Context(), enginetest.ID, engine.Options{})
			if err != nil {
				t.Fatal(err)
			}
			summary := enginetest.Drive(t, run, func(q engine.Request) engine.ChoiceID {
				if q.Phase == engine.PhaseRetire {
					return engine.ChoiceRollBack
				}
				return enginetest.Yes(q)
			})
			stop()
			if summary.Status != engine.StatusRolledBack {
				t.Fatalf("the run ended as %+v", summary)
			}
			if load.failed.Load() > 0 {
				t.Errorf("%d of %d queries failed, the first with: %v", load.failed.Load(), load.queries.Load(), load.first.Load())
			}
			for _, proof := range d.target.Prove(t.Context(), first) {
				if proof.Standing != engine.Accepted {
					t.Errorf("the old credential after the rollback: %+v", proof)
				}
			}
			if n := d.backends(t, 1); n != 0 {
				t.Errorf("%d sessions of the new user after the rollback", n)
			}
		})
	}
}
