package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// The kinds of value that a column holds, on either database.
const (
	columnText    = "text"
	columnInteger = "integer"
	columnBoolean = "boolean"
	columnFloat   = "float"
	columnTime    = "time"
	columnBytes   = "bytes"
)

// Table is a table as a backup sees it: its columns in the order in which the
// migrations made them, and those of its key.
type Table struct {
	Name    string
	Columns []Column
	Key     []string
	refers  []string // tables that its rows refer to
}

// Column is a column of a table.
type Column struct {
	Name string
	kind string
}

// leftOut tells whether a table is of the moment: jobs, which follow from what
// is in the others, notes of the migrations, what is on its way in or out, and
// how often things were done just now.
func leftOut(name string) bool {
	return strings.HasPrefix(name, "river_") || strings.HasPrefix(name, "sqlite_") || name == "goose_db_version" || name == "transfers" || name == "import_files" || name == "rate_counts"
}

// Tables lists the tables that hold content, each after those that its rows
// refer to.
func (s *Store) Tables(ctx context.Context) ([]Table, error) {
	read := s.sqliteTables
	if s.dialect == Postgres {
		read = s.postgresTables
	}
	var list []Table
	err := s.inView(ctx, func(tx *sql.Tx) error {
		var err error
		list, err = read(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the tables cannot be listed: %w", err)
	}
	return inOrder(list)
}

// inView runs f on the transaction in ctx, or on one that only reads.
func (s *Store) inView(ctx context.Context, f func(tx *sql.Tx) error) error {
	return s.View(ctx, func(ctx context.Context) error { return s.SQLTx(ctx, f) })
}

// inOrder puts each table after those that it refers to, by name otherwise.
func inOrder(list []Table) ([]Table, error) {
	slices.SortFunc(list, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	var out []Table
	placed := map[string]bool{}
	for len(out) < len(list) {
		before := len(out)
		for _, t := range list {
			ready := !slices.ContainsFunc(t.refers, func(to string) bool { return to != t.Name && !placed[to] })
			if !placed[t.Name] && ready {
				placed[t.Name] = true
				out = append(out, t)
			}
		}
		if len(out) == before {
			return nil, fmt.Errorf("store: tables refer to one another in a circle")
		}
	}
	return out, nil
}

// texts reads rows of texts.
func texts(ctx context.Context, tx *sql.Tx, query string, args ...any) ([][]string, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var out [][]string
	for rows.Next() {
		row, into := make([]string, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

func (s *Store) sqliteTables(ctx context.Context, tx *sql.Tx) ([]Table, error) {
	names, err := texts(ctx, tx, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
	if err != nil {
		return nil, err
	}
	var list []Table
	for _, n := range names {
		t := Table{Name: n[0]}
		if leftOut(t.Name) {
			continue
		}
		columns, err := texts(ctx, tx, "SELECT name, type, CAST(pk AS TEXT) FROM pragma_table_info(?) ORDER BY cid", t.Name)
		if err != nil {
			return nil, err
		}
		key := map[string]string{}
		for _, c := range columns {
			kind, err := columnKind(c[1])
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", t.Name, c[0], err)
			}
			t.Columns = append(t.Columns, Column{c[0], kind})
			if c[2] != "0" {
				key[c[2]] = c[0]
			}
		}
		for i := 1; i <= len(key); i++ {
			t.Key = append(t.Key, key[fmt.Sprint(i)])
		}
		refers, err := texts(ctx, tx, `SELECT DISTINCT "table" FROM pragma_foreign_key_list(?)`, t.Name)
		if err != nil {
			return nil, err
		}
		for _, r := range refers {
			t.refers = append(t.refers, r[0])
		}
		list = append(list, t)
	}
	return list, nil
}

func (s *Store) postgresTables(ctx context.Context, tx *sql.Tx) ([]Table, error) {
	columns, err := texts(ctx, tx, `SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
		JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
		WHERE c.table_schema = current_schema() ORDER BY c.table_name, c.ordinal_position`)
	if err != nil {
		return nil, err
	}
	var list []Table
	for _, c := range columns {
		if leftOut(c[0]) {
			continue
		}
		if len(list) == 0 || list[len(list)-1].Name != c[0] {
			list = append(list, Table{Name: c[0]})
		}
		kind, err := columnKind(c[2])
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", c[0], c[1], err)
		}
		t := &list[len(list)-1]
		t.Columns = append(t.Columns, Column{c[1], kind})
	}
	constraints, err := texts(ctx, tx, `SELECT t.relname, k.contype::text, COALESCE(f.relname, ''), COALESCE(a.attname, '') FROM pg_constraint k
		JOIN pg_class t ON t.oid = k.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = current_schema()
		LEFT JOIN pg_class f ON f.oid = k.confrelid
		LEFT JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS u (num, pos) ON k.contype = 'p'
		LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = u.num
		WHERE k.contype IN ('p', 'f') ORDER BY t.relname, k.contype, u.pos`)
	if err != nil {
		return nil, err
	}
	for _, c := range constraints {
		i := slices.IndexFunc(list, func(t Table) bool { return t.Name == c[0] })
		switch {
		case i < 0:
		case c[1] == "p":
			list[i].Key = append(list[i].Key, c[3])
		default:
			list[i].refers = append(list[i].refers, c[2])
		}
	}
	return list, nil
}

// columnKind gives the kind of a type by either database's name for it.
func columnKind(name string) (string, error) {
	switch strings.ToUpper(name) {
	case "TEXT":
		return columnText, nil
	case "BIGINT", "INTEGER":
		return columnInteger, nil
	case "BOOLEAN":
		return columnBoolean, nil
	case "DOUBLE PRECISION":
		return columnFloat, nil
	case "TIMESTAMP", "TIMESTAMP WITH TIME ZONE":
		return columnTime, nil
	case "BLOB", "BYTEA":
		return columnBytes, nil
	}
	return "", fmt.Errorf("the type %s is none that a backup can hold", name)
}
