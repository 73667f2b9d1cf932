package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"grassroots/models"
)

// SQLite's primary result codes that mean that another connection was first.
const (
	sqliteBusy   = 5
	sqliteLocked = 6
)

// notFound turns GORM's "record not found" into a NotFound error that names
// what was looked for ("That case study"), and leaves any other error alone.
func notFound(err error, what string) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.E(models.NotFound, what+" cannot be found.")
	}
	return err
}

// conflictOr turns the refusal of a value that must be unique into a Conflict
// error with this sentence, and leaves any other error alone.
func conflictOr(err error, sentence string) error {
	if IsDuplicate(err) {
		return models.E(models.Conflict, sentence)
	}
	return err
}

// IsDuplicate reports whether a write failed because a unique value is taken.
func IsDuplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }

// isRetryable reports whether a transaction failed only because of another.
func isRetryable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	var lite interface{ Code() int }
	if errors.As(err, &lite) {
		primary := lite.Code() & 0xff
		return primary == sqliteBusy || primary == sqliteLocked
	}
	return false
}

// isServerAway reports whether a statement failed because there is no server
// to run it.
func isServerAway(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		// 57P0x: shutting down or starting; 08: connection; 53300: full.
		return strings.HasPrefix(pg.Code, "57P0") || strings.HasPrefix(pg.Code, "08") || pg.Code == "53300"
	}
	var refused *pgconn.ConnectError
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.As(err, &refused) || errors.As(err, &network)
}
