package pgxreload

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/multitracer"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/rotadeck/rotadeck/providers/reload"
)

// census counts statements, and those for which there was no connection. What
// its caller gave up is not counted.
type census struct{ counter *reload.Counter }

var (
	_ pgx.QueryTracer    = census{}
	_ pgx.BatchTracer    = census{}
	_ pgx.CopyFromTracer = census{}
)

// in adds the count to what configure does.
func (c census) in(configure func(*pgxpool.Config) error) func(*pgxpool.Config) error {
	return func(config *pgxpool.Config) error {
		if configure != nil {
			if err := configure(config); err != nil {
				return err
			}
		}
		var tracer pgx.QueryTracer = c
		if own := config.ConnConfig.Tracer; own != nil {
			tracer = multitracer.New(own, tracer)
		}
		config.ConnConfig.Tracer = tracer
		return nil
	}
}

func (c census) add(err error) {
	if !errors.Is(err, context.Canceled) {
		c.counter.Add(err)
	}
}

func (census) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}

func (c census) TraceQueryEnd(_ context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	c.add(data.Err)
}

func (census) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}

func (census) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (c census) TraceBatchEnd(_ context.Context, _ *pgx.Conn, data pgx.TraceBatchEndData) {
	c.add(data.Err)
}

func (census) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceCopyFromStartData) context.Context {
	return ctx
}

func (c census) TraceCopyFromEnd(_ context.Context, _ *pgx.Conn, data pgx.TraceCopyFromEndData) {
	c.add(data.Err)
}
