package workspace_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/firebreakhq/firebreak/handlers/slack/workspace"
)

// pair returns the two ends of a connection.
func pair(t *testing.T, n *workspace.Network) (near, far net.Conn) {
	t.Helper()
	l, err := n.Listen("localhost:1")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	near, err = n.DialContext(t.Context(), "tcp", "localhost:1")
	if err != nil {
		t.Fatal(err)
	}
	far, err = l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return near, far
}

func TestNetworkCarriesBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := pair(t, workspace.NewNetwork())
		sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // a MiB, more than fits at once
		go func() {
			_, _ = near.Write(sent)
			_ = near.Close()
		}()
		got, err := io.ReadAll(far)
		if err != nil || !bytes.Equal(got, sent) {
			t.Errorf("read %d bytes, %v, want the %d that were sent and then EOF", len(got), err, len(sent))
		}
		if _, err := far.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Errorf("Write() to a closed end = %v, want EPIPE", err)
		}
	})
}

func TestNetworkDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := pair(t, workspace.NewNetwork())
		defer near.Close()
		defer far.Close()
		began := time.Now()

		_ = near.SetReadDeadline(time.Now().Add(3 * time.Second))
		if _, err := near.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Read() = %v, want the deadline", err)
		}
		if got := time.Since(began); got != 3*time.Second {
			t.Errorf("Read() took %v, want 3s", got)
		}
		if _, err := near.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Read() after the deadline = %v, want the deadline", err)
		}

		_ = near.SetWriteDeadline(time.Now().Add(time.Second))
		if _, err := near.Write(make([]byte, 1<<20)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Write() that nobody reads = %v, want the deadline", err)
		}

		_ = near.SetReadDeadline(time.Time{})
		go func() {
			time.Sleep(time.Hour)
			_, _ = far.Write([]byte("x"))
		}()
		if n, err := near.Read(make([]byte, 1)); n != 1 || err != nil {
			t.Errorf("Read() without a deadline = %d, %v, want the byte", n, err)
		}
	})
}

func TestNetworkCutAndRefuse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := workspace.NewNetwork()
		near, far := pair(t, n)
		read := make(chan error)
		go func() {
			_, err := near.Read(make([]byte, 1))
			read <- err
		}()
		synctest.Wait()

		n.Cut("localhost:2")
		select {
		case err := <-read:
			t.Fatalf("cutting another address ended the read with %v", err)
		default:
		}
		n.Cut("localhost:1")
		if err := <-read; !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("Read() = %v, want ECONNRESET", err)
		}
		if _, err := far.Write([]byte("x")); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("Write() = %v, want ECONNRESET", err)
		}

		l, err := n.Listen("localhost:1")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for _, refused := range []bool{true, false} {
			n.Refuse("localhost:1", refused)
			c, err := n.DialContext(context.Background(), "tcp", "localhost:1")
			if got := errors.Is(err, syscall.ECONNREFUSED); got != refused {
				t.Errorf("Refuse(%v): Dial() = %v", refused, err)
			}
			if c != nil {
				_ = c.Close()
			}
		}
		if _, err := n.Listen("localhost:1"); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("Listen() twice = %v, want EADDRINUSE", err)
		}
		if _, err := n.DialContext(context.Background(), "tcp", "localhost:9"); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("Dial() where nobody listens = %v, want ECONNREFUSED", err)
		}
	})
}
