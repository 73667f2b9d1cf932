package models

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"time"
)

// AuditEvent is one entry of the audit record: something that was done, by
// whom, when and from where. It has no words that people wrote: what they wrote
// is where it belongs, and goes from there when it has to.
type AuditEvent struct {
	Seq     int64 // place in the chain, from 1; 0 until it is sealed
	ID      string
	At      time.Time // to the microsecond, UTC
	Actor   string    // id of a person; empty for nobody who is signed in
	Means   string    // AuditMeans
	Action  string    // such as case-study.revise, or the route of a request
	Subject string    // what it was done to: id, code or slug
	Address string    // network that the request came from: see AuditAddress
	Request string    // id of the request, as the log has it
	Before  string    // JSON object; empty for nothing to tell
	After   string    // JSON object; empty for nothing to tell
	Hash    string    // of the event before and of this one; empty until it is sealed
}

// By what a person acts, or that no person does.
const (
	BySession = "session"
	ByToken   = "token"
	ByCommand = "command"
	ByJob     = "job"
	ByNobody  = "nobody"
)

// AuditStart is what the hash of the first event follows.
const AuditStart = "0000000000000000000000000000000000000000000000000000000000000000"

// Chain gives the hash of the event after one with the hash previous: SHA-256
// over previous and every field, in hexadecimal. Whoever changes, removes or
// moves an event would have to change all that follow.
func (e *AuditEvent) Chain(previous string) string {
	// The encoding of a list of strings cannot fail and has one form.
	raw, _ := json.Marshal([]any{previous, e.Seq, e.ID, e.At.UTC().UnixMicro(), e.Actor, e.Means, e.Action, e.Subject, e.Address, e.Request, e.Before, e.After})
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// AuditAddress shortens the address of a client to its network, since that is
// enough to tell one place from another and names no person: the first 24 bits
// of IPv4, the first 48 of IPv6.
func AuditAddress(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	bits := 48
	if a = a.Unmap(); a.Is4() {
		bits = 24
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}

// AuditFault is one place where the chain does not hold.
type AuditFault struct {
	Seq  int64
	ID   string // of the event there, if there is one
	What string // in words
}

// AuditReport is what a look at the whole chain has found.
type AuditReport struct {
	Events int64  // sealed ones that were looked at
	Open   int64  // that wait to be sealed
	Head   string // hash of the last one
	Last   int64  // its place
	Faults []AuditFault
}

// AuditQuery asks for events, the newest first.
type AuditQuery struct {
	Actor   string // id of a person
	Action  string // an action, or the beginning of one that ends in a full stop
	Subject string
	From    time.Time // not before; zero: any
	Until   time.Time // before; zero: any
	Before  string    // id: the events before it
	Limit   int
}
