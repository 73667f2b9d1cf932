package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// call is something that one person asks of the program, by its API with a token or
// by a form with a cookie.
type call struct {
	by           *actor
	method, path string
	json         any
	form         url.Values
}

// reply is what came of a call. code is 0 where nothing came.
type reply struct {
	code     int
	took     time.Duration
	location string
	body     []byte
}

// waits are how long some calls took.
type waits struct {
	n             int
	all           time.Duration
	p50, p95, max time.Duration
	byCode        map[int]int
}

func (w waits) String() string {
	return fmt.Sprintf("%s, %s, %s", round(w.p50), round(w.p95), round(w.max))
}

func round(d time.Duration) time.Duration {
	if d > 100*time.Millisecond {
		return d.Round(10 * time.Millisecond)
	}
	return d.Round(100 * time.Microsecond)
}

// send makes calls over some connections at once, each connection the next that
// nobody has taken. Nothing is tried again: what is lost is seen.
func send(ctx context.Context, base string, connections int, calls []call) ([]reply, waits, error) {
	client := &http.Client{Timeout: 2 * time.Minute, Transport: &http.Transport{MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	replies, failures := make([]reply, len(calls)), make([]error, len(calls))
	next := make(chan int, len(calls))
	for i := range calls {
		next <- i
	}
	close(next)
	began := time.Now()
	var wg sync.WaitGroup
	for range min(connections, len(calls)) {
		wg.Go(func() {
			for i := range next {
				replies[i], failures[i] = calls[i].do(ctx, client, base)
			}
		})
	}
	wg.Wait()
	w := waits{n: len(calls), all: time.Since(began), byCode: map[int]int{}}
	took := make([]time.Duration, 0, len(calls))
	for _, r := range replies {
		took = append(took, r.took)
		w.byCode[r.code]++
	}
	slices.Sort(took)
	if len(took) > 0 {
		w.p50, w.p95, w.max = took[len(took)/2], took[len(took)*95/100], took[len(took)-1]
	}
	return replies, w, errors.Join(failures...)
}

func (c call) do(ctx context.Context, client *http.Client, base string) (r reply, err error) {
	var body io.Reader
	kind := ""
	switch {
	case c.json != nil:
		raw, err := json.Marshal(c.json)
		if err != nil {
			return r, err
		}
		body, kind = bytes.NewReader(raw), "application/json"
	case c.form != nil:
		body, kind = strings.NewReader(c.form.Encode()), "application/x-www-form-urlencoded"
	}
	req, err := http.NewRequestWithContext(ctx, c.method, base+c.path, body)
	if err != nil {
		return r, err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if strings.HasPrefix(c.path, "/api/") {
		req.Header.Set("Authorization", "Bearer "+c.by.token)
	} else {
		req.AddCookie(&http.Cookie{Name: "grassroots_session", Value: c.by.cookie})
	}
	began := time.Now()
	answer, err := client.Do(req)
	if err != nil {
		r.took = time.Since(began)
		return r, err
	}
	defer answer.Body.Close()
	r.body, err = io.ReadAll(answer.Body)
	r.code, r.took, r.location = answer.StatusCode, time.Since(began), answer.Header.Get("Location")
	return r, err
}

// want fails on the first reply that has another code than one of some.
func want(what string, replies []reply, codes ...int) error {
	for _, r := range replies {
		if !slices.Contains(codes, r.code) {
			return fmt.Errorf("%s was answered %d: %.300s", what, r.code, r.body)
		}
	}
	return nil
}
