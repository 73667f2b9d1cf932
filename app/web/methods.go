package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// RefuseUnknownMethods makes the application answer a method that it has never
// heard of as it answers any that an address does not take: 405 with what the
// address does take, or 404. Fiber itself says 400 and nothing more. To be
// called before the application serves.
func RefuseUnknownMethods(app *fiber.App) {
	server, known := app.Server(), app.Config().RequestMethods
	next := server.Handler
	server.Handler = func(ctx *fasthttp.RequestCtx) {
		if !slices.Contains(known, string(ctx.Method())) {
			// No address takes TRACE, so it stands for every method that is unknown.
			ctx.Request.Header.SetMethod(fiber.MethodTrace)
		}
		next(ctx)
	}
}
