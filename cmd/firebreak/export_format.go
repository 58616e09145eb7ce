package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// A sheet is what rows are written to.
type sheet interface {
	head(names []string) error
	row(names []string, values []any) error
	end() error
}

// newSheet returns a sheet of a format: csv or jsonl.
func newSheet(format string, out io.Writer) sheet {
	if format == "csv" {
		w := csv.NewWriter(out)
		w.UseCRLF = true // RFC 4180

		return csvSheet{w}
	}

	return jsonSheet{out}
}

type csvSheet struct{ w *csv.Writer }

func (s csvSheet) head(names []string) error { return s.w.Write(names) }

func (s csvSheet) row(_ []string, values []any) error {
	cells := make([]string, len(values))
	for i, v := range values {
		cells[i] = cell(v)
	}

	return s.w.Write(cells)
}

func (s csvSheet) end() error {
	s.w.Flush()

	return s.w.Error()
}

// cell writes a value for a spreadsheet.
func cell(v any) string {
	switch v := plain(v).(type) {
	case nil:
		return ""
	case string:
		return harmless(v)
	case []string:
		return harmless(strings.Join(v, "; "))
	case int64:
		return strconv.FormatInt(v, 10)
	default:
		return fmt.Sprint(v)
	}
}

// harmless keeps a spreadsheet from taking a text for a formula: one that begins
// like a formula has a ' before it. So has one that begins with a ', so that the
// first ' can always be taken away again.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n'＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}

	return text
}

type jsonSheet struct{ out io.Writer }

func (jsonSheet) head([]string) error { return nil }

// row writes an object whose fields are in the order of the columns.
func (s jsonSheet) row(names []string, values []any) error {
	var line bytes.Buffer

	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)

	for i, name := range names {
		line.WriteByte("{,"[min(i, 1)])

		if err := encoder.Encode(name); err != nil {
			return err
		}

		line.Truncate(line.Len() - 1)
		line.WriteByte(':')

		if err := encoder.Encode(plain(values[i])); err != nil {
			return err
		}

		line.Truncate(line.Len() - 1)
	}

	line.WriteString("}\n")

	_, err := s.out.Write(line.Bytes())

	return err
}

func (jsonSheet) end() error { return nil }

// plain returns a value as the formats know it: times as text in RFC 3339 and UTC,
// names of any type as text, nothing for a time or text that is not there.
func plain(v any) any {
	switch v := v.(type) {
	case nil, bool, []string:
		return v
	case time.Time:
		if v.IsZero() {
			return nil
		}

		return v.UTC().Format(time.RFC3339)
	}

	switch r := reflect.ValueOf(v); {
	case r.Kind() == reflect.String && r.Len() == 0:
		return nil
	case r.Kind() == reflect.String:
		return r.String()
	case r.CanInt():
		return r.Int()
	default:
		panic(fmt.Sprintf("an export can't hold a %T", v))
	}
}

// A table writes rows of T.
type table[T any] struct {
	sheet
	columns []column[T]
	names   []string
}

// newTable writes the head of a table. An anonymous one has no columns of words.
func newTable[T any](s sheet, columns []column[T], anonymous bool) (*table[T], error) {
	t := &table[T]{sheet: s}

	for _, c := range columns {
		if !c.words || !anonymous {
			t.columns, t.names = append(t.columns, c), append(t.names, c.name)
		}
	}

	return t, s.head(t.names)
}

func (t *table[T]) add(one T) error {
	values := make([]any, len(t.columns))
	for i, c := range t.columns {
		values[i] = c.value(one)
	}

	return t.row(t.names, values)
}
