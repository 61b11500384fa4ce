package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rotadeck/rotadeck/engine"
	"github.com/rotadeck/rotadeck/providers/sandbox/sandboxtest"
)

// newShop is a database with so many tables of its own and the rights that a
// web shop has; both users have them.
func newShop(b *testing.B, tables int) *database {
	b.Helper()
	server := sandboxtest.Postgres(b)
	d := newDatabase(b, server, nil)
	var schema strings.Builder
	for i := range tables {
		fmt.Fprintf(&schema, "CREATE TABLE t%d (id bigserial PRIMARY KEY, note text);", i)
	}
	run(b, d.admin, schema.String())
	d.target = d.open(b, d.shopping())
	d.give(b, engine.SlotB, d.give(b, engine.SlotA, nil))
	return d
}

func (d *database) shopping() engine.Settings {
	return engine.Settings{
		"grants": []string{
			"CONNECT ON DATABASE " + quote(d.name),
			"USAGE ON SCHEMA public",
			"SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public",
			"USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public",
		},
		"default_privileges": []string{
			"SELECT, INSERT, UPDATE, DELETE ON TABLES IN SCHEMA public FOR ROLE " + quote(d.server.Admin),
			"USAGE, SELECT ON SEQUENCES IN SCHEMA public FOR ROLE " + quote(d.server.Admin),
		},
	}
}

// BenchmarkRotation measures what one rotation asks of the server, without the
// engine: the same calls in the same order, one after another.
func BenchmarkRotation(b *testing.B) {
	d := newShop(b, 10)
	slot := engine.SlotA
	current := d.give(b, slot, nil)
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			current = d.rotate(b, slot, current)
			slot = slot.Other()
		}
	})
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			d.reopen(b)
			current = d.rotate(b, slot, current)
			slot = slot.Other()
		}
	})
}

func (d *database) rotate(b *testing.B, old engine.Slot, current engine.Material) engine.Material {
	b.Helper()
	next := old.Other()
	d.target.Prove(b.Context(), current)
	d.target.Preflight(b.Context(), next)
	fresh := d.give(b, next, current)
	d.target.Prove(b.Context(), fresh)
	if _, err := d.target.Compare(b.Context(), old, next); err != nil {
		b.Fatal(err)
	}
	if _, err := d.target.Sessions(b.Context()); err != nil {
		b.Fatal(err)
	}
	changes, err := d.target.Retire(b.Context(), old, current)
	apply(b, changes, err)
	d.target.Prove(b.Context(), current)
	d.target.Prove(b.Context(), fresh)
	return fresh
}

// reopen replaces the target by one without a session.
func (d *database) reopen(b *testing.B) {
	b.Helper()
	if err := d.target.Close(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkPreflight(b *testing.B) {
	d := newShop(b, 10)
	b.Run("warm", func(b *testing.B) {
		for b.Loop() {
			d.target.Preflight(b.Context(), engine.SlotA)
		}
	})
	b.Run("cold", func(b *testing.B) {
		for b.Loop() {
			d.reopen(b)
			d.target.Preflight(b.Context(), engine.SlotA)
		}
	})
}

// BenchmarkCompare compares users with rights on ten tables, alone and among
// many tables that are not theirs.
func BenchmarkCompare(b *testing.B) {
	d := newShop(b, 10)
	compare := func(b *testing.B) {
		for b.Loop() {
			if _, err := d.target.Compare(b.Context(), engine.SlotA, engine.SlotB); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("ten tables", compare)
	run(b, d.admin, manyTables(2000))
	b.Run("two thousand more", compare)
}

// manyTables makes a schema of tables.
func manyTables(n int) string {
	return fmt.Sprintf(`CREATE SCHEMA archive; DO $$ BEGIN FOR i IN 1..%d LOOP
		EXECUTE format('CREATE TABLE archive.t%%s (id int)', i); END LOOP; END $$`, n)
}

func BenchmarkProve(b *testing.B) {
	d := newShop(b, 10)
	m := d.give(b, engine.SlotA, nil)
	for b.Loop() {
		if proof := d.target.Prove(b.Context(), m)[0]; proof.Standing != engine.Accepted {
			b.Fatal(proof)
		}
	}
}

func BenchmarkSessions(b *testing.B) {
	d := newShop(b, 10)
	for b.Loop() {
		if _, err := d.target.Sessions(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRetire ends no session but the one of a proof just before, which may
// still be on its way out.
func BenchmarkRetire(b *testing.B) {
	d := newShop(b, 10)
	m := d.give(b, engine.SlotA, nil)
	for b.Loop() {
		changes, err := d.target.Reinstate(b.Context(), engine.SlotA, m)
		apply(b, changes, err)
		d.target.Prove(b.Context(), m)
		changes, err = d.target.Retire(b.Context(), engine.SlotA, m)
		apply(b, changes, err)
	}
}

func BenchmarkCreate(b *testing.B) {
	d := newShop(b, 10)
	for b.Loop() {
		d.give(b, engine.SlotA, nil)
	}
}
