package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Dump writes the rows of a table, one JSON object a line, in the order of its
// key: the same rows give the same lines on either database. It gives their
// number. Inside View they are of its moment.
func (s *Store) Dump(ctx context.Context, t Table, to io.Writer) (int, error) {
	n := 0
	err := s.inView(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, s.dumpQuery(t))
		if err != nil {
			return err
		}
		defer rows.Close()
		values, into := make([]any, len(t.Columns)), make([]any, len(t.Columns))
		for i := range values {
			into[i] = &values[i]
		}
		var line bytes.Buffer
		for ; rows.Next(); n++ {
			if err := rows.Scan(into...); err != nil {
				return err
			}
			line.Reset()
			if err := writeRow(&line, t, values); err != nil {
				return err
			}
			if _, err := to.Write(line.Bytes()); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	if err != nil {
		return n, fmt.Errorf("the table %s cannot be read: %w", t.Name, err)
	}
	return n, nil
}

func (s *Store) dumpQuery(t Table) string {
	names, order := make([]string, len(t.Columns)), []string{}
	for i, c := range t.Columns {
		names[i] = quoted(c.Name)
	}
	for _, k := range t.Key {
		column := quoted(k)
		if s.dialect == Postgres && t.kindOf(k) == columnText {
			column += ` COLLATE "C"` // by bytes, as SQLite does
		}
		order = append(order, column)
	}
	query := "SELECT " + strings.Join(names, ", ") + " FROM " + quoted(t.Name)
	if len(order) > 0 {
		query += " ORDER BY " + strings.Join(order, ", ")
	}
	return query
}

func (t Table) kindOf(column string) string {
	for _, c := range t.Columns {
		if c.Name == column {
			return c.kind
		}
	}
	return ""
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func writeRow(line *bytes.Buffer, t Table, values []any) error {
	for i, c := range t.Columns {
		separator := ","
		if i == 0 {
			separator = "{"
		}
		line.WriteString(separator + strconv.Quote(c.Name) + ":")
		if err := writeValue(line, c.kind, values[i]); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	line.WriteString("}\n")
	return nil
}

// writeValue writes what a driver gives for a column as JSON.
func writeValue(line *bytes.Buffer, kind string, v any) error {
	if b, ok := v.([]byte); ok && kind != columnBytes {
		v = string(b)
	}
	switch v := v.(type) {
	case nil:
		line.WriteString("null")
	case bool:
		line.WriteString(strconv.FormatBool(v))
	case int64:
		if kind == columnBoolean {
			line.WriteString(strconv.FormatBool(v != 0))
			return nil
		}
		line.WriteString(strconv.FormatInt(v, 10))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%v is no number", v)
		}
		line.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
	case time.Time:
		line.WriteString(`"` + storable(v).Format(time.RFC3339Nano) + `"`)
	case []byte:
		line.WriteString(`"` + base64.StdEncoding.EncodeToString(v) + `"`)
	case string:
		if !utf8.ValidString(v) {
			return fmt.Errorf("a text is not UTF-8")
		}
		e := json.NewEncoder(line)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			return err
		}
		line.Truncate(line.Len() - 1) // the line's end, which belongs to the row
	default:
		return fmt.Errorf("a %T is no value for it", v)
	}
	return nil
}

// readRow reads the values of a row in the order of the columns. What is
// missing or unknown is an error.
func readRow(t Table, text []byte) ([]any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return nil, err
	}
	if len(object) != len(t.Columns) {
		return nil, fmt.Errorf("it has %d values, and the table %d columns", len(object), len(t.Columns))
	}
	values := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		v, ok := object[c.Name]
		if !ok {
			return nil, fmt.Errorf("it has no %s", c.Name)
		}
		var err error
		if values[i], err = readValue(c.kind, v); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	return values, nil
}

// readValue makes what a driver takes for a column out of JSON.
func readValue(kind string, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	text, isText := v.(string)
	number, isNumber := v.(json.Number)
	truth, isTruth := v.(bool)
	switch {
	case kind == columnText && isText:
		return text, nil
	case kind == columnTime && isText:
		t, err := time.Parse(time.RFC3339Nano, text)
		return storable(t), err
	case kind == columnBytes && isText:
		return base64.StdEncoding.DecodeString(text)
	case kind == columnInteger && isNumber:
		return number.Int64()
	case kind == columnFloat && isNumber:
		return number.Float64()
	case kind == columnBoolean && isTruth:
		return truth, nil
	}
	return nil, fmt.Errorf("%.40q is no %s", fmt.Sprint(v), kind)
}
