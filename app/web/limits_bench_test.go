package web_test

import (
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"grassroots/app/apptest"
	"grassroots/app/web"
	"grassroots/models/store"
	"grassroots/models/store/storetest"
)

// What the limits of a request cost: the only part of them that a page waits for.
func BenchmarkLimitOfARequest(b *testing.B) {
	st := storetest.NewOn(b, store.SQLite)
	a := apptest.New(b, st, func(*web.Site) []apptest.Routes { return nil }, apptest.WithLimits(web.Limits{Address: 1 << 40}, web.Proxies{}))
	handler := fiber.New()
	handler.Use(a.Site.LimitRequests)
	handler.Get("/", func(*fiber.Ctx) error { return nil })
	var request fasthttp.RequestCtx
	request.Request.SetRequestURI("/")
	serve := handler.Handler()
	for b.Loop() {
		serve(&request)
	}
}
