package mail

import (
	"context"
	"time"

	gomail "github.com/wneessen/go-mail"
)

const (
	// idleFor is how long a connection to the mail server waits for another message:
	// less than servers do.
	idleFor = 20 * time.Second
	// maxIdle is how many connections wait.
	maxIdle = 8
)

// idleClient is a connection that waits for another message.
type idleClient struct {
	*gomail.Client
	since time.Time
}

// connect gives a connection to the mail server that can be sent on: one that
// waits, or a new one.
func (s *server) connect(ctx context.Context) (*gomail.Client, error) {
	for {
		c, ok := s.takeIdle()
		if !ok {
			break
		}
		if time.Since(c.since) < idleFor && c.Reset() == nil {
			return c.Client, nil
		}
		_ = c.Close() // the server has ended it, or is about to
	}
	client, err := gomail.NewClient(s.host, s.options...)
	if err == nil {
		err = client.DialWithContext(ctx)
	}
	return client, err
}

func (s *server) takeIdle() (idleClient, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) == 0 {
		return idleClient{}, false
	}
	last := len(s.idle) - 1
	c := s.idle[last]
	s.idle = s.idle[:last]
	return c, true
}

// putBack lets a connection wait for another message, when it is well.
func (s *server) putBack(c *gomail.Client, well bool) {
	s.mu.Lock()
	full := len(s.idle) >= maxIdle
	if well && !full {
		s.idle = append(s.idle, idleClient{c, time.Now()})
		s.sweepLater()
	}
	s.mu.Unlock()
	if !well || full {
		_ = c.Close() // the message has arrived all the same
	}
}

// sweepLater has the connections that have waited for too long closed, once
// however often it is called meanwhile. s.mu is held.
func (s *server) sweepLater() {
	if !s.sweeping {
		s.sweeping = true
		time.AfterFunc(idleFor, s.closeOld)
	}
}

// closeOld ends the connections that have waited for too long.
func (s *server) closeOld() {
	s.mu.Lock()
	var keep, old []idleClient
	for _, c := range s.idle {
		if time.Since(c.since) < idleFor {
			keep = append(keep, c)
		} else {
			old = append(old, c)
		}
	}
	s.idle, s.sweeping = keep, false
	if len(keep) > 0 {
		s.sweepLater()
	}
	s.mu.Unlock()
	for _, c := range old {
		_ = c.Close()
	}
}
