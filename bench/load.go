package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// request is one thing to ask.
type request struct {
	method, url string
	header      map[string]string
}

// figures are what a run gave.
type figures struct {
	perSecond float64
	p50, p99  time.Duration
	bytes     int // of one answer, as it came over the wire
}

// load asks for a while over many connections at once and fails on the first
// answer that is not a success: a server that answers errors fast is not fast.
func load(ctx context.Context, clients int, each time.Duration, next func(n uint64) request) (figures, error) {
	ctx, cancel := context.WithTimeout(ctx, each)
	defer cancel()
	var n, size atomic.Uint64
	var mu sync.Mutex
	var took []time.Duration
	var failure error
	var wg sync.WaitGroup
	began := time.Now()
	for range clients {
		wg.Go(func() {
			mine, err := ask(ctx, &n, &size, next)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, mine...)
			failure = errors.Join(failure, err)
		})
	}
	wg.Wait()
	elapsed := time.Since(began)
	if failure != nil {
		return figures{}, failure
	}
	if len(took) == 0 {
		return figures{}, errors.New("nothing was answered")
	}
	slices.Sort(took)
	return figures{perSecond: float64(len(took)) / elapsed.Seconds(), p50: took[len(took)/2], p99: took[len(took)*99/100], bytes: int(size.Load())}, nil
}

// ask is one connection.
func ask(ctx context.Context, n, size *atomic.Uint64, next func(uint64) request) ([]time.Duration, error) {
	client := &fasthttp.Client{MaxConnsPerHost: 1, NoDefaultUserAgentHeader: true, Dial: func(addr string) (net.Conn, error) { return net.Dial("tcp", addr) }}
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	var took []time.Duration
	for ctx.Err() == nil {
		r := next(n.Add(1))
		req.Reset()
		req.Header.SetMethod(r.method)
		req.SetRequestURI(r.url)
		for name, value := range r.header {
			req.Header.Set(name, value)
		}
		began := time.Now()
		if err := client.Do(req, resp); err != nil {
			return took, err
		}
		took = append(took, time.Since(began))
		if code := resp.StatusCode(); code >= 400 {
			return took, fmt.Errorf("%s %s answered %d: %.200s", r.method, r.url, code, resp.Body())
		}
		size.Store(uint64(len(resp.Body())))
	}
	return took, nil
}
