package sqlreload

import (
	"database/sql/driver"
	"errors"
	"io"
	"reflect"
)

// reading returns the rows of a query that ended with err, or that error. The
// call goes on until the rows are closed, which the DB sees to.
func (c *conn) reading(found driver.Rows, err error, done func()) (driver.Rows, error) {
	if err != nil {
		done()
		count(c.of.counter, err)
		return nil, err
	}
	return &rows{Rows: found, conn: c, done: done}, nil
}

// rows answer every question that the DB has, as the DB would for a driver that
// does not.
type rows struct {
	driver.Rows
	conn   *conn
	done   func()
	failed error
}

var (
	_ driver.RowsNextResultSet              = (*rows)(nil)
	_ driver.RowsColumnTypeScanType         = (*rows)(nil)
	_ driver.RowsColumnTypeDatabaseTypeName = (*rows)(nil)
	_ driver.RowsColumnTypeLength           = (*rows)(nil)
	_ driver.RowsColumnTypeNullable         = (*rows)(nil)
	_ driver.RowsColumnTypePrecisionScale   = (*rows)(nil)
)

// Next is the driver's.
func (r *rows) Next(destination []driver.Value) error {
	err := r.Rows.Next(destination)
	if err != nil && !errors.Is(err, io.EOF) {
		r.failed = err
	}
	return err
}

// Close ends the call.
func (r *rows) Close() error {
	defer r.done()
	err := r.Rows.Close()
	count(r.conn.of.counter, errors.Join(r.failed, err))
	return err
}

// HasNextResultSet is the driver's, or false.
func (r *rows) HasNextResultSet() bool {
	more, able := r.Rows.(driver.RowsNextResultSet)
	return able && more.HasNextResultSet()
}

// NextResultSet is the driver's, or the end.
func (r *rows) NextResultSet() error {
	if more, able := r.Rows.(driver.RowsNextResultSet); able {
		return more.NextResultSet()
	}
	return io.EOF
}

// ColumnTypeScanType is the driver's, or any.
func (r *rows) ColumnTypeScanType(index int) reflect.Type {
	if typed, able := r.Rows.(driver.RowsColumnTypeScanType); able {
		return typed.ColumnTypeScanType(index)
	}
	return reflect.TypeFor[any]()
}

// ColumnTypeDatabaseTypeName is the driver's, or "".
func (r *rows) ColumnTypeDatabaseTypeName(index int) string {
	if typed, able := r.Rows.(driver.RowsColumnTypeDatabaseTypeName); able {
		return typed.ColumnTypeDatabaseTypeName(index)
	}
	return ""
}

// ColumnTypeLength is the driver's, or unknown.
func (r *rows) ColumnTypeLength(index int) (length int64, ok bool) {
	if typed, able := r.Rows.(driver.RowsColumnTypeLength); able {
		return typed.ColumnTypeLength(index)
	}
	return 0, false
}

// ColumnTypeNullable is the driver's, or unknown.
func (r *rows) ColumnTypeNullable(index int) (nullable, ok bool) {
	if typed, able := r.Rows.(driver.RowsColumnTypeNullable); able {
		return typed.ColumnTypeNullable(index)
	}
	return false, false
}

// ColumnTypePrecisionScale is the driver's, or unknown.
func (r *rows) ColumnTypePrecisionScale(index int) (precision, scale int64, ok bool) {
	if typed, able := r.Rows.(driver.RowsColumnTypePrecisionScale); able {
		return typed.ColumnTypePrecisionScale(index)
	}
	return 0, 0, false
}
