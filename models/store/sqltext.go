package store

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// A migration is written once for both databases, in the types TEXT, BIGINT,
// BOOLEAN, DOUBLE PRECISION, TIMESTAMP and BLOB. Postgres spells the last two
// differently. What only one of them has stands between the lines
// "-- +only postgres" (or sqlite) and "-- +end".

// dialectSQL gives a migration's text as a dialect reads it.
func dialectSQL(text, dialect string) (string, error) {
	var out []string
	only := ""
	for i, line := range strings.Split(text, "\n") {
		mark := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(mark, "-- +only "):
			if only != "" {
				return "", fmt.Errorf("line %d: a +only block inside another", i+1)
			}
			only = strings.TrimSpace(strings.TrimPrefix(mark, "-- +only "))
			if only != SQLite && only != Postgres {
				return "", fmt.Errorf("line %d: +only is for sqlite or postgres, not %q", i+1, only)
			}
			line = ""
		case mark == "-- +end":
			if only == "" {
				return "", fmt.Errorf("line %d: +end without +only", i+1)
			}
			only, line = "", ""
		case only != "" && only != dialect:
			line = ""
		}
		// A line that goes leaves an empty one, so that numbers in errors fit.
		out = append(out, line)
	}
	if only != "" {
		return "", fmt.Errorf("a +only block is not ended")
	}
	text = strings.Join(out, "\n")
	if dialect == Postgres {
		text = renameTypes(text)
	}
	return text, nil
}

// renameTypes spells TIMESTAMP and BLOB as Postgres does, where they stand as
// whole words outside quotes and comments.
func renameTypes(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		n := token(text[i:])
		word := text[i : i+n]
		switch strings.ToUpper(word) {
		case "TIMESTAMP":
			word = "TIMESTAMPTZ"
		case "BLOB":
			word = "BYTEA"
		}
		out.WriteString(word)
		i += n
	}
	return out.String()
}

// token is the length of the word, quoted text, comment or single byte that
// begins s.
func token(s string) int {
	switch c := s[0]; {
	case isWord(c):
		n := 1
		for n < len(s) && isWord(s[n]) {
			n++
		}
		return n
	case c == '\'' || c == '"':
		if end := strings.IndexByte(s[1:], c); end >= 0 {
			return end + 2
		}
		return len(s)
	case strings.HasPrefix(s, "--"):
		if end := strings.IndexByte(s, '\n'); end >= 0 {
			return end
		}
		return len(s)
	}
	return 1
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// sqlFS is a flat folder of texts in memory: the migrations in one dialect.
type sqlFS map[string]string

// dialectFS reads every .sql file of a folder in a dialect.
func dialectFS(files fs.FS, dialect string) (sqlFS, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	out := sqlFS{}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		if out[name], err = dialectSQL(string(text), dialect); err != nil {
			return nil, fmt.Errorf("migration %s: %w", name, err)
		}
	}
	return out, nil
}

// Open implements fs.FS.
func (f sqlFS) Open(name string) (fs.File, error) {
	if text, ok := f[name]; ok {
		return &sqlFile{Reader: strings.NewReader(text), info: sqlInfo{name, int64(len(text))}}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// Glob implements fs.GlobFS.
func (f sqlFS) Glob(pattern string) ([]string, error) {
	var names []string
	for name := range f {
		ok, err := path.Match(pattern, name)
		if err != nil {
			return nil, err
		}
		if ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

type sqlFile struct {
	*strings.Reader
	info sqlInfo
}

// Stat implements fs.File.
func (f *sqlFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close implements fs.File.
func (f *sqlFile) Close() error { return nil }

type sqlInfo struct {
	name string
	size int64
}

func (i sqlInfo) Name() string       { return i.name }
func (i sqlInfo) Size() int64        { return i.size }
func (i sqlInfo) Mode() fs.FileMode  { return 0o444 }
func (i sqlInfo) ModTime() time.Time { return time.Time{} }
func (i sqlInfo) IsDir() bool        { return false }
func (i sqlInfo) Sys() any           { return nil }
