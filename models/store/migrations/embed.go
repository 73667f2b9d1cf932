// Package migrations holds the schema as numbered SQL files, one set for
// SQLite and Postgres. Package store says how a file is read for each of them.
package migrations

import "embed"

// Files are the migrations, NNNNN_name.sql.
//
//go:embed *.sql
var Files embed.FS
