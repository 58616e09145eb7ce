package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
)

// A diary is everything that was logged, by all the bots that ran on a stage.
type diary struct {
	mu       sync.Mutex
	lines    []string
	warnings []string // and errors, of bots that lived, that nobody has named yet
}

// pages are one bot's part of the diary.
type pages struct {
	diary  *diary
	closed bool // the bot has died: its last words are written down and worry nobody
}

func (d *diary) open() *pages { return &pages{diary: d} }

func (p *pages) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(p, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Write takes a line of the log.
func (p *pages) Write(line []byte) (int, error) {
	p.diary.mu.Lock()
	defer p.diary.mu.Unlock()

	text := strings.TrimSpace(string(line))
	p.diary.lines = append(p.diary.lines, text)

	if !p.closed && (strings.Contains(text, "level=WARN") || strings.Contains(text, "level=ERROR")) {
		p.diary.warnings = append(p.diary.warnings, text)
	}

	return len(line), nil
}

func (p *pages) close() {
	p.diary.mu.Lock()
	defer p.diary.mu.Unlock()

	p.closed = true
}

// warned takes the warnings with certain words out, as expected.
func (d *diary) warned(words string) error {
	d.mu.Lock()
	defer d.mu.Unlock()

	were := len(d.warnings)
	d.warnings = slices.DeleteFunc(d.warnings, func(line string) bool { return strings.Contains(line, words) })

	if len(d.warnings) == were {
		return fmt.Errorf("the log warns of %q, want %q among it", d.warnings, words)
	}

	return nil
}

func (d *diary) unexpected() error {
	d.mu.Lock()
	defer d.mu.Unlock()

	if len(d.warnings) > 0 {
		return fmt.Errorf("the log warns of\n%v\nwant nothing that the script does not name", strings.Join(d.warnings, "\n"))
	}

	return nil
}

func (d *diary) tail(n int) string {
	d.mu.Lock()
	defer d.mu.Unlock()

	return strings.Join(d.lines[max(0, len(d.lines)-n):], "\n")
}

// shows reports whether a word stands anywhere in the log.
func (d *diary) shows(word string) (line string, found bool) {
	d.mu.Lock()
	defer d.mu.Unlock()

	i := slices.IndexFunc(d.lines, func(line string) bool { return strings.Contains(strings.ToLower(line), strings.ToLower(word)) })
	if i < 0 {
		return "", false
	}

	return d.lines[i], true
}

// leaks looks for customers' words and secrets in the log.
func (p *play) leaks() error {
	var failures []error

	for _, word := range append(p.words(), "Geheimnis") {
		if line, found := p.diary.shows(word); found {
			failures = append(failures, fmt.Errorf("the log shows %q in %q, want no word that people typed and no secret", word, line))
		}
	}

	return errors.Join(failures...)
}

// words are the words that people typed, without those that may stand in a log
// for another reason because they are too short.
func (p *play) words() []string {
	var words []string

	for _, text := range p.spoken {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if len(word) >= 4 && !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}

	return words
}

// A terminal is a file that stands in for it while something runs that should write
// nothing there. Scripts run at the same time, so that they share it: what one of
// them writes, all of those read.
type terminal struct {
	mu    sync.Mutex
	file  *os.File
	users int

	stdout, stderr *os.File
	logged         io.Writer
}

var quietTerminal terminal

// enter has everything be written to the file, and returns how much stands there.
func (q *terminal) enter(t *testing.T) int64 {
	t.Helper()

	q.mu.Lock()
	defer q.mu.Unlock()

	if q.users++; q.users == 1 {
		file, err := os.CreateTemp("", "terminal") //nolint:usetesting // other tests write to it after this one has ended
		if err != nil {
			t.Fatal(err)
		}

		q.file, q.stdout, q.stderr, q.logged = file, os.Stdout, os.Stderr, log.Writer()
		os.Stdout, os.Stderr = file, file
		log.SetOutput(file)
	}

	end, err := q.file.Seek(0, io.SeekEnd)
	if err != nil {
		t.Fatal(err)
	}

	return end
}

// leave returns what was written since, and gives the terminal back if nobody else
// needs it to be quiet.
func (q *terminal) leave(t *testing.T, since int64) string {
	t.Helper()

	q.mu.Lock()
	defer q.mu.Unlock()

	said, err := io.ReadAll(io.NewSectionReader(q.file, since, 1<<20))
	if err != nil {
		t.Error(err)
	}

	if q.users--; q.users == 0 {
		os.Stdout, os.Stderr = q.stdout, q.stderr
		log.SetOutput(q.logged)

		_ = q.file.Close()
		_ = os.Remove(q.file.Name())
	}

	return string(said)
}

// quietly runs something and returns what it wrote to the terminal.
func quietly(t *testing.T, run func()) (said string) {
	t.Helper()

	since := quietTerminal.enter(t)
	defer func() { said = quietTerminal.leave(t, since) }()

	run()

	return ""
}
