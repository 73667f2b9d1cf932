// Package outboundtest is a resolver that answers as a test says: another
// address at each look-up, as somebody does who wants a request to go where it
// may not, after where it goes was looked at.
package outboundtest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// Resolver answers for every name with the same addresses.
type Resolver struct {
	*net.Resolver
	t testing.TB

	mu      sync.Mutex
	answers []netip.Addr
	asked   int
}

// New makes a resolver. It opens no socket.
func New(t testing.TB) *Resolver {
	r := &Resolver{t: t}
	r.Resolver = &net.Resolver{PreferGo: true, StrictErrors: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go r.serve(server)
		return client, nil
	}}
	return r
}

// Answer says what the name is from now on.
func (r *Resolver) Answer(addresses ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers = nil
	for _, a := range addresses {
		r.answers = append(r.answers, netip.MustParseAddr(a))
	}
}

// Asked counts the questions so far.
func (r *Resolver) Asked() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asked
}

// serve answers the questions of one connection, which come with their length
// before them, as over TCP (RFC 1035, 4.2.2).
func (r *Resolver) serve(conn net.Conn) {
	defer conn.Close()
	for {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, question); err != nil {
			return
		}
		answer, err := r.answer(question)
		if err != nil {
			r.t.Errorf("a question of DNS cannot be answered: %v", err)
			return
		}
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

func (r *Resolver) answer(question []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(question); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	m.Response, m.Authoritative, m.RecursionAvailable, m.Additionals = true, true, true, nil
	for _, q := range m.Questions {
		header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
		for _, a := range r.answers {
			switch {
			case q.Type == dnsmessage.TypeA && a.Is4():
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: a.As4()}})
			case q.Type == dnsmessage.TypeAAAA && a.Is6():
				m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
			}
		}
	}
	return m.Pack()
}
